"""networks.toml: what it says when it is right, and every mistake when it is not."""

import pytest

from generators.errors import UsageError
from generators.networks import entries, entry
from generators.networks.configuration import GeneratorEntry
from generators.networks.mistakes import Mistake, line_numbers
from generators.networks.sources import Source
from generators.paths import REPOSITORY


def test_the_bundled_networks_are_there_with_their_kinds_and_labels():
    known = entries()
    assert {"digits-net", "iris-net-2", "iris-net-4", "digits-rnn"} <= known.keys()
    assert known["digits-net"].labels == tuple("0123456789")
    assert known["iris-net-2"].kind == "classifier"
    assert all(each.is_bundled and each.weights.is_file() for each in known.values())


def test_a_users_entry_is_read_with_paths_relative_to_its_file(folder):
    (folder.path / "test.npz").touch()
    folder.entry(
        """
        [networks.lenet]
        source = "nets.py:net"
        weights = "net.safetensors"
        kind = "image-classifier"
        input = { size = [32, 32], channels = 1, mean = [0.5], std = [0.25] }
        data = "test.npz"
        labels = ["zero", "one"]
        """
    )
    lenet = entry("lenet", REPOSITORY, folder.file)
    assert lenet.source == Source("file", "net", folder.nets)
    assert lenet.weights == folder.weights
    assert lenet.data == folder.path / "test.npz"
    assert lenet.input.shape == (1, 32, 32) and lenet.input.mean == [0.5]
    assert lenet.labels == ("zero", "one") and not lenet.is_bundled


def test_what_to_look_at_and_what_makes_pictures(folder):
    (folder.path / "names.txt").write_text("no\nyes\n")
    folder.entry(
        """
        [networks.lenet]
        source = "nets.py:net"
        kind = "image-classifier"
        input = { size = [32, 32], channels = 1 }
        labels = "names.txt"
        layers = ["first", "block.last"]
        neurons = ["first:3", "block.last:0"]
        intervals = { "block.last:0" = [-1, 2.5] }
        generator = { source = "nets.py:gan", weights = "net.safetensors", code = 64 }
        """
    )
    lenet = entry("lenet", REPOSITORY, folder.file)
    assert lenet.labels == ("no", "yes") and lenet.tokenizer is None
    assert lenet.layers == ("first", "block.last")
    assert lenet.neurons == ("first:3", "block.last:0")
    assert lenet.intervals == {"block.last:0": (-1.0, 2.5)}
    assert lenet.generator == GeneratorEntry(Source("file", "gan", folder.nets), folder.weights, 64)


def test_what_is_not_said_is_left_open(folder):
    mine = entry("mine", REPOSITORY, folder.file)
    assert (mine.labels, mine.layers, mine.neurons, mine.generator) == ((), (), (), None)
    assert mine.intervals == {}


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ('"first:3" = [2, 1]', r"\[2.0, 1.0\] is no interval: expected two activations, the smaller first"),
        ('"first:3" = [2, 2]', r"\[2.0, 2.0\] is no interval: expected two activations, the smaller first"),
        ('"first:3" = [2]', r"\[2.0\] is no interval: expected two activations"),
        ('"first:3" = [1, 2, 3]', r"\[1.0, 2.0, 3.0\] is no interval: expected two activations"),
        ('"first:3" = 7', "should be a list"),
        ('"first:3" = [0, "much"]', "number 2 of the list should be a number"),
        ('"first:3" = [0, inf]', "number 2 of the list should be a finite number, and is inf"),
        ('"first:3" = [nan, 2]', "number 1 of the list should be a finite number, and is nan"),
        ('"first:4" = [1, 2]', "'first:4' is none of this entry's neurons: did you mean 'first:3'"),
    ],
)
def test_an_interval_is_two_activations_of_a_neuron_that_is_named(folder, written, sentence):
    text = '[networks.a]\nsource = "nets.py:net"\nkind = "classifier"\nneurons = ["first:3"]\n'
    folder.entry(text + f"intervals = {{ {written} }}")
    with pytest.raises(UsageError, match=rf"line 5: networks\.a\.intervals.*: {sentence}"):
        entries(REPOSITORY, folder.file)
    folder.entry(text + 'intervals = { "first:3" = [0.5, 1] }')
    assert entry("a", REPOSITORY, folder.file).intervals == {"first:3": (0.5, 1.0)}


