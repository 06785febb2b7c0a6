"""The patch search as numbers: how often the patch that it found turns the answer, beside what should do nothing."""

from generators.articles.activation_atlas.facts.naming import plain
from generators.articles.activation_atlas.results.search import BEST, DRAWN, THIRD, Effect, Rate, Search, TriedPair
from generators.exhibit import Scalar

CONTROLS = {
    "white noise": "noise",
    "smooth noise": "smooth_noise",
    "random cells": "random_cell",
    "stitches erased": "erased",
}
"""Names of controls -> what facts call them."""
SORTS = {BEST: "best_pairs", THIRD: "third_class_pairs", DRAWN: "drawn_pairs"}


def search(result: Search) -> dict[str, Scalar]:
    """Say of the best cell that shows the cue, or of the first one, what its real patches do; and of the controls.

    ``patch_X_rate`` is of the largest patch in a fixed corner, ``…_anywhere`` of the best size and corner a picture.
    """
    best = result.cells[max(result.patch_rank, 1) - 1]
    facts: dict[str, Scalar] = {
        "source": result.source,
        "target": result.target,
        "layer": result.path,
        "n_images": result.n_images,
        "n_cells": result.n_cells,
        "n_tested": len(result.cells),
        "n_pictures": result.n_pictures,
        "smallest_px": result.sizes[0],
        "largest_px": result.sizes[-1],
        "patch_rank": result.patch_rank,
        "cell_need": best.need,
        "cell_members": best.count,
        "covered": result.covered,
        "before": result.before,
        "n_two_classes": result.n_two_classes,
        "n_other_class": result.n_other_class,
        "n_pairs": result.n_pairs,
    }
    if result.cue:
        facts |= {"cue": result.cue, "cell_cue_share": best.cue_share, "cue_share": result.cue_share}
    facts |= _effect("patch_flip", best.by_patch) | _effect("patch_icon", best.by_icon)
    for control in result.controls:
        facts |= _effect(f"patch_{CONTROLS.get(control.name, plain(control.name))}", control.effect)
    noise = _fixed(result.controls[0].effect)
    facts["patch_noise_times"] = _fixed(best.by_patch).low / noise.high
    for why, name in SORTS.items():
        facts |= _pairs(name, [pair for pair in result.pairs if pair.why == why])
    return facts


def _effect(name: str, effect: Effect) -> dict[str, Scalar]:
    return _rate(f"{name}_rate", _fixed(effect)) | _rate(f"{name}_rate_anywhere", effect.anywhere)


def _fixed(effect: Effect) -> Rate:
    return effect.fixed[-1]


def _rate(name: str, rate: Rate) -> dict[str, Scalar]:
    return {name: rate.share, f"{name}_low": rate.low, f"{name}_high": rate.high}


def _pairs(name: str, pairs: list[TriedPair]) -> dict[str, Scalar]:
    facts: dict[str, Scalar] = {f"{name}_tested": len(pairs), f"{name}_worked": sum(pair.works for pair in pairs)}
    if pairs:
        best = max(pairs, key=lambda pair: pair.cell.share)
        facts |= {
            f"{name}_top": f"{best.source} → {best.target}",
            f"{name}_top_through": best.truth,
            f"{name}_top_rate": best.cell.share,
        }
    return facts
