"""Where modules come from, and what is said when they do not come."""

import sys
from types import ModuleType

import pytest
import torch
from torch import nn

from generators.errors import UsageError
from generators.networks import sources
from generators.networks.bundled import BUNDLED
from generators.networks.sources import Source


def test_each_form_of_source_is_read(folder):
    assert sources.parse("bundled:digits-net") == Source("bundled", "digits-net")
    assert sources.parse("spec:gpt3") == Source("spec", "gpt3")
    assert sources.parse("hf:openai-community/gpt2") == Source("hf", "openai-community/gpt2")
    assert sources.parse("nets.py:net", folder.path) == Source("file", "net", folder.nets)
    (folder.path / "config.json").write_text("{}")
    assert sources.parse("hf:.", folder.path) == Source("hf", ".", folder.path)


@pytest.mark.parametrize("name", BUNDLED)
def test_bundled_networks_are_made(name):
    assert isinstance(sources.make(sources.parse(f"bundled:{name}")), nn.Module)


def test_the_users_function_is_called_the_same_way_every_time(folder):
    source = sources.parse("nets.py:net", folder.path)
    torch.manual_seed(5)
    before = torch.random.get_rng_state()
    one = sources.make(source)
    assert torch.equal(torch.random.get_rng_state(), before)
    torch.manual_seed(6)
    two = sources.make(source)
    torch.testing.assert_close(one.state_dict(), two.state_dict(), atol=0, rtol=0)


def test_a_users_file_may_import_its_neighbours_and_leaves_nothing_behind(tmp_path):
    path = list(sys.path)
    for width, place in ((3, tmp_path / "a"), (5, tmp_path / "b")):
        place.mkdir()
        (place / "neighbour.py").write_text(f"WIDTH = {width}")
        (place / "nets.py").write_text(
            "from neighbour import WIDTH\nfrom torch import nn\n\ndef net():\n    return nn.Linear(WIDTH, 1)\n"
        )
        assert sources.make(sources.parse("nets.py:net", place)).in_features == width
    assert sys.path == path and "neighbour" not in sys.modules


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("nets.py:nett", r"nets.py has no function 'nett': did you mean 'net'"),
        ("nets.py:not_callable", r"nets.py has something else than a function under 'not_callable'"),
        ("nets.py:nothing", r"nets.py:nothing returns None: expected an nn.Module"),
        ("nets.py:breaks", r"nets.py:breaks fails when it is called without arguments: line \d+: ValueError: no luck"),
        ("gone.py:net", r"'gone.py:net' names a file that does not exist: .*gone.py"),
        ("nets.py", r"'nets.py' names no function: write nets.py:FUNCTION"),
        ("bundled:digit-net", r"there is no bundled network 'digit-net': did you mean 'digits-net'"),
        ("spec:gpt3", r"spec:gpt3 is a shape without weights: it can be counted, not loaded"),
        ("hf:some/name", r"hf:some/name is not on this machine, and weights are never downloaded"),
    ],
)
def test_what_does_not_come_is_answered_in_one_sentence(folder, text, sentence):
    with pytest.raises(UsageError, match=sentence):
        sources.make(sources.parse(text, folder.path))


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("def net(:\n", r"nets.py does not parse, line 1: "),
        ("import torch\nimport no_such_package\n", r"nets.py fails when it is imported: line 2: ModuleNotFoundError"),
        ("import sys\nsys.exit(3)\n", r"nets.py fails when it is imported: line 2: SystemExit: 3"),
        ("x = 1 / 0\n", r"nets.py fails when it is imported: line 1: ZeroDivisionError: division by zero"),
    ],
)
def test_a_file_that_does_not_run_is_answered_with_its_line(folder, code, sentence):
    folder.nets.write_text(code)
    with pytest.raises(UsageError, match=sentence):
        sources.make(sources.parse("nets.py:net", folder.path))


def test_a_name_that_python_cannot_import_is_refused(folder):
    (folder.path / "nets.v2.py").write_text("")
    with pytest.raises(UsageError, match=r"rename it, without the dot in 'nets.v2'"):
        sources.parse("nets.v2.py:net", folder.path)


class TestZoo:
    """Packages of architectures, by stand-ins with the functions of theirs that are used."""

    @pytest.fixture
    def torchvision(self, monkeypatch):
        def resnet(*, weights="fetched", num_classes=3):
            assert weights is None
            return nn.Linear(2, num_classes)

        def segmenter(*, weights="fetched", weights_backbone="fetched"):
            assert weights is None and weights_backbone is None
            return nn.Linear(2, 2)

        models = ModuleType("torchvision.models")
        known = {"resnet18": resnet, "fcn": segmenter}
        models.list_models, models.get_model_builder = lambda: [*known], known.get
        monkeypatch.setitem(sys.modules, "torchvision", ModuleType("torchvision"))
        monkeypatch.setitem(sys.modules, "torchvision.models", models)

    @pytest.fixture
    def timm(self, monkeypatch):
        timm = ModuleType("timm")
        timm.list_models = lambda: ["vit_tiny"]
        timm.create_model = lambda name, pretrained: nn.Linear(2, 3) if not pretrained else pytest.fail("fetched")
        monkeypatch.setitem(sys.modules, "timm", timm)

    @pytest.mark.parametrize("name", ["resnet18", "fcn"])
    def test_torchvision_makes_an_architecture_and_fetches_nothing(self, torchvision, name):
        one, two = (sources.make(sources.parse(f"torchvision:{name}")).state_dict() for _ in range(2))
        torch.testing.assert_close(one, two, atol=0, rtol=0)

    @pytest.mark.parametrize("name", ["vit_tiny", "vit_tiny.some_tag"])
    def test_timm_makes_an_architecture_and_fetches_nothing(self, timm, name):
        assert isinstance(sources.make(sources.parse(f"timm:{name}")), nn.Linear)

    def test_an_unknown_name_is_answered_with_the_nearest(self, torchvision, timm):
        with pytest.raises(UsageError, match="torchvision has no network 'resnet19': did you mean 'resnet18'"):
            sources.make(sources.parse("torchvision:resnet19"))
        with pytest.raises(UsageError, match="timm has no network 'vit_tin': did you mean 'vit_tiny'"):
            sources.make(sources.parse("timm:vit_tin"))

    @pytest.mark.parametrize("package", ["torchvision", "timm"])
    def test_a_package_that_is_not_there_is_named(self, monkeypatch, package):
        monkeypatch.setattr(sys, "path", [])  # whether or not this machine has it
        for name in [name for name in sys.modules if name.partition(".")[0] == package]:
            monkeypatch.delitem(sys.modules, name)
        with pytest.raises(UsageError, match=f"{package}:resnet18 needs {package}: pip install {package}"):
            sources.make(sources.parse(f"{package}:resnet18"))

    @pytest.mark.parametrize("name", ["", "hf-hub:a/b", "a/b", "../a"])
    def test_what_a_package_might_fetch_is_no_name(self, name):
        with pytest.raises(UsageError, match="is no name of an architecture"):
            sources.parse(f"timm:{name}")


