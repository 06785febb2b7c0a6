"""A network's fingerprint: everything it is changes it, nothing else does."""

import os
import subprocess
import sys
import time

import pytest
import torch
from safetensors.torch import save_file

from generators.build.reasons import network_changes
from generators.errors import UsageError
from generators.fingerprint import Sources
from generators.fingerprint.memo import Memo
from generators.networks import entries, fingerprint, identity
from generators.networks.bundled import BUNDLED
from generators.networks.cards import weights_file
from generators.paths import REPOSITORY


def parts(folder) -> dict[str, str]:
    return dict(fingerprint("mine", REPOSITORY, folder.file).parts)


def changes(folder, before) -> list[str]:
    return network_changes("mine", fingerprint("mine", REPOSITORY, folder.file), before)


@pytest.mark.parametrize("name", BUNDLED)
def test_bundled_networks_have_every_part(name):
    found = fingerprint(name)
    assert {"forward code", "preprocessing", "data", "labels"} < set(found.parts)
    assert sum(part.startswith("tensor ") for part in found.parts) > 1
    assert fingerprint(name).digest == found.digest


def test_bundled_networks_differ():
    assert len({fingerprint(name).digest for name in entries()}) == len(entries())


def test_weights(folder, good):
    before = parts(folder)
    folder.save(good, note="saved again")
    assert changes(folder, before) == []
    good["first.bias"][2] += 1
    folder.save(good)
    assert changes(folder, before) == ["network mine: 1 of 4 tensors changed"]
    del good["first.bias"]
    good["other"] = torch.zeros(1)
    folder.save(good)
    assert changes(folder, before) == ["network mine: 2 of 5 tensors changed"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    return Net()", "    return Net()  # a comment", []),
        ('"""Networks of a user."""', '"""Networks, documented."""', []),
        ("not_callable = 7", "not_callable = 8", []),
        ("self.first(x).relu()", "self.first(x).tanh()", ["network mine: forward code changed"]),
        ("WIDTH = 4", "WIDTH = 2 * 2", ["network mine: forward code changed"]),
    ],
)
def test_forward_code(folder, old, new, said):
    before = parts(folder)
    folder.nets.write_text(folder.nets.read_text().replace(old, new))
    assert changes(folder, before) == said


def test_forward_code_in_a_neighbouring_file(folder):
    neighbour = folder.path / "neighbour.py"
    neighbour.write_text("def width():\n    return 4\n")
    folder.nets.write_text(
        "from neighbour import width\n" + folder.nets.read_text().replace("WIDTH = 4", "WIDTH = width()")
    )
    before = parts(folder)
    neighbour.write_text("def width():\n    return 2 + 2\n")
    assert changes(folder, before) == ["network mine: forward code changed"]


@pytest.mark.parametrize(
    ("code", "sentence"),
    [("def nett(): ...", "has no 'net'; did you mean 'nett'"), ("def net(:", r"nets.py, line 1, does not parse: ")],
)
def test_code_that_cannot_be_read(folder, code, sentence):
    folder.nets.write_text(code)
    with pytest.raises(UsageError, match=rf"network 'mine' from {folder.nets}:net: .*{sentence}"):
        parts(folder)


def test_preprocessing_labels_and_data(folder):
    before = parts(folder)
    text = folder.file.read_text()
    folder.file.write_text(text.replace("size = [3]", "size = [3], std = [2.0]"))
    assert changes(folder, before) == ["network mine: preprocessing changed"]
    folder.file.write_text(text + 'labels = ["a", "b"]\n')
    assert changes(folder, before) == ["network mine: labels changed"]
    (folder.path / "x.npz").write_bytes(b"1")
    folder.file.write_text(text + 'data = "x.npz"\n')
    with_data = parts(folder)
    (folder.path / "x.npz").write_bytes(b"2")
    assert changes(folder, with_data) == ["network mine: data changed"]


def pictures(folder, **files):
    """Class folders with files in them, and an entry that reads them."""
    for name, content in files.items():
        place = folder.path / "pictures" / name
        place.mkdir(parents=True, exist_ok=True)
        (place / "1.png").write_bytes(content)
    folder.file.write_text(folder.file.read_text() + 'data = "pictures"\n')


def test_data_in_a_folder_are_every_file_and_its_place(folder):
    pictures(folder, cat=b"a", dog=b"b")
    before, dog = parts(folder), folder.path / "pictures" / "dog" / "1.png"
    os.utime(dog)
    assert changes(folder, before) == []
    dog.write_bytes(b"c")
    assert changes(folder, before) == ["network mine: data changed"]
    dog.write_bytes(b"b")
    assert changes(folder, before) == []
    dog.rename(dog.with_name("2.png"))
    assert changes(folder, before) == ["network mine: data changed"]
    dog.with_name("2.png").rename(dog)
    (folder.path / "pictures" / "cat").rename(folder.path / "pictures" / "eel")
    assert changes(folder, before) == ["network mine: data changed"]


