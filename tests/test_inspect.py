"""``inspect``: every kind of target, JSON as documented, a tree of the same numbers, one sentence for bad input."""

import io
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from generators.articles.neuron.results.outline import lines
from generators.errors import UsageError
from generators.inspect import as_json, inspect, tree
from generators.networks.spec import SHAPES
from generators.paths import REPOSITORY

DOCUMENTED = [
    "network", "neurons", "synapses", "synapses_per_neuron", "parameters", "other_parameters", "active", "modules",
    "unclassified",
]  # fmt: skip
NETWORKS = """
import torch
from torch import nn

def mlp():
    return nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 2))

def pruned():
    from torch.nn.utils import prune
    layer = nn.Linear(10, 10)
    prune.random_unstructured(layer, "weight", 0.5)
    return layer

def huge():
    return nn.Sequential(*[nn.Linear(100_000, 100_000) for _ in range(20)])

def needs_values():
    layer = nn.Linear(2, 2)
    assert layer.weight.sum().item() != 0
    return layer

class Markup(nn.Module):
    def __init__(self):
        super().__init__()
        self.add_module("[bold]x[/bold]", nn.Linear(2, 2))

def chatty():
    print("hello")
    return nn.Linear(2, 2)

def lazy(): return nn.LazyLinear(3)
def raises(): raise ValueError("no luck")
def nothing(): return None
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.py"
    path.write_text(NETWORKS)
    return path


def printed(target: str, width: int = 200) -> str:
    count = inspect(target)
    out = io.StringIO()
    Console(file=out, width=width).print(tree(count), soft_wrap=True)
    return out.getvalue()


def test_json_is_as_documented() -> None:
    given = as_json(inspect("spec:gpt3"))
    assert list(given)[: len(DOCUMENTED)] == DOCUMENTED
    assert json.loads(json.dumps(given)) == given
    assert (given["network"], given["neurons"], given["synapses"]) == ("spec:gpt3", 10_616_832, 173_946_175_488)
    assert (given["synapses_per_neuron"], given["parameters"]) == (16_384, 174_604_259_328)
    assert given["synapses"] + given["other_parameters"] == given["parameters"]
    assert given["active"] is None and given["unclassified"] == []
    assert list(given["modules"][0])[:6] == [
        "path", "type", "neurons", "synapses", "synapses_per_neuron", "connections",
    ]  # fmt: skip
    assert sum(row["synapses"] for row in given["modules"]) == given["synapses"]
    assert given["head"]["synapses"] == 50_257 * 12_288


def test_json_of_a_mixture_says_what_one_token_uses() -> None:
    assert as_json(inspect("spec:mixtral-8x7b"))["active"] == {
        "neurons": 2_425_088, "synapses": 12_617_515_008, "experts": 8, "experts_per_token": 2,
    }  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_every_published_shape_has_json_and_tree(name: str) -> None:
    given = as_json(inspect(f"spec:{name}"))
    assert json.loads(json.dumps(given)) == given
    assert f"{given['neurons']:,}" in printed(f"spec:{name}")


def test_the_tree_tells_equal_blocks_once() -> None:
    told = printed("spec:gpt3").splitlines()
    assert told[0].split() == ["neurons", "synapses", "per", "neuron"]
    assert told[1].split() == ["spec:gpt3", "10,616,832", "173,946,175,488", "16,384"]
    assert "└── 0–95, each" in told[3]
    assert told[-1] == "with the head: 10,667,089 neurons, 174,563,733,504 synapses"
    assert len(told) == 15


@pytest.mark.parametrize("width", [20, 80, 300])
def test_the_tree_is_what_the_article_shows_at_any_width(width: int) -> None:
    count = inspect("spec:gpt-oss-20b")
    shown = [str(line) for line in lines(count)]
    assert [line.rstrip() for line in printed("spec:gpt-oss-20b", width).splitlines()][: len(shown)] == shown


def test_a_bundled_network_by_name() -> None:
    given = as_json(inspect("digits-net"))
    assert given["network"] == "digits-net" and given["input_shape"] == [1, 8, 8]
    assert all(isinstance(row["connections"], int) for row in given["modules"])
    assert given["nonzero_synapses"] == given["synapses"]


def test_networks_of_the_source_by_name() -> None:
    assert [(inspect(name).neurons, inspect(name).synapses) for name in ("iris-net-2", "iris-net-4")] == [
        (4, 10),
        (12, 36),
    ]


def test_a_function_of_a_file(file: Path) -> None:
    given = as_json(inspect(f"{file}:mlp"))
    assert (given["neurons"], given["synapses"], given["parameters"]) == (10, 40, 50)
    assert given["modules"][0]["connections"] is None


def test_a_pruned_network_of_a_file_has_its_zeros_counted(file: Path) -> None:
    assert inspect(f"{file}:pruned").nonzero_synapses == 50


def test_a_network_too_large_for_memory_is_counted_on_the_meta_device(file: Path) -> None:
    assert inspect(f"{file}:huge").synapses == 20 * 100_000**2


def test_a_network_that_needs_values_to_be_made_is_made_with_them(file: Path) -> None:
    assert inspect(f"{file}:needs_values").synapses == 4


def test_what_a_file_prints_stays_out_of_the_json(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inspect(f"{file}:chatty")
    told = capsys.readouterr()
    assert told.out == "" and "hello" in told.err


def test_names_are_never_markup(file: Path) -> None:
    assert "[bold]x[/bold]" in printed(f"{file}:Markup")


def test_a_configuration_is_enough(tmp_path: Path) -> None:
    pytest.importorskip("transformers")
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"]}))
    by_configuration, by_shape = as_json(inspect(f"hf:{tmp_path}")), as_json(inspect("spec:gpt2"))
    for key in ("neurons", "synapses", "synapses_per_neuron", "parameters", "other_parameters", "others"):
        assert by_configuration[key] == by_shape[key]


def test_a_hub_name_that_is_not_at_hand_gets_one_sentence() -> None:
    pytest.importorskip("transformers")
    with pytest.raises(UsageError, match="hf:nobody/nothing gives no configuration") as told:
        inspect("hf:nobody/nothing")
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ("digit-net", "there is no network 'digit-net' in networks.toml: did you mean 'digits-net'"),
        ("gpt3", "there is no network 'gpt3' in networks.toml: did you mean 'spec:gpt3'"),
        ("spec:gpt33", "no published shape is named 'gpt33': did you mean 'gpt3'"),
        ("absent.py:mlp", "'absent.py:mlp' names a file that does not exist"),
        ("FILE", "names no function"),
        ("FILE:mlpp", "has no function 'mlpp': did you mean 'mlp'"),
        ("FILE:raises", "fails when it is called without arguments: line 32: ValueError: no luck"),
        ("FILE:nothing", "returns None: expected an nn.Module"),
        ("FILE:lazy", "has no shape yet: run the lazy module once on an input"),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:Lazy modules are a new feature")
def test_bad_input_gets_one_sentence(file: Path, target: str, sentence: str) -> None:
    with pytest.raises(UsageError) as told:
        inspect(target.replace("FILE", str(file)))
    assert sentence in str(told.value) and "\n" not in str(told.value)


def test_a_file_that_does_not_parse_names_the_line(tmp_path: Path) -> None:
    (tmp_path / "wrong.py").write_text("x = 1\ndef f(:\n")
    with pytest.raises(UsageError, match="does not parse, line 2"):
        inspect(f"{tmp_path / 'wrong.py'}:f")


def fresh(program: str) -> Any:
    """Run a program in a process of its own and read the JSON it prints."""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=REPOSITORY.root, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_a_published_shape_needs_no_torch() -> None:
    program = "import sys, json; from generators.inspect import inspect; inspect('spec:llama3-405b')"
    assert not set(fresh(f"{program}; print(json.dumps([*sys.modules]))")) & {"torch", "transformers", "plotly"}


@pytest.mark.parametrize("name", ["gpt3", "llama3-405b"])
def test_the_closed_form_of_the_largest_takes_no_time(name: str) -> None:
    started = time.perf_counter()
    as_json(inspect(f"spec:{name}"))
    assert time.perf_counter() - started < 1


MEASURED = """
import json, resource, time
import torch, transformers
from generators.articles.neuron.analysis.counting import count_module
transformers.GPT2LMHeadModel(transformers.GPT2Config(n_layer=1)), transformers.LlamaForCausalLM
before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
shape = transformers.GPT2Config(n_embd=12288, n_layer=96, n_head=96, n_positions=2048)
with torch.device("meta"):
    module = transformers.GPT2LMHeadModel(shape)
count = count_module(module)
seconds = time.perf_counter() - started
print(json.dumps([count.neurons, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss is in kilobytes on Linux")
def test_the_module_tree_of_gpt3_takes_a_second_and_no_memory() -> None:
    pytest.importorskip("transformers")
    neurons, seconds, kilobytes = fresh(MEASURED)
    assert neurons == 10_616_832
    assert kilobytes < 50_000
    assert seconds < 5  # under a second alone; machines that run tests are busy
