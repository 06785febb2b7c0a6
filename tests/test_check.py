"""``check``: what is said of a network, of one without data, of a wrong one; and that it stays text."""

import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from rich.console import Console
from safetensors.torch import save_file

from generators import __main__ as cli
from generators import check as checking
from generators.build.project import Project
from generators.errors import UsageError
from generators.paths import Paths

NETS = """
import torch
from torch import nn

print("hello from nets.py")

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 2, 3, padding=1)
        self.head = nn.Linear(2, 2)

    def forward(self, x):
        return self.head(self.conv(x).relu().mean((2, 3)))

class Language(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(3, 4)
        self.head = nn.Linear(4, 3)

    def forward(self, tokens):
        return self.head(self.embedding(tokens))

class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.paint = nn.Linear(5, 16)

    def forward(self, z):
        return self.paint(z).sigmoid().view(-1, 1, 4, 4)

class Loud(Generator):
    def forward(self, z):
        return 3 * super().forward(z) + 1
"""
ENTRY = """
[networks.mine]
source = "nets.py:Net"
weights = "net.safetensors"
kind = "image-classifier"
input = { size = [4, 4], channels = 1, mean = [0.5], std = [0.25] }
"""
HOSTILE = "[red]cat[/] <img src=x>"


class Folder:
    def __init__(self, path: Path) -> None:
        self.path, self.file = path, path / "mine.toml"
        (path / "nets.py").write_text(NETS)
        self.write(ENTRY)
        bright = {"conv.weight": torch.full((2, 1, 3, 3), 0.2), "conv.bias": torch.zeros(2)}
        head = {"head.weight": torch.tensor([[-1.0, -1.0], [1.0, 1.0]]), "head.bias": torch.tensor([0.5, -0.5])}
        save_file(bright | head, path / "net.safetensors")

    def write(self, text: str) -> None:
        self.file.write_text(text)

    def data(self, right: float = 1.0, n: int = 200, more: str = "") -> None:
        """Bright and dark pictures, of which a share is named as the network names them."""
        y = np.arange(n) % 2
        x = np.where(y[:, None, None], 250, 5) * np.ones((n, 4, 4))
        y[: round(n * (1 - right))] ^= 1
        np.savez(self.path / "test.npz", x=x.astype("uint8"), y=y)
        self.write(ENTRY + f'data = "test.npz"\n{more}')

    def check(self) -> checking.Checked:
        return checking.check("mine", Paths(self.path), self.file)

    def printed(self, width: int = 160) -> str:
        out = io.StringIO()
        Console(file=out, width=width).print(checking.report(self.check()))
        return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_a_network_with_data_is_described_as_it_is(folder: Folder) -> None:
    folder.data(0.98, more=f'labels = ["dark", "{HOSTILE}"]\nlayers = ["conv"]\nneurons = ["conv:1"]\n')
    found = folder.check()
    assert (found.network, found.kind, found.parameters) == ("mine", "image-classifier", 26)
    assert (found.source, found.weights, found.data) == ("nets.py:Net", "net.safetensors", "test.npz")
    assert (found.input_shape, found.mean, found.std) == ((1, 4, 4), (0.5,), (0.25,))
    assert (found.examples, found.held_out, found.batch) == (200, 200, 200)
    assert found.counts == {"dark": 100, HOSTILE: 100}
    assert found.quality == {"accuracy": 0.98, "chance": 0.5}
    assert found.layers == (
        checking.CheckedLayer("conv", "Conv2d", (2, 1, 3, 3), (2, 4, 4), 20),
        checking.CheckedLayer("head", "Linear", (2, 2), (2,), 6),
    )
    assert (found.chosen_layers, found.neurons) == (("conv",), ("conv:1",))
    assert found.generator == "none given: one is fitted on its 200 pictures when an article asks for it"
    assert found.warnings == ()


def test_what_is_printed_is_aligned_and_text_is_never_markup(folder: Folder) -> None:
    folder.data(more=f'labels = ["dark", "{HOSTILE}"]\n')
    said = folder.printed()
    assert said.splitlines()[0] == "mine  image-classifier, 26 parameters"
    for line in (
        "source       nets.py:Net",
        f"classes      2: dark (100), {HOSTILE} (100)",
        "quality      right about 100.00% of them, chance 50.00%",
        "layers       conv",
        "neurons      chosen by measurement when an article asks for some",
        "layer          weights  gives  parameters",
        "conv   Conv2d  2×1×3×3  2×4×4          20",
        "head   Linear  2×2      2               6",
    ):
        assert f"\n{line}\n" in said
    assert "counting" in said and "counts-by-layer" in said


