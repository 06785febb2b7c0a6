"""What Series 4 shows: a neuron whose inverse set is known, and inverse sets of neurons that read pictures or texts."""

from hashlib import sha256
from pathlib import Path

from generators.exhibit import FITTING_STEPS, Exhibit, Figure, Json, Profile
from generators.networks.subject import Subject

GALLERY: dict[Profile, dict[str, Json]] = {
    "smoke": {"draws": 300, "data": 60, "n": 2, "pool": 4, "starts": 2, "moves": 1, "published": [2, 2, 1]},
    "laptop": {
        "draws": 12_000,
        "data": 5_000,
        "n": 64,
        "pool": 320,
        "starts": 96,
        "moves": 2,
        "published": [8, 40, 10],
    },
    "gpu": {
        "draws": 200_000,
        "data": 100_000,
        "n": 64,
        "pool": 2_400,
        "starts": 512,
        "moves": 10,
        "published": [8, 400, 60],
    },
}
"""How much is drawn and looked at, how many pictures a selection has and of how many it is chosen, and chains."""
SELECTIVE = 5
"""How many neurons are shown of a network whose entry names none."""
TEXT = ("language-model", "text-encoder")
TOKENS: dict[Profile, int] = {"smoke": 2_000, "laptop": 250_000, "gpu": 10_000_000}
"""About how many tokens are read."""
TERAS: dict[Profile, float] = {"smoke": 0.001, "laptop": 4, "gpu": 1000}
"""Parameters times tokens that reading may take, in 10^12."""
RENDERED = ("textures",)
"""Data sets whose exact renderer says what each picture shows."""


def exhibits(subject: Subject, profile: Profile) -> tuple[Exhibit, ...]:
    """List the exhibits of one network, or with ``REFERENCE`` those that depend on no network."""
    if subject.kind == "reference":
        return (_linear(profile), _cost(), _triangles(profile))
    if not subject.has_data:
        return ()
    if subject.kind in TEXT:
        return (_texts(subject, profile),)
    if subject.kind != "image-classifier":
        return ()
    return (_gallery(subject, profile), *(_closer(subject, profile) if subject.neurons else ()))


def _closer(subject: Subject, profile: Profile) -> tuple[Exhibit, ...]:
    """Look closer at neurons that somebody named."""
    return (
        _pixels(subject, profile),
        _distances(profile),
        *((_intersection(subject, profile),) if len(subject.neurons) > 1 else ()),
        *((_truth(subject, profile),) if subject.data in RENDERED else ()),
        _regularities(subject, profile),
    )


def _linear(profile: Profile) -> Exhibit:
    """Sample the inverse set of one linear neuron, which is known."""
    figures = (
        Figure(
            "square",
            "figures.square:square",
            "The unit square with a linear neuron’s inverse set as a shaded strip, 64 points of the published method "
            "crowded along its lower edge, their law of activations far above the exact one, and eight errors beside "
            "those of independent members.",
            "The inverse set of a linear neuron, and a sample of it",
        ),
        Figure(
            "cube",
            "figures.cube:cube",
            "Three unit cubes with the same translucent slab: a representative sample fills it, the published one "
            "stopped when feasible lies on one face, and run to the end it sits in a few corners.",
            "The same in three dimensions",
        ),
        Figure(
            "collapse",
            "figures.collapse:collapse",
            "The inverse set with 64 points at the first step, on the way and at the last, when a few places hold them "
            "all; below, the objective and the mean gap rise while the places taken fall.",
            "The score rises while the sample gets worse",
        ),
        Figure(
            "ground-truth",
            "figures.ground_truth:ground_truth",
            "A row for every way to sample and every number of dimensions from 2 to 16: the mean gap, the width "
            "reached, how far the law of activations is missed, the Vendi score, the nearest other, seconds, and which "
            "errors tell it from independent members.",
            "Every sampler against the truth",
        ),
        Figure(
            "calibrations",
            "figures.ground_truth:calibrations",
            "A row for each sample whose fault is known, in 2 and in 16 dimensions: independent members pass; copies, "
            "all at one end, corners only and one point outside do not, with the errors that show it.",
            "Whether the measures see a known fault",
        ),
    )
    smoke = profile == "smoke"
    params: dict[str, Json] = {
        "n": 64,
        "square": [3.2, 2.4],
        "cube": [2.4, 2.0, -2.5],
        "dims": [4] if smoke else [4, 6, 8, 12, 16],
        "shares": [0.9, 0.99],
        "members": 300 if smoke else 2000,
        "repeats": 100 if smoke else 200,
        "moves": 5 if smoke else 20,
        "pool": 300 if smoke else 1500,
        "steps": 60 if smoke else 300,
        "step": 0.05,
        "k": 8,
        "k_step": 0.2,
        "seed": 0,
    }
    return Exhibit("linear", "analysis.linear:sample_linear", figures, "facts.linear:linear", params)


