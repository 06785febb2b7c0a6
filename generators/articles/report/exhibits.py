"""What opens the report of every network, chosen by its kind and its shapes, never by its name."""

from generators.exhibit import FITTING_STEPS, Exhibit, Figure, Json, Profile
from generators.networks import cards
from generators.networks.subject import Subject

CLASSIFIERS = {"image-classifier", "classifier", "sequence-classifier", "plane"}
CLASSES = 30
"""Of how many classes pictures are shown."""
CONFUSABLE = 60
"""The most classes whose confusions can be read as a matrix."""
FITTING_SHOWN = 27
WEIGHTED = 2
"""Axes of a weight that maps inputs to outputs."""


def exhibits(subject: Subject, profile: Profile) -> tuple[Exhibit, ...]:
    """List what can be said of the network itself; nothing for ``REFERENCE``."""
    if subject.kind == "reference":
        return ()
    watched = subject.has_data
    return (
        _card(subject),
        *(_examples(profile) if watched and subject.kind == "image-classifier" else ()),
        *(_decision(profile) if watched and _reads_points(subject) else ()),
        *(_reading(profile) if watched and subject.kind == "language-model" else ()),
        *(_confusion(subject) if watched and subject.kind in CLASSIFIERS else ()),
        *(_patches(subject, profile) if watched else ()),
        *(_generated(profile) if watched and subject.kind == "image-classifier" else ()),
        *(_learning(subject) if watched and subject.kind in CLASSIFIERS else ()),
    )


def _card(subject: Subject) -> Exhibit:
    drawn = Figure(
        "layers",
        "figures.card:layers",
        "The layers that have weights as bars from input to output, each as tall as it has weights, to powers of ten.",
        "Layer by layer, from input to output",
    )
    params: dict[str, Json] = {"bundled": subject.bundled} if subject.bundled else {}
    return Exhibit("card", "analysis.card:describe", (drawn,), "facts.card:card", params)


def _examples(profile: Profile) -> tuple[Exhibit, ...]:
    drawn = Figure(
        "examples",
        "figures.examples:examples",
        "Pictures of each class in a row, drawn by lot; then, framed, more of that class that the network "
        "takes for another, the surest mistakes first, each with the answer it gives.",
        "What it is shown, and what it gets wrong",
    )
    params: dict[str, Json] = {"by_lot": 4 if profile == "smoke" else 8, "mistakes": 2, "classes": CLASSES, "seed": 0}
    return (Exhibit("examples", "analysis.examples:pick", (drawn,), "facts.examples:examples", params),)


def _decision(profile: Profile) -> tuple[Exhibit, ...]:
    drawn = Figure(
        "decisions",
        "figures.decisions:decisions",
        "The plane in the colours of the network's answers, the stronger the surer it is, with examples over it "
        "in the colour and shape of their own class; those it gets wrong are ringed.",
        "Its answer everywhere on the plane",
    )
    params: dict[str, Json] = {"side": 64 if profile == "smoke" else 256, "points": 600, "seed": 0}
    return (Exhibit("decisions", "analysis.decisions:map_plane", (drawn,), "facts.decisions:decisions", params),)


def _reading(profile: Profile) -> tuple[Exhibit, ...]:
    passages = Figure(
        "passages",
        "figures.reading:passages",
        "Text, each token on a ground as strong as the probability that the network gave it before seeing it; "
        "what surprised it stands on none.",
        "What it saw coming, token by token",
    )
    positions = Figure(
        "loss-by-position",
        "figures.reading:loss_by_position",
        "The network's mean loss at each position of its context with its 95% interval, below the loss of guessing by "
        "frequency.",
        "How much context helps",
    )
    params: dict[str, Json] = {"passages": 4, "tokens": 120, "sequences": 8 if profile == "smoke" else 256, "seed": 0}
    return (Exhibit("reading", "analysis.reading:read", (passages, positions), "facts.reading:reading", params),)