def test_a_network_without_data_or_input_is_checked_all_the_same(folder: Folder) -> None:
    found = folder.check()
    assert (found.data, found.examples, found.counts, found.quality) == (None, 0, None, {})
    assert (found.batch, found.layers[0].output_shape) == (1, (2, 4, 4))
    assert found.generator == "none: it has no pictures that one could be fitted on"
    folder.write(ENTRY.replace("input = ", "# "))
    found = folder.check()
    assert (found.input_shape, found.batch, found.layers[0].output_shape) == (None, 0, None)
    assert "not said: layers are listed without what they give" in folder.printed()


@pytest.mark.parametrize(("right", "warned"), [(0.5, True), (0.6, True), (0.62, False), (0.1, True)])
def test_a_network_that_only_guesses_is_said_to(folder: Folder, right: float, warned: bool) -> None:
    folder.data(right)
    found = folder.check()
    assert bool(found.warnings) == warned
    if warned:
        assert f"warning  no better than chance: right about {right:.2%}" in folder.printed()
        assert "order of channels" in found.warnings[0]


def test_guessing_seldom_comes_out_above_the_bound() -> None:
    guessed = np.random.default_rng(0).binomial(500, 0.3, 20_000) / 500
    assert 0 < (guessed > checking.beyond_chance(0.3, 500)).mean() < 0.004


def language(folder: Folder, text: str) -> None:
    (folder.path / "text.txt").write_text(text)
    folder.write(
        '[networks.mine]\nsource = "nets.py:Language"\nweights = "language.safetensors"\nkind = "language-model"\n'
        'input = { length = 8 }\ndata = "text.txt"\n'
    )
    after = torch.tensor([[-9.0, 9, -9], [-9, -9, 9], [9, -9, -9]])  # b follows a, c follows b, a follows c
    weights = {"embedding.weight": torch.eye(3, 4), "head.weight": torch.nn.functional.pad(after.T, (0, 1))}
    save_file(weights | {"head.bias": torch.zeros(3)}, folder.path / "language.safetensors")


def test_a_language_model_is_measured_in_nats(folder: Folder) -> None:
    language(folder, "abc" * 100)
    found = folder.check()
    assert (found.input_shape, found.counts, found.generator) == ((8,), None, None)
    assert found.quality["loss"] < 1e-5 and found.quality["accuracy"] == 1
    assert found.layers[0].output_shape == (8, 4)
    said = folder.printed()
    assert "data         text.txt: 37 windows, 3 tokens in its vocabulary" in said
    assert "quality      0.000 nats a token, chance 1.09" in said
    assert "input        8 tokens; answers 37 examples in" in said


def test_a_language_model_whose_tokens_are_numbered_otherwise_is_noticed(folder: Folder) -> None:
    language(folder, "acb" * 100)
    assert "usual causes: its vocabulary numbers tokens in another order" in folder.check().warnings[0]


def test_weights_that_two_layers_share_count_once(folder: Folder) -> None:
    nets = NETS.replace(
        "self.head = nn.Linear(4, 3)", "self.head = nn.Linear(4, 3)\n        self.embedding.weight = self.head.weight"
    )
    (folder.path / "nets.py").write_text(nets)
    folder.write('[networks.mine]\nsource = "nets.py:Language"\nkind = "language-model"\ninput = { length = 8 }\n')
    found = folder.check()
    assert [each.parameters for each in found.layers] == [12, 3]
    assert sum(each.parameters for each in found.layers) == found.parameters == 15
    assert found.weights is None and "weights      as the source makes them" in folder.printed()