def _triangles(profile: Profile) -> Exhibit:
    """Sample something that has nothing to do with networks."""
    drawn = Figure(
        "triangles",
        "figures.triangles:triangles",
        "Twenty-four triangles with area and perimeter within bounds, and a scatter of both in which members by the "
        "sampler lie among those found by rejection.",
        "The same sampler on triangles",
    )
    smoke = profile == "smoke"
    params: dict[str, Json] = {
        "n": 24,
        "members": 100 if smoke else 1000,
        "area": [0.35, 0.4],
        "perimeter": [2.8, 2.9],
        "moves": 10 if smoke else 40,
        "starts": 50 if smoke else 100,
        "seed": 0,
    }
    return Exhibit("triangles", "analysis.triangles:sample_triangles", (drawn,), "facts.triangles:triangles", params)


def _texts(subject: Subject, profile: Profile) -> Exhibit:
    """Look up which texts bring a language model's neurons into an interval."""
    drawn = Figure(
        "texts",
        "figures.texts:texts",
        "For one neuron a histogram of the activations that all tokens give, the chosen interval marked, and below it "
        "contexts that end where the activation lies in the interval, the token at which it is read marked.",
        "Which texts bring a neuron into an interval",
    )
    smoke = profile == "smoke"
    named = {"neurons": list(subject.neurons), "layers": list(subject.named_layers)}
    params: dict[str, Json] = {
        **{name: [*chosen] for name, chosen in named.items() if chosen},
        "tokens": TOKENS[profile],
        "sampled": 1_000 if smoke else 16_000,
        "pool": 100 if smoke else 400,
        "n": 24,
        "tera": TERAS[profile],
        "seed": 0,
    }
    return Exhibit("texts", "analysis.texts:read_texts", (drawn,), "facts.texts:texts", params)


def _neurons(subject: Subject, profile: Profile) -> Json:
    """The neurons that the entry names, or how many are to be chosen."""
    return list(subject.neurons) or (2 if profile == "smoke" else SELECTIVE)


def _gallery(subject: Subject, profile: Profile) -> Exhibit:
    """Sample the inverse sets of a few neurons at five intervals each."""
    figures = (
        Figure(
            "gallery",
            "figures.gallery:gallery",
            "Pictures that drive a neuron to activations in an interval, chosen in several ways, each with its "
            "activation, code norm and nearest picture of the data.",
            "What drives a neuron to a chosen activation",
        ),
        Figure(
            "training-images",
            "figures.data:training_images",
            "For each neuron a falling curve, the share of generated pictures that reach an activation, and a dashed "
            "one for the pictures of the data, over five shaded intervals.",
            "How far the data go",
        ),
        Figure(
            "data-counts",
            "figures.data:data_counts",
            "A row for each neuron: how many pictures of the data lie in each of its five intervals.",
            "How many pictures of the data lie in each interval",
        ),
        Figure(
            "scores",
            "figures.scores:scores",
            "A row for each way to choose pictures from a set: the share in the set, the holes it leaves, the distance "
            "to the nearest other, the Vendi score, the distance between laws of activation, code norm and seconds.",
            "How well a selection stands for its set",
        ),
    )
    params: dict[str, Json] = {
        **GALLERY[profile],
        "neurons": _neurons(subject, profile),
        "steps": FITTING_STEPS[profile],
        "seed": 0,
    }
    if subject.intervals:
        params["intervals"] = {name: list(interval) for name, interval in subject.intervals.items()}
    return Exhibit("gallery", "analysis.gallery:sample_gallery", figures, "facts.gallery:gallery", params)


def _distances(profile: Profile) -> Exhibit:
    """Compare distances between pixels with distances between encodings."""
    drawn = Figure(
        "distances",
        "figures.distances:distances",
        "Pairs of pictures as marks by their difference in pixels and their distance in the encoder’s space: pairs of "
        "white noise lie far to the right and low, pairs of different classes high, pairs of one class between.",
        "Far apart in pixels is not far apart for the network",
    )
    smoke = profile == "smoke"
    params: dict[str, Json] = {"pictures": 100 if smoke else 1_000, "pairs": 40 if smoke else 300, "seed": 0}
    return Exhibit("distances", "analysis.distances:compare_distances", (drawn,), "facts.distances:distances", params)


def _intersection(subject: Subject, profile: Profile) -> Exhibit:
    """Show what drives the first two neurons at once."""
    figures = (
        Figure(
            "intersection",
            "figures.intersection:intersection",
            "Pictures in the inverse set of one neuron, of another, and in both, at matched intervals.",
            "What two neurons share",
        ),
        Figure(
            "pairs",
            "figures.intersection:pairs",
            "A row for every two neurons and interval: the share of draws in either set, in both, and the product of "
            "the two.",
            "Every pair of neurons",
        ),
    )
    smoke = profile == "smoke"
    params: dict[str, Json] = {
        "draws": 300 if smoke else 6_000,
        "data": 60 if smoke else 2_000,
        "n": 2 if smoke else 24,
        "starts": 2 if smoke else 48,
        "moves": 1 if smoke else 2,
        "neurons": _neurons(subject, profile),
        "steps": FITTING_STEPS[profile],
        "seed": 0,
    }
    return Exhibit(
        "intersection", "analysis.intersection:intersect", figures, "facts.intersection:intersection", params
    )


