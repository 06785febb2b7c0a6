"""Loading a network: the module, its data, its measured quality, and every way in which that can fail."""

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from generators.errors import UsageError
from generators.networks import cards, entries, fingerprint, load
from generators.paths import REPOSITORY


@pytest.mark.parametrize("name", entries())
def test_bundled_networks_load_with_the_quality_of_their_cards(name):
    network = load(name)
    assert not network.module.training
    assert not any(each.requires_grad for each in network.module.parameters())
    assert network.labels == network.dataset.labels
    assert network.fingerprint == fingerprint(name).digest
    card = cards.read(name)["quality"]
    assert network.quality["accuracy"] == pytest.approx(card["accuracy"], abs=2.5 / len(network.dataset.test))
    assert network.quality["chance"] == pytest.approx(card["chance"])


def test_a_users_network_without_data(folder, good):
    network = load("mine", REPOSITORY, file=folder.file)
    torch.testing.assert_close(dict(network.module.state_dict()), good, atol=0, rtol=0)
    assert (network.dataset, network.labels, network.quality) == (None, (), {})
    assert network.example_shape == (3,)


def test_a_users_network_is_measured_on_the_users_data(folder):
    x = np.random.default_rng(0).normal(size=(50, 3)).astype("float32")
    with torch.no_grad():
        y = load("mine", REPOSITORY, file=folder.file).module(torch.from_numpy(x)).argmax(1).numpy()
    y[:10] = 1 - y[:10]
    np.savez(folder.path / "test.npz", x=x, y=y)
    folder.file.write_text(folder.file.read_text() + 'data = "test.npz"\nlabels = ["no", "yes"]\n')
    network = load("mine", REPOSITORY, file=folder.file)
    assert network.quality["accuracy"] == 0.8
    assert network.labels == network.dataset.labels == ("no", "yes")


def test_the_same_function_without_weights_gives_the_same_network(folder):
    folder.file.write_text(folder.file.read_text().replace('weights = "net.safetensors"', ""))
    one, two = (load("mine", REPOSITORY, file=folder.file).module.state_dict() for _ in range(2))
    torch.testing.assert_close(one, two, atol=0, rtol=0)


def refused(folder, match):
    with pytest.raises(UsageError, match=match):
        load("mine", REPOSITORY, file=folder.file)


def test_weights_that_do_not_fit(folder, good):
    good["last.weight"] = torch.zeros(3, 4)
    folder.save(good)
    refused(
        folder, r"net.safetensors does not fit the network: of another shape: last.weight \(expected 2×4, got 3×4\)"
    )


def test_weights_that_are_not_numbers(folder, good):
    good["last.weight"][0, 0] = float("inf")
    folder.save(good)
    refused(folder, r"net.safetensors holds NaN or infinite weights: last.weight \(1 of 8 numbers\)")


def test_weights_that_the_users_own_code_spoils(folder):
    folder.nets.write_text(folder.nets.read_text().replace("nn.Linear(3, WIDTH)", "nn.Linear(3, WIDTH) * 0") + "\n")
    refused(folder, "fails when it is called without arguments: line 11: TypeError")
    spoil = "    net = Net()\n    net.last.bias.data[0] = torch.nan\n    return net\n"
    folder.nets.write_text(folder.nets.read_text().replace(" * 0", "").replace("    return Net()\n", spoil))
    folder.file.write_text(folder.file.read_text().replace('weights = "net.safetensors"', ""))
    refused(folder, r"nets.py:net holds NaN or infinite weights: last.bias \(1 of 2 numbers\)")


def test_lazy_modules(folder):
    folder.file.write_text(folder.file.read_text().replace("nets.py:net", "nets.py:lazy"))
    refused(
        folder,
        r"network 'mine' has lazy modules without weights \(0, 2\): "
        "let lazy call the network once on an example before it returns it",
    )


def test_a_lazy_buffer(folder):
    folder.nets.write_text("from torch import nn\n\ndef net():\n    return nn.LazyBatchNorm1d(affine=False)\n")
    refused(folder, r"network 'mine' has lazy modules without weights \(itself\)")


