"""How faithful an atlas is: what icons keep of cells, and what the map keeps of activations; chance beside each."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fidelity:
    """Icons of one level, measured on their 8 bits without any transform."""

    grid: int
    n_cells: int
    cosine_mean: float
    """Centred cosine between what an icon activates and its cell's mean, in the mean over cells."""
    cosine_p10: float
    """Its 10th percentile."""
    cosine_chance: float
    """The same between the means of two different cells, in the mean."""
    retrieval_exact: float
    """The share of icons whose activation has its own cell's mean as the nearest by centred cosine."""
    retrieval_3x3: float
    """The share for which the nearest is at most one cell away, also diagonally."""
    retrieval_chance: float
    """1 over the number of cells."""
    retrieval_3x3_chance: float
    """The mean share of the cells that lie in a cell's neighbourhood."""
    label_agreement: float
    """The share of icons which the network itself, given the icon alone, calls as the cell's largest attribution says;
    nan where it takes no picture of that size."""
    label_chance: float
    """The same when icons are dealt to cells at random."""
    spread_mean: float
    """The mean over cells of how well their members agree, as centred cosine to their mean."""
    spread_chance: float
    """The same for cells of equal size filled at random."""


@dataclass(frozen=True)
class LayoutQuality:
    """What a layout in two dimensions keeps of neighbourhoods in all; 15 neighbours, cosine."""

    method: str
    n: int
    """How many points were looked at."""
    trustworthiness: float
    """1 where no point became a neighbour that was none (Venna and Kaski, 2001)."""
    continuity: float
    """1 where no neighbour was lost."""
    recall: float
    """The share of a point's true neighbours that are among its nearest on the map."""
    recall_chance: float
    """The same for points placed at random."""
    cells_used: int
    """Of 400, a grid of 20, those with at least 5 points."""