def test_labels_in_a_file_are_what_it_says(folder):
    folder.file.write_text(folder.file.read_text() + 'labels = "names.txt"\n')
    (folder.path / "names.txt").write_text("a\nb\n")
    before = parts(folder)
    folder.file.write_text(folder.file.read_text().replace('"names.txt"', '["a", "b"]'))
    assert changes(folder, before) == []
    folder.file.write_text(folder.file.read_text().replace('["a", "b"]', '"names.txt"'))
    (folder.path / "names.txt").write_text("b\na\n")
    assert changes(folder, before) == ["network mine: labels changed"]


def test_a_tokenizer_is_more_than_its_vocabulary(folder):
    text = folder.file.read_text().replace('"classifier"', '"language-model"').replace("size = [3]", "length = 3")
    folder.file.write_text(text + 'labels = "tokenizer.json"\n')
    content = '{"model": {"vocab": {"a": 0, "b": 1}, "merges": []}}'
    (folder.path / "tokenizer.json").write_text(content)
    before = parts(folder)
    (folder.path / "tokenizer.json").write_text(content.replace("[]", '["a b"]'))
    assert changes(folder, before) == ["network mine: labels changed"]


def test_a_generator_is_its_code_its_weights_and_its_code_length(folder, good):
    plain, text = parts(folder), folder.file.read_text()
    generator = 'generator = { source = "gan.py:gan", weights = "gan.safetensors", code = 8 }\n'
    (folder.path / "gan.py").write_text("def gan():\n    return 1\n")
    save_file(good, folder.path / "gan.safetensors")
    folder.file.write_text(text + generator)
    before = parts(folder)
    assert changes(folder, plain) == ["network mine: generator changed"]
    save_file(good, folder.path / "gan.safetensors", {"note": "saved again"})
    assert changes(folder, before) == []
    folder.file.write_text(text + generator.replace("8", "9"))
    assert changes(folder, before) == ["network mine: generator changed"]
    folder.file.write_text(text + generator)
    (folder.path / "gan.py").write_text("def gan():\n    return 2\n")
    assert changes(folder, before) == ["network mine: generator changed"]
    (folder.path / "gan.py").write_text("def gan():\n    return 1\n")
    good["first.bias"][0] += 1
    save_file(good, folder.path / "gan.safetensors")
    assert changes(folder, before) == ["network mine: generator changed"]


def test_what_is_looked_at_is_no_part_of_a_network(folder):
    before = parts(folder)
    folder.file.write_text(folder.file.read_text() + 'layers = ["first"]\nneurons = ["last:1"]\n')
    assert changes(folder, before) == []


def test_another_version_of_a_package_may_make_another_network(folder, monkeypatch):
    folder.entry('[networks.mine]\nsource = "timm:vit"\nweights = "net.safetensors"\nkind = "image-classifier"\n')
    monkeypatch.setattr(identity, "version", lambda package: f"{package} 1")
    before = parts(folder)
    monkeypatch.setattr(identity, "version", lambda package: f"{package} 2")
    assert changes(folder, before) == ["network mine: forward code changed"]


def test_moving_everything_elsewhere_is_no_change(folder, tmp_path):
    pictures(folder, cat=b"a", dog=b"b")
    before = parts(folder)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for file in (folder.file, folder.nets, folder.weights, folder.path / "pictures"):
        file.rename(elsewhere / file.name)
    assert dict(fingerprint("mine", REPOSITORY, elsewhere / "networks.toml").parts) == before


def test_a_hugging_face_folder(folder):
    (folder.path / "config.json").write_text('{"model_type": "gpt2"}')
    folder.weights.rename(folder.path / "model.safetensors")
    folder.entry('[networks.mine]\nsource = "hf:."\nkind = "language-model"\n')
    before = parts(folder)
    assert "tensor first.bias" in before
    (folder.path / "config.json").write_text('{"model_type": "gpt2", "n_layer": 3}')
    assert changes(folder, before) == ["network mine: forward code changed"]


def test_files_that_have_not_changed_are_not_read_again(folder, monkeypatch):
    pictures(folder, cat=b"a", dog=b"b")
    time.sleep(0.06)  # a memo trusts a file's times only when they are not quite new
    memo = Memo()
    first = fingerprint("mine", REPOSITORY, folder.file, memo)
    for reader in ("networks.tensors.hashes", "fingerprint.memo.file_digest"):
        monkeypatch.setattr(f"generators.{reader}", lambda path: pytest.fail("read again"))
    assert fingerprint("mine", REPOSITORY, folder.file, memo) == first


def test_fingerprints_import_no_torch():
    program = (
        "import sys; from generators import networks\n"
        "for name in networks.entries(): networks.fingerprint(name)\n"
        "print([each for each in ('torch', 'sklearn', 'numpy', 'safetensors') if each in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout == "[]\n"


def test_the_code_that_loads_a_network_is_part_of_what_it_is():
    reached = Sources([REPOSITORY.root], Memo()).closure(identity.LOADING).parts
    for step in ("networks.network._module", "networks.tensors.fit", "networks.sources.make", "networks.tensors.read"):
        assert f"generators.{step}" in reached
    assert "loading code" in fingerprint("digits-net").parts


def test_weights_along_a_training_are_part_of_what_a_network_is():
    kept = {name for name in BUNDLED if weights_file(name).with_suffix(".checkpoints.safetensors").is_file()}
    assert {name for name in BUNDLED if "checkpoints" in fingerprint(name).parts} == kept >= {"moons-net"}
