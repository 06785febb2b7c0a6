"""Weights files: hashed by tensor, read without executing anything, put only where they fit."""

import json
import pickle
import struct
import zipfile

import pytest
import torch
from safetensors.torch import save
from torch import nn

from generators.errors import UsageError
from generators.networks import tensors


def net() -> nn.Module:
    return nn.ModuleDict({"first": nn.Linear(3, 4), "last": nn.Linear(4, 2)})


# hashing


def test_saving_again_with_other_metadata_changes_no_hash(folder, good):
    before = tensors.hashes(folder.weights)
    folder.save(dict(reversed(good.items())), made_by="someone else", when="later")
    assert tensors.hashes(folder.weights) == before
    assert list(before) == ["tensor first.bias", "tensor first.weight", "tensor last.bias", "tensor last.weight"]


@pytest.mark.parametrize("name", ["first.weight", "first.bias", "last.weight", "last.bias"])
def test_one_changed_weight_changes_the_hash_of_its_tensor_alone(folder, good, name):
    before = tensors.hashes(folder.weights)
    good[name].view(-1)[-1] = good[name].view(-1)[-1].nextafter(torch.tensor(9.0))
    folder.save(good)
    after = tensors.hashes(folder.weights)
    assert [part for part in before if before[part] != after[part]] == [f"tensor {name}"]


def test_the_same_bytes_in_another_shape_or_type_are_another_tensor(folder):
    bits = torch.arange(6, dtype=torch.int32)
    seen = set()
    for tensor in (bits, bits.reshape(2, 3), bits.reshape(3, 2), bits.view(torch.float32)):
        folder.save({"a": tensor})
        seen.add(tensors.hashes(folder.weights)["tensor a"])
    assert len(seen) == 4


def test_other_formats_are_hashed_whole(tmp_path, good):
    torch.save(good, tmp_path / "net.pt")
    before = tensors.hashes(tmp_path / "net.pt")
    assert list(before) == ["weights"]
    torch.save({**good, "first.bias": torch.zeros(4)}, tmp_path / "net.pt")
    assert tensors.hashes(tmp_path / "net.pt") != before


def _file(header: bytes, content: bytes = b"", length: int | None = None) -> bytes:
    return struct.pack("<Q", len(header) if length is None else length) + header + content


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"abc",
        _file(b"not json"),
        _file(b"[1, 2]"),
        _file(b'{"a": 3}'),
        _file(b'{"a": {"dtype": "F32", "shape": [1]}}'),
        _file(b'{"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}', b"\0\0"),
        _file(b"{}", length=2**62),
        _file(b"\xff\xfe"),
        _file(b"[" * 100_000),
        save({"a": torch.zeros(10)})[:-1],
    ],
)
def test_damaged_files_are_refused_by_both_readers(tmp_path, content):
    path = tmp_path / "net.safetensors"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="damaged"):
        tensors.hashes(path)
    with pytest.raises(UsageError, match="damaged"):
        tensors.read(path)


def test_a_file_without_tensors_is_whole(folder):
    folder.weights.write_bytes(_file(json.dumps({"__metadata__": {"a": "b"}}).encode()))
    assert tensors.hashes(folder.weights) == {}


# reading


@pytest.mark.parametrize("wrap", [lambda x: x, lambda x: {"state_dict": x, "epoch": 3}, lambda x: {"model": x}])
def test_a_checkpoint_is_unwrapped(tmp_path, wrap, good):
    torch.save(wrap(good), tmp_path / "net.pt")
    torch.testing.assert_close(tensors.read(tmp_path / "net.pt"), good, atol=0, rtol=0)


class Executes:
    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self):
        return exec, (f"open({self.path!r}, 'w').close()",)


def _zip(path, bomb):
    torch.save({"first.weight": torch.zeros(4, 3), "bomb": bomb}, path)


def _legacy(path, bomb):
    torch.save({"bomb": bomb}, path, _use_new_zipfile_serialization=False)


def _pickle(path, bomb):
    path.write_bytes(pickle.dumps(bomb))


@pytest.mark.parametrize("save", [_zip, _legacy, _pickle])
def test_a_pickle_that_would_execute_code_is_refused_and_nothing_was_executed(tmp_path, save):
    path, trace = tmp_path / "net.pt", tmp_path / "executed"
    save(path, Executes(str(trace)))
    with pytest.raises(UsageError, match="refused unopened") as refused:
        tensors.read(path)
    assert not trace.exists()
    assert "torch.load('net.pt', weights_only=False)" in str(refused.value)


def test_the_bomb_is_a_real_one(tmp_path):
    path, trace = tmp_path / "net.pt", tmp_path / "executed"
    _zip(path, Executes(str(trace)))
    torch.load(path, weights_only=False)
    assert trace.exists()