class TestHuggingFace:
    @pytest.fixture
    def gpt2(self, tmp_path):
        transformers = pytest.importorskip("transformers")
        shape = {"n_layer": 1, "n_embd": 8, "n_head": 2, "vocab_size": 11, "bos_token_id": 0, "eos_token_id": 0}
        model = transformers.GPT2LMHeadModel(transformers.GPT2Config(**shape))
        model.save_pretrained(tmp_path / "gpt2")
        return tmp_path / "gpt2", model

    def test_a_folder_is_loaded_with_its_weights(self, gpt2):
        place, model = gpt2
        made = sources.make(sources.parse("hf:gpt2", place.parent))
        torch.testing.assert_close(made.state_dict(), model.state_dict(), atol=0, rtol=0)

    def test_for_counting_a_configuration_is_enough(self, gpt2):
        place, model = gpt2
        (place / "model.safetensors").unlink()
        made = sources.make_shape(sources.parse("hf:gpt2", place.parent))
        assert {each.device.type for each in made.parameters()} == {"meta"}
        assert [each.shape for each in made.parameters()] == [each.shape for each in model.parameters()]

    def test_missing_weights_are_not_made_up(self, gpt2):
        from safetensors.torch import load_file, save_file

        place, _ = gpt2
        tensors = load_file(place / "model.safetensors")
        del tensors["transformer.h.0.mlp.c_fc.weight"]
        save_file(tensors, place / "model.safetensors", {"format": "pt"})
        with pytest.raises(UsageError, match=r"lacks weights that its configuration asks for: .*mlp.c_fc.weight"):
            sources.make(sources.parse("hf:gpt2", place.parent))

    def test_remote_code_is_never_run(self, gpt2, tmp_path):
        place, _ = gpt2
        trace = tmp_path / "executed"
        (place / "evil.py").write_text(f"open({str(trace)!r}, 'w')\nclass Config: ...\nclass Net: ...\n")
        (place / "config.json").write_text(
            '{"model_type": "evil", "auto_map": {"AutoConfig": "evil.Config", "AutoModel": "evil.Net"}}'
        )
        source = sources.parse("hf:gpt2", place.parent)
        for make in (sources.make, sources.make_shape):
            with pytest.raises(UsageError, match="gives no configuration that transformers"):
                make(source)
        assert not trace.exists()

    def test_a_configuration_that_does_not_parse_is_refused(self, gpt2):
        place, _ = gpt2
        (place / "config.json").write_text("{")
        with pytest.raises(UsageError, match="gives no configuration that transformers"):
            sources.make_shape(sources.parse("hf:gpt2", place.parent))

    def test_a_pickle_in_the_folder_executes_nothing(self, gpt2, tmp_path):
        class Executes:
            def __reduce__(self):
                return exec, (f"open({str(tmp_path / 'executed')!r}, 'w').close()",)

        place, _ = gpt2
        (place / "model.safetensors").unlink()
        torch.save({"transformer.wte.weight": Executes()}, place / "pytorch_model.bin")
        with pytest.raises(UsageError, match="has no weights that transformers can read"):
            sources.make(sources.parse("hf:gpt2", place.parent))
        assert not (tmp_path / "executed").exists()

    @pytest.mark.parametrize("named", ["Trainer", "NoSuchModel"])
    def test_an_architecture_that_is_none_gives_the_body_of_its_type(self, gpt2, named):
        place, _ = gpt2
        config = place / "config.json"
        config.write_text(config.read_text().replace("GPT2LMHeadModel", named))
        assert type(sources.make_shape(sources.parse("hf:gpt2", place.parent))).__name__ == "GPT2Model"

    def test_a_configuration_that_makes_no_network_is_refused(self, gpt2):
        place, _ = gpt2
        config = place / "config.json"
        config.write_text(config.read_text().replace('"n_head": 2', '"n_head": 3'))
        with pytest.raises(UsageError, match="has a configuration that makes no network: "):
            sources.make_shape(sources.parse("hf:gpt2", place.parent))


def test_a_torchscript_program_is_refused(folder):
    folder.nets.write_text(
        "import torch\ndef net():\n    return torch.jit.trace(torch.nn.Linear(1, 1), torch.ones(1, 1))"
    )
    with pytest.raises(UsageError, match=r"returns a TorchScript program: expected the nn.Module that it was made"):
        sources.make(sources.parse("nets.py:net", folder.path))