def test_intervals_without_neurons_are_none_of_theirs(folder):
    folder.entry(
        '[networks.a]\nsource = "nets.py:net"\nkind = "classifier"\nintervals = { "first:3" = [1, 2], "b" = [0, 1] }'
    )
    with pytest.raises(UsageError) as refused:
        entries(REPOSITORY, folder.file)
    said = str(refused.value)
    assert "has 2 mistakes" in said and said.count("is none of this entry's neurons: there is none") == 2


def test_a_language_model_reads_so_many_tokens_of_its_vocabulary(folder):
    (folder.path / "tokenizer.json").write_text('{"model": {"vocab": {"a": 0, "b": 1}}}')
    folder.entry(
        """
        [networks.mine]
        source = "nets.py:net"
        kind = "language-model"
        input = { length = 64 }
        labels = "tokenizer.json"
        """
    )
    mine = entry("mine", REPOSITORY, folder.file)
    assert mine.input.shape == (64,)
    assert (mine.labels, mine.tokenizer) == (("a", "b"), folder.path / "tokenizer.json")


def test_a_hugging_face_folder_brings_its_own_tokenizer(folder):
    (folder.path / "config.json").write_text("{}")
    folder.entry('[networks.mine]\nsource = "hf:."\nkind = "language-model"')
    assert entry("mine", REPOSITORY, folder.file).tokenizer is None
    (folder.path / "tokenizer.json").write_text('{"model": {"vocab": {"a": 0, "b": 1}}}')
    assert entry("mine", REPOSITORY, folder.file).labels == ("a", "b")


@pytest.mark.parametrize("package", ["torchvision", "timm"])
def test_an_architecture_of_a_package_needs_weights(folder, package):
    text = f'[networks.mine]\nsource = "{package}:resnet18"\nkind = "image-classifier"\n'
    folder.entry(text + 'weights = "net.safetensors"')
    assert entry("mine", REPOSITORY, folder.file).source == Source(package, "resnet18")
    with pytest.raises(UsageError, match=f"weights: is missing: {package}:resnet18 is made without weights, and none"):
        entries(REPOSITORY, folder.entry(text))


def test_a_mistake_found_later_has_its_line_too(folder):
    folder.file.write_text(folder.file.read_text() + 'layers = ["first"]\n')
    with pytest.raises(UsageError, match=r"has one mistake:\n  line 7: networks.mine.layers: is not there"):
        entry("mine", REPOSITORY, folder.file).refuse(Mistake(("layers",), "is not there"))
    entry("mine", REPOSITORY, folder.file).refuse()


def test_bundled_code_with_other_weights_is_no_bundled_network(folder):
    folder.entry('[networks.again]\nsource = "bundled:iris-net-2"\nweights = "net.safetensors"')
    assert not entry("again", REPOSITORY, folder.file).is_bundled


def test_a_bundled_network_with_other_data_or_preprocessing_has_no_card(folder):
    again = '[networks.again]\nsource = "bundled:digits-net"\n'
    for more in ('data = "iris"', "input = { size = [8, 8], channels = 1, std = [2.0] }"):
        folder.entry(again + more)
        assert not entry("again", REPOSITORY, folder.file).is_bundled
    folder.entry(again)
    assert entry("again", REPOSITORY, folder.file).is_bundled


WRONG = """# every line below has a mistake
netwroks = 3

[networks.lenet]
sourze = "nets.py:lenet5"
kind = "image-clasifier"
weights = "no.safetensors"
input = { size = [32, "x"], chanels = 1 }

[networks."Bad Name"]
source = "bundled:digit-net"
labels = []

[networks.reference]
source = "spec:gpt3"
kind = "classifier"

[networks.gone]
source = "gone.py:f"
kind = "classifier"
data = "digit"

[networks.three.input]
size = [32, 32]
channels = 3
mean = [0.5, 0.5]

[networks.x]
source = "nets.py"
weights = "nets.py"
kind = 3

[networks.y]
source = "nets.py:net"
kind = "language-model"
input = { size = [3] }
labels = ["a", 3]
layers = ["a", "b", "a"]
neurons = ["a:1", "b"]
generator = { source = "hf:a/b", weights = "gone.pt", code = 0, cod = 3 }

[networks.z]
source = "timm:a/b"
kind = "plane"
input = { length = 64, channels = 3 }
labels = "gone.txt"
layers = []
generator = { source = "nets.py:gan", weights = "gone.pt", code = 3 }
"""


