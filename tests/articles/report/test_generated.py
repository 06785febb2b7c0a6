"""Generated pictures in a report: what is shown is what was made, and the table's last row is of real ones."""

from types import SimpleNamespace

import torch
from torch import nn

from generators.articles.report.analysis import generated
from generators.articles.report.facts.generated import generated as generated_facts
from generators.articles.report.figures.generated import generated as draw
from generators.articles.report.figures.generated import generator_quality
from generators.networks import generative
from generators.networks.generative import Generator
from tests.articles.report.stand_in import classifier


def network():
    """Three classes of grey pictures of 4 by 4 pixels, told by how bright they are."""
    module = nn.Sequential(nn.Flatten(), nn.Linear(16, 3))
    with torch.no_grad():
        module[1].weight.copy_(torch.tensor([[-4.0], [0.0], [4.0]]).expand(3, 16))
        module[1].bias.copy_(torch.tensor([24.0, 9.0, -40.0]))
    x = (torch.arange(60) % 3)[:, None, None, None] / 2 * torch.ones(1, 1, 4, 4)
    about = {"mean": (0.0,), "std": (1.0,), "kind": "image-classifier", "entry": SimpleNamespace(generator=None)}
    return classifier(module.eval(), x, [k % 3 for k in range(60)], **about)


def test_every_generator_is_shown_and_measured(monkeypatch):
    bright = Generator("bright", "given", 2, (), lambda z, y: torch.ones(len(z), 1, 4, 4))
    dark = Generator("dark", "bundled", 5, (), lambda z, y: torch.zeros(len(z), 1, 4, 4))
    monkeypatch.setattr(generative, "load", lambda network, steps: (bright, dark))
    result = generated.sample(network(), shown=3, compared=20, steps=1, seed=0)
    first, second = result.generators
    assert (first.name, first.code_size, second.name, second.code_size) == ("bright", 2, "dark", 5)
    assert first.answer.tolist() == [2, 2, 2] and second.answer.tolist() == [0, 0, 0]
    assert first.pictures.shape == (3, 4, 4, 1)
    assert first.covered == second.covered == 1 and result.n_classes == 3
    drawn = draw(result)
    assert [count for _, count in drawn.rows] == [3, 3]
    assert list(drawn.captions) == ["c"] * 3 + ["a"] * 3
    table = generator_quality(result)
    assert [row["Pictures"] for row in table.rows] == ["bright", "dark", "real, against other real ones"]
    assert table.rows[0]["Classes"] == 1 and table.rows[-1]["Classes"] == result.covered_real
    assert generated_facts(result)["generator"] == "bright"


def test_the_best_generator_is_the_data_themselves(monkeypatch):
    own = network()
    same = Generator("same", "exact", 1, ("a", "b", "c"), lambda z, y: own.dataset.test.x[:3][y])
    monkeypatch.setattr(generative, "load", lambda network, steps: (same,))
    made = generated.sample(own, shown=3, compared=20, steps=1, seed=0)
    assert made.generators[0].covered == 3
    assert made.generators[0].nearest < 1e-6
    assert made.generators[0].frechet < made.frechet_real + 1