def _truth(subject: Subject, profile: Profile) -> Exhibit:
    """Say what the factors of pictures tell of the sets."""
    figures = (
        Figure(
            "truth-classes",
            "figures.truth:classes",
            "For each neuron and interval a row for each class: its share of the renderer’s set, a filled square, and "
            "of the learned generator’s, a circle.",
            "Which classes lie in the set, in truth and as a learned generator has it",
        ),
        Figure(
            "truth-factors",
            "figures.truth:factors",
            "For each neuron five histograms of factors of its main class over a dashed even line, the most shifted "
            "first.",
            "What the neuron wants of its class",
        ),
        Figure(
            "truth-attributes",
            "figures.truth:attributes",
            "A row for each of eight attributes: the spread over all draws and in each neuron’s set, the renderer’s "
            "above the learned generator’s.",
            "What can be measured on any picture",
        ),
    )
    work: dict[Profile, tuple[int, int]] = {"smoke": (700, 40), "laptop": (8_000, 1_600), "gpu": (100_000, 20_000)}
    draws, class_draws = work[profile]
    params: dict[str, Json] = {
        "draws": draws,
        "class_draws": class_draws,
        "neurons": _neurons(subject, profile),
        "seed": 0,
    }
    return Exhibit("truth", "analysis.truth:tell_truth", figures, "facts.truth:truth", params)


def _regularities(subject: Subject, profile: Profile) -> Exhibit:
    """Find what the members of each set have in common."""
    figures = (
        Figure(
            "regularities",
            "figures.regularities:strips",
            "Strips of five pictures, one a direction of code space, each with its activation below it; framed where "
            "it is in the set.",
            "What the members have in common",
        ),
        Figure(
            "directions",
            "figures.regularities:directions",
            "A row for each direction: where the members lie along it and how much they vary, beside what chance "
            "gives.",
            "Directions that a set keeps to",
        ),
    )
    work: dict[Profile, tuple[int, int]] = {"smoke": (100, 100), "laptop": (2_000, 3_000), "gpu": (20_000, 30_000)}
    draws, class_draws = work[profile]
    params: dict[str, Json] = {
        "draws": draws,
        "class_draws": class_draws,
        "neurons": _neurons(subject, profile),
        "steps": FITTING_STEPS[profile],
        "seed": 0,
    }
    return Exhibit(
        "regularities", "analysis.regularities:find_regularities", figures, "facts.regularities:regularities", params
    )


def _pixels(subject: Subject, profile: Profile) -> Exhibit:
    """Reach one neuron's interval with pixels alone."""
    figures = (
        Figure(
            "pixels",
            "figures.pixels:pixels",
            "Five rows of pictures that reach the same activation: pictures of the data, pixels climbed from grey, "
            "which look like noise, pixels climbed from other pictures, other pictures moved in, and the generator’s.",
            "Pixels alone reach the interval with noise",
        ),
        Figure(
            "sensitivity",
            "figures.pixels:sensitivity",
            "Four panels with a row for each road and a mark for each picture: how far neighbouring pixels differ, the "
            "variance in fine detail, and how far one pixel or one level everywhere moves the activation.",
            "How noisy each road’s pictures are, and how easily moved",
        ),
    )
    smoke = profile == "smoke"
    first: Json = list(subject.neurons[:1]) or 1
    params: dict[str, Json] = {
        "draws": 300 if smoke else 2_000,
        "data": 300 if smoke else 1_000,
        "m": 2 if smoke else 8,
        "climbs": 2 if smoke else 24,
        "tried": 4 if smoke else 128,
        "neurons": first,
        "steps": FITTING_STEPS[profile],
        "seed": 0,
    }
    return Exhibit("pixels", "analysis.pixels:optimise_pixels", figures, "facts.pixels:pixels", params)


def _cost() -> Exhibit:
    """Show what the published objective costs, as the benchmark measured it."""
    figures = (
        Figure(
            "cost",
            "figures.cost:cost",
            "CPU time and memory of one gradient against the number of samples, both logarithmic: every pair as "
            "written rises steeply in both, the linear form in micro-batches keeps its memory flat.",
            "What a gradient of the published objective costs",
        ),
        Figure(
            "cost-table",
            "figures.cost:cost_table",
            "A row for each road and number of samples: CPU seconds, and what the process grew by.",
            "The same in numbers",
        ),
    )
    measured = Path(__file__).with_name("analysis") / "measured.json"
    params: dict[str, Json] = {"measured": sha256(measured.read_bytes()).hexdigest()[:16]}
    return Exhibit("cost", "analysis.cost:read_measured", figures, "facts.cost:cost", params)