def test_every_mistake_is_named_at_once_with_its_line(folder):
    with pytest.raises(UsageError) as refused:
        entries(REPOSITORY, folder.entry(WRONG))
    said = str(refused.value).splitlines()
    assert said[0] == f"{folder.file} has 31 mistakes:"
    expected = [
        "line 2: netwroks: there is no such key: did you mean 'networks'",
        "line 4: networks.lenet.source: is missing",
        "line 5: networks.lenet.sourze: there is no such key: did you mean 'source'",
        "line 6: networks.lenet.kind: 'image-clasifier' is none of those known: did you mean 'image-classifier'",
        f"line 7: networks.lenet.weights: there is no file {folder.path}/no.safetensors",
        "line 8: networks.lenet.input.chanels: there is no such key: did you mean 'channels'",
        "line 8: networks.lenet.input.size: number 2 of the list should be a whole number, and is 'x'",
        "line 10: networks.Bad Name: a name is lower-case letters and digits with single hyphens: "
        "it becomes an address",
        "line 11: networks.Bad Name.source: there is no bundled network 'digit-net': did you mean 'digits-net'",
        "line 12: networks.Bad Name.labels: should be a list with something in it, and is []",
        "line 14: networks.reference: this name is taken by the exhibits that depend on no network",
        "line 15: networks.reference.source: 'spec:gpt3' is a shape without weights: `inspect` counts it",
        f"line 19: networks.gone.source: 'gone.py:f' names a file that does not exist: {folder.path}/gone.py",
        f"line 21: networks.gone.data: 'digit' is neither a bundled set nor a file or folder, {folder.path}/digit: "
        "did you mean 'digits'",
        "line 23: networks.three.input: mean has 2 numbers: expected 1 or 3",
        "line 23: networks.three.kind: is missing: expected one of image-classifier, classifier, "
        "sequence-classifier, language-model, text-encoder, plane",
        "line 23: networks.three.source: is missing",
        "line 29: networks.x.source: 'nets.py' names no function: write nets.py:FUNCTION, "
        "one that returns an nn.Module",
        "line 30: networks.x.weights: 'nets.py' is no weights file: expected one of .safetensors, .pt, .pth, .bin",
        "line 31: networks.x.kind: 3 is none of those known: there is 'classifier', 'image-classifier', "
        "'language-model', 'plane', 'sequence-classifier', 'text-encoder'",
        "line 36: networks.y.input: does not suit a language-model: expected one like { length = 64 }",
        "line 37: networks.y.labels: number 2 of the list should be text in quotes, and is 3",
        "line 38: networks.y.layers: names 'a' twice",
        'line 39: networks.y.neurons: \'b\' is no neuron: expected "layer:index", such as "conv1:35"',
        "line 40: networks.y.generator.cod: there is no such key: did you mean 'code'",
        "line 40: networks.y.generator.code: should be greater than 0, and is 0",
        "line 43: networks.z.source: timm:a/b is no name of an architecture: expected one such as timm:resnet18",
        "line 45: networks.z.input: tokens have no channels: expected length alone",
        f"line 46: networks.z.labels: there is no file {folder.path}/gone.txt",
        "line 47: networks.z.layers: should be a list with something in it, and is []",
        f"line 48: networks.z.generator.weights: there is no file {folder.path}/gone.pt",
    ]
    assert [line.strip() for line in said[1:]] == expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[networks.a\n", r"does not parse: .*line 1"),
        ("networks = 3", "line 1: networks: should be tables"),
        ("[networks]\na = 3", "line 2: networks.a: should be a table"),
        (
            '[networks.a]\nsource = "nets.py:net"\nkind = "classifier"\ndata = "nets.npz"',
            "line 4: networks.a.data: there is no file",
        ),
        (
            '[networks.a]\nsource = "what"\nkind = "classifier"',
            "line 2: networks.a.source: 'what' is no source of a network: expected bundled:NAME, spec:NAME, hf:",
        ),
        (
            '[networks.a]\nsource = "hf:./nowhere"\nkind = "language-model"',
            "hf:./nowhere is neither a folder .* nor a Hugging Face id",
        ),
        ('[networks.a]\nsource = "hf:."\nkind = "language-model"', "is a folder without config.json"),
        (
            '[networks.a]\nsource = "nets.py:net"\nkind = "plane"\ninput = { channels = 1 }',
            "line 4: networks.a.input: expected size, for pictures and features, or length, for a language model",
        ),
        (
            '[networks.a]\nsource = "nets.py:net"\nkind = "plane"\ngenerator = { source = "hf:a/b", code = 3 }',
            "line 4: networks.a.generator: hf:a/b makes no pictures: expected path/to/file.py:function or bundled:NAME",
        ),
        (
            '[networks.a]\nsource = "nets.py:net"\nkind = "plane"\ngenerator = { source = "gone.py:gan", code = 3 }',
            "line 4: networks.a.generator.source: 'gone.py:gan' names a file that does not exist",
        ),
        ('[networks.a]\nsource = "nets.py:net"\nkind = "plane"\nlabels = 3', "should be a list of names or a file"),
        ('[networks.a]\nsource = ""\nkind = "plane"', "line 2: networks.a.source: is empty: expected bundled:NAME"),
        (
            '[networks.a]\nsource = "nets.py:net"\nkind = "plane"\ngenerator = { source = "", code = 3 }',
            "line 4: networks.a.generator.source: should be text with something in it",
        ),
        (
            '[networks.a]\nsource = "nets.py:net"\nkind = "plane"\ninput = { size = [2], mean = [nan], std = [inf] }',
            "line 4: networks.a.input.mean: number 1 of the list should be a finite number, and is nan"
            "\n .*std: number 1 of the list should be a finite number, and is inf",
        ),
        *(
            (
                f'[networks.a]\nsource = "nets.py:net"\nkind = "plane"\nneurons = ["b:{index}"]',
                "line 4: networks.a.neurons: .* is no neuron",
            )
            for index in ("01", "-1", "٣", "9" * 5000)
        ),
    ],
)
def test_one_mistake(folder, text, sentence):
    with pytest.raises(UsageError, match=sentence):
        entries(REPOSITORY, folder.entry(text))


