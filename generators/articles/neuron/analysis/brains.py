"""Published counts of nervous systems, beside networks counted in closed form (``generators.networks.spec``)."""

from math import sqrt

from generators.articles.neuron.results.brains import Comparison, Count
from generators.networks.spec import SHAPES, spec

CORTICAL_MEAN = 7000.0
"""Drachman 2005 after Pakkenberg et al. 2003: 20 billion neocortical neurons with 7,000 synapses each."""

BRAINS = (
    Count(
        "sea squirt", "brain", 177, 6_618, None, None, False,
        "Ciona intestinalis, larva, central nervous system; 1,772 of them on muscles, 1,206 gap junctions beside them",
        "Ryan, Lu and Meinertzhagen 2016",
        "ryan2016",
    ),
    Count(
        "roundworm", "brain", 302, 6_393, None, (6_393, 20_589), False,
        "C. elegans; the 6,393 chemical synapses are those of about 280 neurons, the pharynx left out; 890 gap "
        "junctions beside them; a later data set totals 20,589",
        "Varshney et al. 2011; Fenyves et al. 2020", "varshney2011",
    ),
    Count(
        "fruit fly larva", "brain", 3_016, 548_000, None, None, False,
        "Drosophila melanogaster, first instar, whole brain", "Winding et al. 2023", "winding2023",
    ),
    Count(
        "1 mm³ of mouse cortex", "piece", 84_000, 523e6, None, None, False,
        "visual cortex; about 84,000 neurons among 200,000 cells", "MICrONS consortium 2025", "microns2025",
    ),
    Count(
        "fruit fly", "brain", 139_255, 54.5e6, None, None, False,
        "Drosophila melanogaster, adult; synapses found by machine between proofread neurons",
        "Dorkenwald et al. 2024", "dorkenwald2024",
    ),
    Count(
        "honey bee", "brain", 960_000, 1e9, None, None, True,
        "Apis mellifera; synapses to the order of magnitude, as commonly listed", "Menzel and Giurfa 2001",
        "menzel2001",
    ),
    Count(
        "mouse", "brain", 71e6, 1e11, None, None, True,
        "Mus musculus; neurons from the source, synapses to the order of magnitude, as commonly listed",
        "Herculano-Houzel, Mota and Lent 2006", "herculano2006",
    ),
    Count(
        "rat", "brain", 200e6, 4.48e11, None, None, True,
        "Rattus norvegicus; neurons from the source, synapses as commonly listed", "Herculano-Houzel and Lent 2005",
        "herculano2005",
    ),
    Count(
        "human neocortex", "piece", 20e9, 1.5e14, (10.2e9, 31e9), (1.5e14, 3.6e14), False,
        "of neocortex, not of the brain; other studies: a mean of 10 billion neurons, single brains up to 31 billion, "
        "and 360 trillion synapses",
        "Pakkenberg et al. 2003; Pakkenberg and Gundersen 1997",
        "pakkenberg2003",
    ),
    Count(
        "human brain", "brain", 86.1e9, sqrt(1e14 * 1e15), (78.0e9, 94.2e9), (1e14, 1e15), True,
        "86.1 ± 8.1 billion neurons; synapses were never counted, the point is the middle of 10¹⁴ to 10¹⁵",
        "Azevedo et al. 2009", "azevedo2009",
    ),
)  # fmt: skip


def compare() -> Comparison:
    """Put every published network beside the brains."""
    networks = [spec(name) for name in SHAPES]
    return Comparison(
        brains=tuple(sorted(BRAINS, key=lambda count: count.neurons)),
        networks=tuple(
            sorted(
                (
                    Count(network.title, "network", network.neurons, network.synapses, None, None, False,
                          f"{network.year}; head not counted", network.source, "")
                    for network in networks
                ),
                key=lambda count: count.neurons,
            )
        ),
        cortical_mean=CORTICAL_MEAN,
    )  # fmt: skip