def test_a_generator_that_is_given_is_tried(folder: Folder) -> None:
    save_file({"paint.weight": torch.ones(16, 5), "paint.bias": torch.zeros(16)}, folder.path / "gan.safetensors")
    generator = 'generator = { source = "nets.py:Generator", weights = "gan.safetensors", code = 5 }\n'
    folder.data(more=generator)
    assert folder.check().generator == "given: Generator makes pictures 1×4×4 of 5 numbers"
    folder.data(more=generator.replace("Generator", "Loud"))
    with pytest.raises(UsageError, match="expected 0 to 1"):
        folder.check()
    folder.data(more=generator.replace("code = 5", "code = 6"))
    with pytest.raises(UsageError, match="cannot take a code of 6 numbers"):
        folder.check()


def test_articles_are_asked_in_turn_and_one_that_is_silent_says_so(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    figure = SimpleNamespace(name="drawn", title="", alt="A drawing.")
    exhibit = SimpleNamespace(name="shown", figures=(figure,))
    monkeypatch.setattr(Project, "packages", lambda self: {"one": "a.one", "two": "a.two"})
    monkeypatch.setattr(Project, "declared", lambda *_, **__: [SimpleNamespace(article="two", exhibit=exhibit)])
    found = folder.check().articles
    assert found == (
        checking.CheckedArticle("one", {}),
        checking.CheckedArticle("two", {"shown": {"drawn": "A drawing."}}),
    )
    assert "one      –        nothing to say of this network" in folder.printed()


def test_json_is_the_same_and_nothing_else_is_printed(
    folder: Folder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.data()
    monkeypatch.setattr(cli, "PATHS", Paths(folder.path))
    assert cli.main(["check", "mine", "--networks", str(folder.file), "--json"]) == 0
    shown = capsys.readouterr()
    told: dict[str, Any] = json.loads(shown.out)
    assert "hello from nets.py" in shown.err
    assert told["quality"] == {"accuracy": 1.0, "chance": 0.5}
    assert told["layers"][0] == {
        "path": "conv", "type": "Conv2d", "weight_shape": [2, 1, 3, 3], "output_shape": [2, 4, 4], "parameters": 20,
    }  # fmt: skip
    exhibits = {each["article"]: each["exhibits"] for each in told["articles"]}
    assert "counting" in exhibits["neuron"]


@pytest.mark.parametrize(
    ("change", "sentences"),
    [
        (("mine]", "other]"), ["there is no network 'mine' in "]),
        (("nets.py:Net", "nets.py:Nett"), ["has no 'Nett'; did you mean 'Net'"]),
        (("size = [4, 4]", "size = [4, 4], lenght = 3"), ["line 6: networks.mine.input.lenght: there is no such key"]),
        (("channels = 1, ", "channels = 3, "), ["cannot take an example of shape 3×4×4"]),
        (
            ("kind", 'layers = ["con"]\nneurons = ["conv:2"]\nlabels = ["a"]\nkind'),
            [
                "has 3 mistakes:",
                "line 5: networks.mine.layers: there is no layer 'con': did you mean 'conv'",
                "line 6: networks.mine.neurons: 'conv:2' is too large: 'conv' has 2 neurons, 0 to 1",
                "line 7: networks.mine.labels: the network has 2 outputs and 1 label: expected one label for each",
            ],
        ),
    ],
)
def test_what_is_wrong_is_said_and_leaves_with_2(
    folder: Folder,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    change: tuple[str, str],
    sentences: list[str],
) -> None:
    folder.write(ENTRY.replace(*change))
    monkeypatch.setattr(cli, "PATHS", Paths(folder.path))
    assert cli.main(["check", "mine", "--networks", str(folder.file)]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert all(sentence in shown.err for sentence in sentences), shown.err
    assert "Traceback" not in shown.err


def test_a_network_of_the_project_is_checked_too() -> None:
    found = checking.check("digits-net")
    assert found.counts is not None and sum(found.counts.values()) == found.examples == 1797
    assert found.chosen_layers == ("conv1", "conv2", "mix")
    assert {each.article for each in found.articles} >= {"neuron"}


def test_classes_of_one_name_are_counted_each_for_itself():
    examples = SimpleNamespace(y=np.array([0, 1, 1, 2]))
    network = SimpleNamespace(
        dataset=SimpleNamespace(examples=examples), kind="plane", labels=("crane", "crane", "dog")
    )
    assert checking._counts(network) == {"crane [0]": 1, "crane [1]": 2, "dog": 1}