def test_a_network_on_the_meta_device(folder):
    spoil = "    with torch.device('meta'):\n        return Net()\n"
    folder.nets.write_text(folder.nets.read_text().replace("    return Net()\n", spoil))
    refused(folder, "network 'mine' is on the meta device, without numbers")


def test_a_damaged_file(folder):
    folder.weights.write_bytes(folder.weights.read_bytes()[:-3])
    refused(folder, "net.safetensors is damaged: its header describes")


def with_data(folder, x, y, more=""):
    np.savez(folder.path / "test.npz", x=x, y=y)
    folder.file.write_text(folder.file.read_text() + f'data = "test.npz"\n{more}')


def test_examples_that_the_network_cannot_take(folder):
    folder.file.write_text(folder.file.read_text().replace("size = [3]", "size = [5]"))
    with_data(folder, np.zeros((4, 5), "float32"), np.zeros(4, int))
    refused(folder, "network 'mine' cannot take an example of shape 5: RuntimeError: ")


def test_answers_that_are_no_labels(folder):
    with_data(folder, np.zeros((4, 3), "float32"), np.array([0, 1, 2, 3]))
    refused(
        folder, "line 7: networks.mine.data: the network has 2 outputs and its data answers from 0 to 3: expected one"
    )


def test_labels_that_do_not_match_the_outputs(folder):
    with_data(folder, np.zeros((4, 3), "float32"), np.zeros(4, int), 'labels = ["a", "b", "c"]\n')
    refused(folder, "line 8: networks.mine.labels: the network has 2 outputs and 3 labels: expected one label for each")


def test_layers_and_neurons_that_are_not_there_are_named_at_once_with_their_lines(folder):
    folder.file.write_text(
        folder.file.read_text()
        + 'layers = ["fist"]\nneurons = ["first:4", "first:3", "last:0"]\nlabels = ["a", "b", "c"]\n'
    )
    refused(
        folder,
        r"has 3 mistakes:\n"
        r"  line 7: networks.mine.layers: there is no layer 'fist': did you mean 'first'\n"
        r"  line 8: networks.mine.neurons: 'first:4' is too large: 'first' has 4 neurons, 0 to 3\n"
        r"  line 9: networks.mine.labels: the network has 2 outputs and 3 labels: ",
    )


def test_a_number_that_data_never_answer_is_a_label_all_the_same(folder):
    with_data(folder, np.zeros((4, 3), "float32"), np.zeros(4, int))
    assert load("mine", REPOSITORY, file=folder.file).labels == ("0", "1")


def test_preprocessing_that_is_silently_wrong_is_noticed(monkeypatch):
    monkeypatch.setattr("generators.datasets.digits.INK_MAX", 1)
    with pytest.raises(UsageError, match=r"right about .* and its card says 98.6%: its weights, data or preprocessing"):
        load("digits-net")


def test_bundled_weights_that_were_overwritten_are_noticed(tmp_path, monkeypatch):
    original = load_file(cards.weights_file("iris-net-2"))
    save_file({**original, "layer2.weight": -original["layer2.weight"]}, tmp_path / "iris-net-2.safetensors")
    for module in ("configuration", "cards"):
        monkeypatch.setattr(f"generators.networks.{module}.weights_file", lambda name: tmp_path / f"{name}.safetensors")
    with pytest.raises(UsageError, match=r"its card says 93.8%"):
        load("iris-net-2")


def test_auto_is_a_device_that_is_there(folder):
    assert load("mine", REPOSITORY, "auto", folder.file).device == ("cuda" if torch.cuda.is_available() else "cpu")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_device_that_is_not_there():
    with pytest.raises(UsageError, match=r"device 'cuda' is not there: .* sees no GPU; use cpu"):
        load("iris-net-2", device="cuda")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")
def test_a_network_on_the_gpu_is_as_good():
    assert load("digits-net", device="cuda").quality == pytest.approx(load("digits-net").quality, abs=0.01)


def test_a_name_that_is_not_there():
    with pytest.raises(UsageError, match=r"there is no network 'digit-net' in .*: did you mean 'digits-net'"):
        load("digit-net")