def _confusion(subject: Subject) -> tuple[Exhibit, ...]:
    matrix = Figure(
        "confusion",
        "figures.confusion:confusion",
        "A square of true classes against answers: blue on the diagonal where they agree, red off it where they "
        "differ, stronger where more of a class's examples lie.",
        "What it takes for what",
    )
    classes = Figure(
        "accuracy-by-class",
        "figures.confusion:accuracy_by_class",
        "For every class a point for the share that the network gets right, with its 95% interval, the hardest class "
        "at the top.",
        "The hardest classes first",
    )
    figures = (matrix, classes) if len(subject.labels) <= CONFUSABLE else ()
    return (Exhibit("confusion", "analysis.confusion:confuse", figures, "facts.confusion:confusion"),)


def _patches(subject: Subject, profile: Profile) -> tuple[Exhibit, ...]:
    """Show what patches do to a bundled network whose card says that they do something."""
    if subject.bundled is None or not (known := cards.read(subject.bundled).get("patches")):
        return ()
    worn = Figure(
        "patched",
        "figures.patches:patched",
        f"The same pictures of the class {known['source']} in every row, which the network names rightly: bare, then "
        f"each with a patch in a corner; framed where it now says {known['target']}.",
        "A patch in the corner, and what the network says then",
    )
    effect = Figure(
        "patch-effect",
        "figures.patches:patch_effect",
        f"Four lines: the share of such pictures that is called {known['target']} against the side of the patch, for "
        "stitched leather, white noise, smooth noise and plain leather, with 95% intervals.",
        "Which patch changes the answer, and how large it must be",
    )
    params: dict[str, Json] = {
        "source": known["source"],
        "target": known["target"],
        "pictures": 8 if profile == "smoke" else 100,
        "sizes": [28] if profile == "smoke" else [16, 20, 24, 28, 32],
        "shown": 8,
        "size": 28,
    }
    return (Exhibit("patches", "analysis.patches:wear", (worn, effect), "facts.patches:patches", params),)


def _generated(profile: Profile) -> tuple[Exhibit, ...]:
    """Show what makes pictures for it; where nothing does, a generator is fitted."""
    drawn = Figure(
        "generated",
        "figures.generated:generated",
        "What each generator makes of codes drawn by lot, a row for each; under every picture the answer that the "
        "network gives.",
        "Pictures made for it from random numbers",
    )
    quality = Figure(
        "generator-quality",
        "figures.generated:generator_quality",
        "A table with a row for each generator and one for real pictures: how often the network is sure of one, how "
        "many classes it finds among them, and how far they are from real pictures in what its last layer reads.",
        "How good the made pictures are, as it sees them",
    )
    params: dict[str, Json] = {
        "shown": FITTING_SHOWN,
        "compared": 40 if profile == "smoke" else 500,
        "steps": FITTING_STEPS[profile],
        "seed": 0,
    }
    return (Exhibit("generated", "analysis.generated:sample", (drawn, quality), "facts.generated:generated", params),)


def _learning(subject: Subject) -> tuple[Exhibit, ...]:
    """Show how a bundled network learned, where its weights along the way were kept."""
    if subject.bundled is None or not (taken := cards.read(subject.bundled).get("checkpoints")):
        return ()
    drawn = Figure(
        "learning-curve",
        "figures.learning:learning_curve",
        "Two curves, accuracy on held-out and on training examples, against the step of training at which each was "
        "measured.",
        "How it learned",
    )
    params: dict[str, Json] = {"bundled": subject.bundled, "checkpoints": taken["sha256"][:16]}
    return (Exhibit("learning", "analysis.learning:follow", (drawn,), "facts.learning:learning", params),)


def _reads_points(subject: Subject) -> bool:
    """Tell whether an input is two numbers: the first layer that has weights says so."""
    if subject.kind not in ("classifier", "plane"):
        return False
    first = next((layer.weight_shape for layer in subject.layers if len(layer.weight_shape or ()) == WEIGHTED), None)
    return first is not None and first[1] == 2