def test_a_whole_pickled_module_is_refused_and_the_recipe_converts_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    module = net()
    torch.save(module, tmp_path / "net.pt")
    with pytest.raises(UsageError, match=r"it asks for torch.nn.modules") as refused:
        tensors.read(tmp_path / "net.pt")
    exec("\n".join(line.strip() for line in str(refused.value).splitlines()[1:]))
    torch.testing.assert_close(tensors.read(tmp_path / "net-tensors.pt"), dict(module.state_dict()), atol=0, rtol=0)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_torchscript_program_is_refused(tmp_path):
    torch.jit.script(nn.Linear(2, 2)).save(str(tmp_path / "net.pt"))
    with pytest.raises(UsageError, match="it is a TorchScript program"):
        tensors.read(tmp_path / "net.pt")


def _garbage(path):
    path.write_bytes(b"not a pickle at all")


def _cut(path):
    torch.save({"a": torch.zeros(999)}, path)
    path.write_bytes(path.read_bytes()[:400])


def _other_zip(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a", "b")


def _empty(path):
    path.touch()


@pytest.mark.parametrize("write", [_garbage, _cut, _other_zip, _empty])
def test_what_is_no_file_of_weights_is_said_to_be_none(tmp_path, write):
    write(tmp_path / "net.pt")
    with pytest.raises(UsageError, match=r"net.pt is no file of weights, or a damaged one"):
        tensors.read(tmp_path / "net.pt")


@pytest.mark.parametrize("content", [[torch.zeros(3)], {"epoch": 3}, torch.zeros(2)])
def test_a_file_without_named_tensors_is_refused(tmp_path, content):
    torch.save(content, tmp_path / "net.pt")
    with pytest.raises(UsageError, match="holds no tensors by name: expected a state_dict, and it is a"):
        tensors.read(tmp_path / "net.pt")


# checking


def test_nan_and_infinite_weights_are_counted_by_tensor(good):
    tensors.check_finite(good, "x")
    good["first.weight"][1, :2] = float("nan")
    good["last.bias"][0] = -float("inf")
    with pytest.raises(
        UsageError,
        match=r"NaN or infinite weights: first.weight \(2 of 12 numbers\), last.bias \(1 of 2 numbers\)$",
    ):
        tensors.check_finite(good, "x")


def test_weights_that_fit_are_put_in(tmp_path, good):
    module = net()
    tensors.fit(module, good, tmp_path)
    torch.testing.assert_close(dict(module.state_dict()), good, atol=0, rtol=0)


def test_the_prefix_of_data_parallel_training_is_taken_off(tmp_path, good):
    module = net()
    tensors.fit(module, {f"module.{name}": tensor for name, tensor in good.items()}, tmp_path)
    torch.testing.assert_close(dict(module.state_dict()), good, atol=0, rtol=0)


def test_weights_that_do_not_fit_are_named_with_both_shapes(tmp_path, good):
    good["first.weight"] = torch.zeros(5, 3)
    good["extra"] = torch.zeros(())
    del good["last.bias"]
    module = net()
    before = {name: tensor.clone() for name, tensor in module.state_dict().items()}
    with pytest.raises(UsageError) as refused:
        tensors.fit(module, good, tmp_path / "net.pt")
    assert str(refused.value) == (
        f"{tmp_path}/net.pt does not fit the network: missing: last.bias 2; unexpected: extra scalar; "
        "of another shape: first.weight (expected 4×3, got 5×3)"
    )
    torch.testing.assert_close(dict(module.state_dict()), before, atol=0, rtol=0)


def test_a_long_list_is_cut(tmp_path):
    module = nn.Sequential(*[nn.Linear(1, 1) for _ in range(5)])
    with pytest.raises(UsageError, match=r"missing: 0.weight 1×1, .*, 2.weight 1×1 and 5 more; unexpected: a 1$"):
        tensors.fit(module, {"a": torch.zeros(1)}, tmp_path)


def test_tied_weights_may_be_stored_once(tmp_path):
    module = nn.ModuleDict({"a": nn.Linear(2, 2, bias=False), "b": nn.Linear(2, 2, bias=False)})
    module["b"].weight = module["a"].weight
    tensors.fit(module, {"a.weight": torch.eye(2)}, tmp_path)
    assert torch.equal(module["b"].weight, torch.eye(2))


def test_the_batch_counter_of_old_checkpoints_is_not_missed(tmp_path):
    module = nn.BatchNorm1d(2)
    tensors.fit(module, {k: v for k, v in module.state_dict().items() if k != "num_batches_tracked"}, tmp_path)


def test_what_a_module_keeps_beside_tensors_is_let_be(tmp_path):
    class Counted(torch.nn.Linear):
        def get_extra_state(self):
            return {"seen": 3}

        def set_extra_state(self, state):
            raise AssertionError("nobody gave any")

    module = Counted(2, 1)
    tensors.check_finite(module.state_dict(), "here")
    tensors.fit(module, {"weight": torch.ones(1, 2), "bias": torch.ones(1)}, tmp_path / "net.pt")
    assert module.weight.tolist() == [[1, 1]]
