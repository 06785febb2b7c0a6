"""The bundled data sets: what they hold, how they are divided, what identifies them."""

import subprocess
import sys

import numpy as np
import pytest
import torch

from generators import datasets
from generators.datasets.registry import BUNDLED, Bundled, data_files
from generators.errors import UsageError

SIZES = {
    "digits": (1442, 355),
    "iris": (102, 48),
    "iris-pair": (68, 32),
    "moons": (3000, 1000),
    "spirals": (3000, 1000),
    "picture": (12290, 4094),
}


@pytest.mark.parametrize("name", SIZES)
def test_inputs_are_raw_values_scaled(name):
    data = datasets.load(name)
    for split in (data.train, data.test):
        raw = torch.from_numpy(split.raw.astype("float64")).reshape(split.x.shape)
        scaled = (raw - torch.tensor(data.mean, dtype=torch.float64)) / torch.tensor(data.std, dtype=torch.float64)
        torch.testing.assert_close(split.x.double(), scaled, atol=1e-6, rtol=1e-6)
        assert split.x.dtype == torch.float32 and split.y.dtype == torch.int64
        assert len(split) == len(split.x) == len(split.raw)


@pytest.mark.parametrize("name", SIZES)
def test_every_label_is_divided_in_proportion(name):
    data = datasets.load(name)
    assert (len(data.train), len(data.test)) == SIZES[name]
    for label in range(len(data.labels)):
        learnt, held_out = (float((split.y == label).double().mean()) for split in (data.train, data.test))
        assert abs(learnt - held_out) < 0.02
    assert set(data.train.y.tolist()) == set(data.test.y.tolist()) == set(range(len(data.labels)))


def test_digits_are_those_of_scikit_learn_each_once():
    from sklearn.datasets import load_digits

    data, original = datasets.load("digits"), load_digits()
    together = np.concatenate([data.train.raw, data.test.raw]).reshape(1797, 64)
    assert sorted(map(bytes, together)) == sorted(map(bytes, original.data.astype("uint8")))
    assert data.train.x.min() == 0 and data.train.x.max() == 1
    assert data.train.x.shape[1:] == (1, 8, 8)


def test_iris_pair_is_standardised_on_its_training_flowers_and_iris_only_scaled():
    pair, every = datasets.load("iris-pair"), datasets.load("iris")
    torch.testing.assert_close(pair.train.x.mean(0), torch.zeros(3), atol=1e-5, rtol=0)
    torch.testing.assert_close(pair.train.x.std(0, correction=0), torch.ones(3), atol=1e-5, rtol=0)
    torch.testing.assert_close(every.train.x.std(0, correction=0), torch.ones(3), atol=1e-5, rtol=0)
    assert every.mean == (0.0, 0.0, 0.0)
    assert pair.labels == ("versicolor", "virginica")
    assert pair.features == ("sepal width (cm)", "petal length (cm)", "petal width (cm)")


def test_chance_is_the_share_of_the_most_frequent_answer():
    assert datasets.load("iris").chance == pytest.approx(1 / 3)
    assert datasets.load("iris-pair").chance == 0.5


def test_unknown_set_is_answered_with_the_nearest():
    with pytest.raises(UsageError, match="there is no data set 'digit': did you mean 'digits'"):
        datasets.load("digit")


def test_fingerprint_is_the_content_of_the_file(tmp_path, monkeypatch):
    before = datasets.fingerprint("digits")
    (original,) = data_files("digits")
    copy = tmp_path / "digits.csv.gz"
    copy.write_bytes(original.read_bytes())
    monkeypatch.setattr("generators.datasets.registry.data_files", lambda name: (copy,))
    assert datasets.fingerprint("digits") == before
    copy.write_bytes(original.read_bytes() + b" ")
    assert datasets.fingerprint("digits") != before


def test_what_code_makes_is_known_by_its_code(monkeypatch):
    def made_by(source: str) -> str:
        monkeypatch.setitem(BUNDLED, "made", Bundled(source, ("a", "b")))
        return datasets.fingerprint("made")

    one, other = "generators.datasets.iris:load", "generators.datasets.iris:load_pair"
    assert made_by(one) == made_by(one) != made_by(other)
    assert data_files("made") == ()


def test_fingerprint_imports_neither_torch_nor_scikit_learn():
    program = (
        "import sys; from generators import datasets; datasets.fingerprint('digits'); datasets.fingerprint('iris');"
        "print([each for each in ('torch', 'sklearn', 'numpy') if each in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout == "[]\n"
