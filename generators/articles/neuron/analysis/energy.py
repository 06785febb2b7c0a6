"""Published amounts of energy, and how long a brain would run on each."""

from generators.articles.neuron.results.energy import EnergyScale, Spending, Toll, Tolls

BRAIN_WATTS = 20.0
"""Balasubramanian 2021."""
HOUR, DAY, YEAR = 1.0, 24.0, 365.25 * 24.0
LIFE_YEARS = 80

_BRAIN = ("Balasubramanian 2021", "balasubramanian2021")
PUBLISHED: tuple[tuple[str, str, float, str, str, str], ...] = (
    ("Gemini, median prompt", "answer", 0.24, "text only, idle machines and cooling included; the maker's own figure",
     "Elsworth et al. 2025", "elsworth2025"),
    ("ChatGPT, from outside", "answer", 0.3, "a typical query to GPT-4o, as estimated", "You 2025", "you2025"),
    ("ChatGPT, by its maker", "answer", 0.34, "an average query, stated without a method", "Altman 2025", "altman2025"),
    ("a brain, an hour", "brain", BRAIN_WATTS * HOUR, "20 watts", *_BRAIN),
    ("a brain, a day", "brain", BRAIN_WATTS * DAY, "20 watts", *_BRAIN),
    ("a brain, a year", "brain", BRAIN_WATTS * YEAR, "20 watts", *_BRAIN),
    (f"a brain, {LIFE_YEARS} years", "brain", BRAIN_WATTS * YEAR * LIFE_YEARS, "20 watts", *_BRAIN),
    ("training BLOOM", "training", 433.196e6, "176 billion parameters; the GPUs at rated power, nothing else",
     "Luccioni, Viguier and Ligozat 2023", "luccioni2023"),
    ("training GLaM", "training", 456e6, "1.2 trillion parameters in experts, 600 billion tokens", "Du et al. 2022",
     "du2022"),
    ("training GPT-3", "training", 1287e6, "175 billion parameters; an estimate from outside", "Patterson et al. 2021",
     "patterson2021"),
)  # fmt: skip
"""Name, kind, watt-hours, what is in it, source and its key."""


def compare_energy() -> EnergyScale:
    """Say how long a brain runs on each amount."""
    spendings = (
        Spending(name, kind, watt_hours, watt_hours / BRAIN_WATTS * 3600, note, source, key)
        for name, kind, watt_hours, note, source, key in PUBLISHED
    )
    return EnergyScale(BRAIN_WATTS, tuple(sorted(spendings, key=lambda spending: spending.watt_hours)))


def weigh_tolls() -> Tolls:
    """Set the cost of moving against that of computing, in a processor and in the human cortex."""
    return Tolls(
        processor=Toll(
            name="a processor",
            unit="pJ",
            computing=0.9 + 3.7,
            computing_is="to multiply and add",
            moving=640.0,
            moving_is="to fetch a weight",
            says=("weights wait in another chip, the DRAM,", "and travel to every sum"),
            source="32 bits, 45 nm; Horowitz 2014, Han et al. 2015",
        ),
        cortex=Toll(
            name="the human cortex",
            unit="W",
            computing=0.1,
            computing_is="to compute",
            moving=3.5,
            moving_is="to send spikes far",
            says=("a weight is the synapse itself,", "where its sum is made"),
            source="power in ATP; Levy and Calvert 2021",
        ),
    )
