"""networks.toml: what it says when it is right, and every mistake when it is not."""

import pytest

from generators.errors import UsageError
from generators.networks import entries, entry
from generators.networks.mistakes import line_numbers
from generators.networks.sources import Source
from generators.paths import REPOSITORY


def test_the_bundled_networks_are_there_with_their_kinds_and_labels():
    known = entries()
    assert list(known) == ["digits-net", "iris-net-2", "iris-net-4", "digits-rnn"]
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


def test_bundled_code_with_other_weights_is_no_bundled_network(folder):
    folder.entry('[networks.again]\nsource = "bundled:iris-net-2"\nweights = "net.safetensors"')
    assert not entry("again", REPOSITORY, folder.file).is_bundled


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
"""


def test_every_mistake_is_named_at_once_with_its_line(folder):
    with pytest.raises(UsageError) as refused:
        entries(REPOSITORY, folder.entry(WRONG))
    said = str(refused.value).splitlines()
    assert said[0] == f"{folder.file} has 20 mistakes:"
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
        "line 21: networks.gone.data: 'digit' is neither an .npz file nor a bundled set: did you mean 'digits'",
        "line 23: networks.three.input: mean has 2 numbers: expected 1 or 3",
        "line 23: networks.three.kind: is missing: expected one of image-classifier, classifier, "
        "sequence-classifier, language-model, plane",
        "line 23: networks.three.source: is missing",
        "line 29: networks.x.source: 'nets.py' names no function: write nets.py:FUNCTION, "
        "one that returns an nn.Module",
        "line 30: networks.x.weights: 'nets.py' is no weights file: expected one of .safetensors, .pt, .pth, .bin",
        "line 31: networks.x.kind: 3 is none of those known: there is 'classifier', 'image-classifier', "
        "'language-model', 'plane', 'sequence-classifier'",
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
    assert list(entries(REPOSITORY, folder.file)) == [*entries(), "mine"]
    folder.entry('[networks.digits-net]\nsource = "nets.py:net"\nkind = "classifier"')
    with pytest.raises(UsageError, match=r"names 'digits-net', which .* has already"):
        entries(REPOSITORY, folder.file)
