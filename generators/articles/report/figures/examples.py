"""Rows of held-out pictures, one a class, with what the network answers where it is wrong."""

from generators.articles.report.results.examples import Examples
from generators.drawing import Pictures


def examples(result: Examples) -> Pictures:
    """Show the pictures class by class; a mistake is framed and names the answer."""
    wrong = result.answer != result.truth
    labels = [result.labels[answer] for answer in result.answer]
    classes: list[int] = []
    counts: list[int] = []
    for label in result.truth:
        if not classes or classes[-1] != label:
            classes.append(label)
            counts.append(0)
        counts[-1] += 1
    return Pictures(
        result.pictures,
        rows=[(result.labels[label], n) for label, n in zip(classes, counts, strict=True)],
        about=[
            {
                "held-out example": int(result.index[k]),
                "label": result.labels[result.truth[k]],
                "answer": labels[k],
                "probability of the answer": float(result.probability[k]),
                "drawn by lot": bool(result.by_lot[k]),
            }
            for k in range(len(result.index))
        ],
        captions=[f"✗ {label}" if mistake else "" for label, mistake in zip(labels, wrong, strict=True)],
        marked=wrong.tolist(),
    )
