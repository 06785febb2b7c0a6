"""Irises: three measurements in centimetres of 150 flowers, 50 of each of three species (R. A. Fisher, 1936).

The sepals' length is left out, so that a network with three inputs can be drawn whole. The networks that read these
flowers have no biases, so where the origin lies matters. With three species it stays at 0 cm and the measurements are
only scaled: what a network sees is the flower's proportions. With two it moves to the mean flower, between them.
"""

from generators.datasets.dataset import Dataset, Split

FILE = "datasets/data/iris.csv"
FEATURES = ("sepal width (cm)", "petal length (cm)", "petal width (cm)")
LABELS = ("setosa", "versicolor", "virginica")
PAIR = ("versicolor", "virginica")


def load() -> Dataset:
    """All three species; each measurement divided by its standard deviation."""
    return _load("iris", LABELS, centred=False)


def load_pair() -> Dataset:
    """The two species that overlap; each measurement standardised."""
    return _load("iris-pair", PAIR, centred=True)


def _load(name: str, labels: tuple[str, ...], centred: bool) -> Dataset:
    import numpy as np
    import torch
    from sklearn.datasets import load_iris

    from generators.datasets.splitting import held_out

    iris = load_iris()
    species = iris.target_names[iris.target]
    kept = np.isin(species, labels)
    raw = iris.data[kept][:, [iris.feature_names.index(feature) for feature in FEATURES]]  # (n, 3)
    y = np.array([labels.index(each) for each in species[kept]])
    out = held_out(y, every=3)
    mean = raw[~out].mean(0) if centred else np.zeros(len(FEATURES))
    std = raw[~out].std(0)
    x = torch.from_numpy((raw - mean) / std).float()
    train, test = (Split(x[part], torch.from_numpy(y[part]), raw[part]) for part in (~out, out))
    return Dataset(name, train, test, labels, FEATURES, tuple(mean.tolist()), tuple(std.tolist()))
