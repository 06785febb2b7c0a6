"""Generated pictures in a row for each generator, and a table of how they compare with real ones."""

import numpy as np

from generators.articles.report.results.generated import Generated
from generators.drawing import Pictures, Table

ORIGINS = {
    "exact": "exact renderer",
    "given": "the generator named in networks.toml",
    "bundled": "learned, bundled",
    "fitted": "fitted on these pictures",
}


def generated(result: Generated) -> Pictures:
    """Show what each generator makes of random codes, with the network's answer under each picture."""
    answers = [
        (made, picture, result.labels[answer], float(probability))
        for made in result.generators
        for picture, (answer, probability) in enumerate(zip(made.answer, made.probability, strict=True))
    ]
    return Pictures(
        np.concatenate([made.pictures for made in result.generators]),
        rows=[(f"{made.name}, {ORIGINS[made.origin]}", len(made.pictures)) for made in result.generators],
        about=[
            {"generator": made.name, "picture": k, "answer": label, "probability of the answer": sure}
            for made, k, label, sure in answers
        ],
        captions=[label for _, _, label, _ in answers],
    )


def generator_quality(result: Generated) -> Table:
    """Compare generated pictures with real ones, and real ones with others."""
    share, near, back = "Network sure", "To the nearest real", "From real to the nearest"
    rows = [
        {
            "Pictures": made.name,
            share: made.confident,
            "Classes": made.covered,
            "Fréchet distance": made.frechet,
            near: made.nearest,
            back: made.nearest_back,
        }
        for made in result.generators
    ]
    real = {
        "Pictures": "real, against other real ones",
        share: result.confident_real,
        "Classes": result.covered_real,
        "Fréchet distance": result.frechet_real,
        near: result.nearest_real,
        back: result.nearest_real,
    }
    return Table([*rows, real], {share: ".1%", "Classes": "d", "Fréchet distance": ".2f", near: ".2f", back: ".2f"})