def test_data_in_a_file_needs_to_know_the_networks_input(folder):
    (folder.path / "nets.npz").touch()
    text = '[networks.a]\nsource = "nets.py:net"\nkind = "classifier"\ndata = "nets.npz"'
    with pytest.raises(UsageError, match=r"line 1: networks.a.input: is missing: data in a file needs it"):
        entries(REPOSITORY, folder.entry(text))


def test_a_missing_file_and_an_unknown_name_are_answered_in_one_sentence(folder):
    with pytest.raises(UsageError, match=r"there is no file .*gone.toml"):
        entries(REPOSITORY, folder.path / "gone.toml")
    with pytest.raises(UsageError, match=r"there is no network 'mime' in .*: did you mean 'mine'"):
        entry("mime", REPOSITORY, folder.file)


def test_lines_are_found_in_every_way_of_writing_a_table():
    text = '[a]\nb.c = 1\n\n[a."d e".f]\ng = [\n  "h = 3",\n]\n[[i]]\nj = 1\n'
    found = line_numbers(text)
    assert (found["a",], found["a", "b", "c"], found["a", "d e", "f", "g"]) == (1, 2, 5)
    assert found["a", "d e"] == 4


def test_a_list_of_ones_own_stands_beside_the_bundled_one(folder):
    folder.entry('[networks.mine]\nsource = "nets.py:net"\nkind = "classifier"')
    assert [*entries(REPOSITORY, folder.file)] == [*entries(), "mine"]
    folder.entry('[networks.digits-net]\nsource = "nets.py:net"\nkind = "classifier"')
    with pytest.raises(UsageError, match=r"names 'digits-net', which .* has already"):
        entries(REPOSITORY, folder.file)


@pytest.mark.parametrize("written", ["a\\u0000b", "~nobody-of-this-name/b", "round/b", "b" * 300])
@pytest.mark.parametrize(
    ("key", "ending"), [("source", ".py:net"), ("weights", ".pt"), ("data", "/x.npz"), ("labels", ".txt")]
)
def test_a_path_at_which_nothing_can_lie_is_a_mistake_like_others(folder, key, ending, written):
    (folder.path / "round").symlink_to("round")
    keys = {"source": "nets.py:net", "kind": "plane", key: written + ending}
    folder.entry("[networks.a]\n" + "\n".join(f'{key} = "{value}"' for key, value in keys.items()))
    with pytest.raises(UsageError, match=rf"networks\.a\.{key}: .* is no path to anything: "):
        entries(REPOSITORY, folder.file)


def test_the_page_of_all_networks_keeps_its_address(folder):
    (folder.path / "networks.toml").write_text('[networks.index]\nsource = "bundled:digits-net"\n')
    with pytest.raises(UsageError, match=r"line 1: networks\.index: this name is taken by the page that lists all"):
        entries(file=folder.path / "networks.toml")
