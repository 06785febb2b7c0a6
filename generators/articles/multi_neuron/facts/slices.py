"""Planes through spaces of many dimensions, as numbers."""

from generators.articles.multi_neuron.facts.checks import checked
from generators.articles.multi_neuron.results.slices import MemorySlice, PictureSlice, Uncut
from generators.exhibit import Scalar


def pictures(result: PictureSlice | Uncut) -> dict[str, Scalar]:
    """Regions of the plane through three pictures, and how the plane lies in its space."""
    if isinstance(result, Uncut):
        return {"reason": result.reason}
    facts: dict[str, Scalar] = {
        "n_regions": result.n_hidden,
        "n_decided": result.partition.n_regions,
        "n_answers": len(set(result.partition.answer.tolist())) if result.partition.answer is not None else 0,
        "n_inputs": result.n_inputs,
        "n_switches": result.partition.n_switches,
        "n_varying": len(result.partition.switches),
        "share": result.share,
        "estimated_regions": result.estimate.n_regions,
        "labels": ", ".join(result.anchor_labels),
    }
    return facts | checked(result.checks)


def memory(result: MemorySlice | Uncut) -> dict[str, Scalar]:
    """Regions that an MLP's keys cut of the plane in which its inputs vary most."""
    if isinstance(result, Uncut):
        return {"reason": result.reason}
    facts: dict[str, Scalar] = {
        "n_regions": result.partition.n_regions,
        "n_keys": result.n_keys,
        "n_inputs": result.n_inputs,
        "layer": result.layer,
        "variance_share": result.share,
        "always_on": result.always,
        "never_on": result.never,
    }
    return facts | checked(result.checks)
