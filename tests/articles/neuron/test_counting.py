"""The counter against closed forms, the laws that any count obeys, and weights that hide: tied, shared, pruned."""

import math
import warnings
from collections.abc import Callable
from types import SimpleNamespace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils import parametrizations, parametrize, prune

from generators.articles.neuron.analysis.counting import count_module, count_network
from generators.articles.neuron.facts.counting import counts as facts_of
from generators.articles.neuron.figures import counting as figures
from generators.articles.neuron.results.counting import ModuleCount, NetworkCount
from generators.articles.neuron.results.outline import Branch, lines, outline, text
from generators.errors import UsageError


def counted(module: nn.Module, **given: object) -> NetworkCount:
    """Count a module, and check what every count owes."""
    count = count_module(module, name="net", **given)  # type: ignore[arg-type]
    assert count.synapses - count.derived_synapses + count.other_parameters == count.parameters
    assert sum(count.others.values()) == count.other_parameters
    assert count.neurons == sum(row.neurons for row in count.modules)
    assert count.synapses == sum(row.synapses for row in count.modules)
    return count


def total(module: nn.Module, **given: object) -> tuple[int, int]:
    count = counted(module, **given)
    assert count.parameters == sum(parameter.numel() for parameter in module.parameters())
    return count.neurons, count.synapses


CLOSED_FORMS: dict[str, tuple[Callable[[], nn.Module], int, int]] = {
    "linear": (lambda: nn.Linear(3, 2), 2, 6),
    "two layers of the source": (
        lambda: nn.Sequential(nn.Linear(3, 2, bias=False), nn.Linear(2, 2, bias=False)), 4, 10,
    ),
    "four layers of the source": (lambda: nn.Sequential(*[nn.Linear(3, 3, bias=False) for _ in range(4)]), 12, 36),
    "key-value memory of the source": (lambda: nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 2)), 10, 40),
    "convolution": (lambda: nn.Conv2d(3, 16, 5), 16, 1_200),
    "depthwise": (lambda: nn.Conv2d(64, 64, 3, groups=64), 64, 576),
    "grouped": (lambda: nn.Conv2d(64, 128, 3, groups=4), 128, 128 * 16 * 9),
    "1-D": (lambda: nn.Conv1d(4, 6, 3), 6, 72),
    "3-D": (lambda: nn.Conv3d(4, 6, (3, 2, 1)), 6, 144),
    "transposed": (lambda: nn.ConvTranspose2d(16, 8, 4), 8, 2_048),
    "transposed, grouped": (lambda: nn.ConvTranspose2d(16, 8, 4, groups=4), 8, 512),
    "RNN": (lambda: nn.RNN(10, 20), 20, 600),
    "LSTM": (lambda: nn.LSTM(10, 20), 80, 2_400),
    "GRU": (lambda: nn.GRU(10, 20), 60, 1_800),
    "LSTM, two layers, both directions": (lambda: nn.LSTM(10, 20, 2, bidirectional=True), 320, 14_400),
    "LSTM, projected": (lambda: nn.LSTM(10, 20, proj_size=5), 85, 80 * 15 + 5 * 20),
    "RNN cell": (lambda: nn.RNNCell(10, 20), 20, 600),
    "LSTM cell": (lambda: nn.LSTMCell(10, 20), 80, 2_400),
    "GRU cell": (lambda: nn.GRUCell(10, 20), 60, 1_800),
    "attention": (lambda: nn.MultiheadAttention(64, 8), 256, 16_384),
    "attention, other key and value widths": (
        lambda: nn.MultiheadAttention(64, 8, kdim=32, vdim=16), 256, 64 * (64 + 32 + 16 + 64),
    ),
    "attention with extra key and value": (lambda: nn.MultiheadAttention(64, 8, add_bias_kv=True), 256, 16_384),
    "encoder layer": (lambda: nn.TransformerEncoderLayer(64, 8, 256), 576, 49_152),
    "bilinear": (lambda: nn.Bilinear(3, 4, 5), 5, 60),
    "no weights": (lambda: nn.Sequential(nn.ReLU()), 0, 0),
    "no inputs": (lambda: nn.Linear(0, 3), 3, 0),
    "no neurons": (lambda: nn.Linear(3, 0), 0, 0),
    "tables, norms and slopes": (
        lambda: nn.Sequential(
            nn.Embedding(9, 4), nn.EmbeddingBag(9, 4), nn.PReLU(),
            nn.LayerNorm(4), nn.BatchNorm1d(4), nn.GroupNorm(2, 4),
        ), 0, 0,
    ),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:Initializing zero-element tensors")
@pytest.mark.parametrize("device", ["cpu", "meta"])
@pytest.mark.parametrize("case", CLOSED_FORMS)
def test_closed_forms(case: str, device: str) -> None:
    make, neurons, synapses = CLOSED_FORMS[case]
    with torch.device(device):
        module = make()
    count = counted(module)
    assert total(module) == (neurons, synapses)
    assert count.unclassified == ()
    assert (count.nonzero_synapses is None) == (device == "meta" and bool(count.modules))


def test_a_network_without_neurons_has_no_synapses_per_neuron() -> None:
    count = counted(nn.Sequential())
    assert count.synapses_per_neuron is None
    assert "n/a" in text(count)


def test_input_and_output_of_a_recurrent_layer_feed_the_same_rows() -> None:
    (row,) = counted(nn.LSTM(10, 20)).modules
    assert (row.path, row.reading, row.synapses_per_neuron) == ("", "4·20 gate rows of 10 + 20", 30)


class Conv1D(nn.Module):
    """transformers' transposed linear layer."""

    def __init__(self, nf: int, nx: int) -> None:
        super().__init__()
        self.nf = nf
        self.weight, self.bias = nn.Parameter(torch.randn(nx, nf)), nn.Parameter(torch.zeros(nf))


def test_a_transposed_linear_layer_has_its_columns_as_neurons() -> None:
    assert total(Conv1D(2304, 768)) == (2304, 768 * 2304)


# Mixtures of experts: rules by shape and by what the module says, not by class names.


class Experts(nn.Module):
    def __init__(self, gate_up: tuple[int, ...], down: tuple[int, ...], bias: int | None = None) -> None:
        super().__init__()
        self.gate_up_proj, self.down_proj = nn.Parameter(torch.randn(gate_up)), nn.Parameter(torch.randn(down))
        if bias is not None:
            self.gate_up_proj_bias = nn.Parameter(torch.zeros(gate_up[0], bias))


class TopKRouter(nn.Module):
    def __init__(self, n_experts: int, d: int) -> None:
        super().__init__()
        self.top_k, self.weight = 2, nn.Parameter(torch.randn(n_experts, d))


class Mixture(nn.Module):
    def __init__(self, experts: nn.Module, d: int = 4) -> None:
        super().__init__()
        self.gate, self.experts = TopKRouter(8, d), experts


def test_stacked_experts_stored_and_active() -> None:
    e, d, f, k = 8, 4, 6, 2
    count = counted(Mixture(Experts((e, 2 * f, d), (e, d, f))))
    assert (count.neurons, count.synapses) == (e + e * (2 * f + d), e * d + e * 3 * d * f)
    assert count.active is not None
    assert (count.active.neurons, count.active.synapses) == (e + k * (2 * f + d), e * d + k * 3 * d * f)
    assert (count.active.experts, count.active.experts_per_token) == (e, k)


def test_transposed_experts_are_told_by_the_module_or_by_their_biases() -> None:
    e, d, f = 8, 4, 6
    said = Experts((e, d, 2 * f), (e, f, d))
    said.is_transposed = True
    by_bias = Experts((e, d, 2 * f), (e, f, d), bias=2 * f)
    straight = Experts((e, 2 * f, d), (e, d, f), bias=2 * f)
    assert {counted(Mixture(experts)).neurons for experts in (said, by_bias, straight)} == {e + e * (2 * f + d)}


def test_experts_in_a_list_are_active_as_often_as_the_router_picks() -> None:
    count = counted(Mixture(nn.ModuleList(nn.Linear(4, 4, bias=False) for _ in range(8))))
    assert (count.neurons, count.synapses) == (8 + 32, 32 + 128)
    assert count.active is not None and (count.active.neurons, count.active.synapses) == (8 + 8, 32 + 32)


def test_experts_per_token_may_be_asked_for() -> None:
    experts = Experts((8, 12, 4), (8, 4, 6))
    count = counted(experts, experts_used=3)
    assert count.active is not None and count.active.neurons == 3 * 16


def test_experts_without_weights_of_their_own_do_not_hide_the_others() -> None:
    count = counted(Mixture(Experts((12, 12, 4), (8, 4, 6))))  # identity experts have scores but no second weight
    assert count.unclassified == () and count.synapses == 8 * 4 + 12 * 48 + 8 * 24


class QuantLinear(nn.Module):
    """A linear layer of somebody's own, told by its name."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(5, 3))


def test_a_class_named_for_a_linear_layer_is_one() -> None:
    assert total(QuantLinear()) == (5, 15)


# What is shared counts once.


def test_a_tied_table_is_the_heads() -> None:
    table, head = nn.Embedding(100, 16), nn.Linear(16, 100, bias=False)
    assert total(nn.Sequential(table, head)) == (100, 1600)
    head.weight = table.weight
    assert total(nn.Sequential(table, head)) == (100, 1600)
    assert counted(nn.Sequential(table, head)).others == {}


class LanguageModel(nn.Module):
    """What transformers' language models have."""

    def __init__(self, tied: bool) -> None:
        super().__init__()
        self.table, self.body, self.lm_head = nn.Embedding(10, 4), nn.Linear(4, 4), nn.Linear(4, 10, bias=False)
        if tied:
            self.lm_head.weight = self.table.weight

    def get_output_embeddings(self) -> nn.Module:
        return self.lm_head


@pytest.mark.parametrize("tied", [True, False])
def test_a_language_models_head_stands_beside_its_body(tied: bool) -> None:
    count = counted(LanguageModel(tied))
    assert (count.neurons, count.synapses, count.parameters) == (4, 16, 20 + 40 + (0 if tied else 40))
    assert count.head is not None and (count.head.path, count.head.neurons, count.head.synapses) == ("lm_head", 10, 40)
    assert count.others == {"head": 40, "biases": 4} | ({} if tied else {"lookup tables": 40})


def test_a_shared_module_counts_once_and_unrolls_twice() -> None:
    shared = nn.Linear(4, 4)
    count = counted(nn.Sequential(shared, nn.ReLU(), shared))
    assert (count.neurons, count.synapses) == (4, 16)
    assert count.unrolled is not None and (count.unrolled.neurons, count.unrolled.synapses) == (8, 32)
    assert "used 2 times" in text(count)


def test_calls_are_what_unrolls_when_an_input_is_known() -> None:
    class Loop(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(4, 4)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            for _ in range(5):
                x = self.layer(x)
            return x

    assert counted(Loop()).unrolled is None
    unrolled = counted(Loop(), example=(4,)).unrolled
    assert unrolled is not None and (unrolled.neurons, unrolled.synapses) == (20, 80)


def test_two_layers_of_one_weight_are_the_same_neurons() -> None:
    left, right = nn.Linear(4, 4), nn.Linear(4, 4)
    right.weight = left.weight
    count = counted(nn.Sequential(left, right))
    assert (count.neurons, count.synapses) == (4, 16)
    assert count.unrolled is not None and (count.unrolled.neurons, count.unrolled.synapses) == (8, 32)
    connections = counted(nn.Sequential(left, right), example=(4,)).unrolled
    assert connections is not None and connections.connections == 32


# Parametrised, pruned, quantised: the weight is not where one looks for it.

PARAMETRISED: dict[str, tuple[Callable[[], nn.Module], int, int, int]] = {
    # neurons, synapses, parameters
    "weight norm": (lambda: parametrizations.weight_norm(nn.Linear(3, 2)), 2, 6, 2 + 6 + 2),
    "spectral norm": (lambda: parametrizations.spectral_norm(nn.Linear(3, 2)), 2, 6, 8),
    "orthogonal": (lambda: parametrizations.orthogonal(nn.Linear(3, 3)), 3, 9, 12),
    "chain": (
        lambda: parametrizations.spectral_norm(parametrizations.weight_norm(nn.Conv2d(4, 3, 3))), 3, 108, 3 + 108 + 3,
    ),
    "older weight norm": (lambda: nn.utils.weight_norm(nn.Linear(3, 2)), 2, 6, 10),
    "older spectral norm": (lambda: nn.utils.spectral_norm(nn.Linear(3, 2)), 2, 6, 8),
    "recurrent weight norm": (
        lambda: parametrizations.weight_norm(nn.LSTM(10, 20), "weight_hh_l0"), 80, 2_400, 2_400 + 80 + 160,
    ),
    "wav2vec 2.0's positional convolution": (
        lambda: parametrizations.weight_norm(nn.Conv1d(768, 768, 128, padding=64, groups=16), dim=2),
        768, 768 * 48 * 128, 768 * 48 * 128 + 128 + 768,
    ),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:.*weight_norm.*is deprecated")
@pytest.mark.parametrize("device", ["cpu", "meta"])
@pytest.mark.parametrize("case", PARAMETRISED)
def test_parametrised_weights(case: str, device: str) -> None:
    make, neurons, synapses, parameters = PARAMETRISED[case]
    module = make().to(device)
    assert total(module) == (neurons, synapses)
    assert counted(module).parameters == parameters
    assert counted(module).unclassified == ()


def test_counting_takes_no_step_of_a_power_iteration() -> None:
    module = parametrizations.spectral_norm(nn.Linear(5, 4)).train()
    nn.init.normal_(module.parametrizations.weight[0]._u)  # type: ignore[union-attr, index]  # far from converged
    before = {name: tensor.clone() for name, tensor in module.state_dict().items()}
    counted(module)
    assert all(torch.equal(tensor, before[name]) for name, tensor in module.state_dict().items())
    assert all(part.training for part in module.modules())
    _ = module.weight  # reading it in training is a step: the test can fail
    assert not all(torch.equal(tensor, before[name]) for name, tensor in module.state_dict().items())


def test_a_weight_made_of_fewer_parameters_says_so() -> None:
    class Outer(nn.Module):
        def forward(self, column: torch.Tensor, row: torch.Tensor) -> torch.Tensor:
            return column @ row

        def right_inverse(self, weight: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            return weight[:, :1], weight[:1]

    module = nn.Linear(6, 5, bias=False)
    parametrize.register_parametrization(module, "weight", Outer())
    count = counted(module)
    assert (count.neurons, count.synapses, count.parameters, count.derived_synapses) == (5, 30, 11, 19)


def test_pruned_synapses_are_counted_among_the_stored() -> None:
    module = nn.Linear(10, 10)
    prune.random_unstructured(module, "weight", 0.3)
    assert total(module) == (10, 100)
    assert counted(module).nonzero_synapses == 70
    module.weight_mask[0] = 0  # as after load_state_dict: the attribute ``weight`` is older than the mask
    assert counted(module).nonzero_synapses == int(module.weight_mask.count_nonzero())
    prune.remove(module, "weight")
    assert counted(module).nonzero_synapses == int(module.weight.count_nonzero()) <= 70


def test_pruned_recurrent_layers_keep_their_gates() -> None:
    module = nn.LSTM(10, 20)
    prune.l1_unstructured(module, "weight_hh_l0", 0.5)
    assert total(module) == (80, 2_400)
    assert counted(module).nonzero_synapses == 2_400 - 800


@pytest.mark.filterwarnings("ignore")
def test_quantised_layers_have_neurons_though_no_parameters() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        kinds = {nn.Linear, nn.LSTM}
        plain = nn.Sequential(nn.Linear(8, 4), nn.ReLU(), nn.Linear(4, 2))
        linear = torch.ao.quantization.quantize_dynamic(plain, kinds)
        recurrent = torch.ao.quantization.quantize_dynamic(nn.Sequential(nn.LSTM(10, 20, 2)), kinds)
        transposed = torch.ao.nn.quantized.ConvTranspose2d(16, 8, 4)
    assert (counted(linear).neurons, counted(linear).synapses) == (6, 40)
    assert (counted(recurrent).neurons, counted(recurrent).synapses) == (160, 80 * 30 + 80 * 40)
    assert (counted(transposed).neurons, counted(transposed).synapses) == (8, 2_048)


@pytest.mark.filterwarnings("ignore:Lazy modules are a new feature")
def test_lazy_modules_get_one_sentence() -> None:
    with pytest.raises(UsageError, match=r"network 'net': 'weight' of module '1' \(LazyLinear\) has no shape yet"):
        count_module(nn.Sequential(nn.ReLU(), nn.LazyLinear(3)), name="net")


# What no rule reads is reported.


class Unread(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.mixing = nn.Parameter(torch.zeros(4, 5))
        self.pos_embed, self.cls_token = nn.Parameter(torch.zeros(1, 9, 4)), nn.Parameter(torch.zeros(1, 1, 4))
        self.layer_scale, self.A_log = nn.Parameter(torch.ones(4, 1, 1)), nn.Parameter(torch.ones(4, 3))


def test_matrices_that_no_rule_reads_are_unclassified_and_tables_are_not() -> None:
    count = counted(nn.Sequential(Unread()))
    assert [(missed.path, missed.shape, missed.parameters) for missed in count.unclassified] == [
        ("0.mixing", (4, 5), 20)
    ]
    assert count.others == {"lookup tables": 40, "unclassified": 20, "scales": 16}
    assert "unclassified: 0.mixing (4×5) may hold 20 synapses" in text(count)


# Connections: synapses at every position of one input.


def row_of(module: nn.Module, *shape: int) -> ModuleCount:
    return counted(module, example=shape).modules[0]


def test_lenet_c1() -> None:
    row = row_of(nn.Conv2d(1, 6, 5), 1, 32, 32)
    assert (row.neurons, row.synapses, row.units, row.connections) == (6, 150, 4_704, 117_600)
    assert 117_600 + 4_704 == 122_304  # LeCun et al. 1998, with biases


def test_resnet_conv1_on_the_meta_device() -> None:
    with torch.device("meta"):
        row = row_of(nn.Conv2d(3, 64, 7, 2, 3, bias=False), 3, 224, 224)
    assert (row.units, row.connections, row.real_connections) == (802_816, 118_013_952, 116_214_528)


geometry = st.fixed_dictionaries(
    {
        "kernel_size": st.integers(1, 4),
        "stride": st.integers(1, 3),
        "padding": st.integers(0, 3),
        "dilation": st.integers(1, 3),
        "groups": st.sampled_from([1, 2]),
    }
)


@settings(max_examples=60, deadline=None)
@given(geometry, st.integers(10, 14))
def test_real_connections_are_what_ones_sum_to(shape: dict[str, int], size: int) -> None:
    """A convolution of ones over ones adds up one for every connection that reads a pixel."""
    module = nn.Conv2d(2, 4, **shape, bias=False)
    nn.init.ones_(module.weight)
    assert row_of(module, 2, size, size).real_connections == round(module(torch.ones(1, 2, size, size)).sum().item())


@settings(max_examples=60, deadline=None)
@given(geometry, st.integers(6, 9))
def test_transposed_connections_are_what_ones_sum_to(shape: dict[str, int], size: int) -> None:
    if shape["padding"] > shape["dilation"] * (shape["kernel_size"] - 1):
        shape = shape | {"padding": 0}
    module = nn.ConvTranspose2d(2, 4, **shape, bias=False)
    nn.init.ones_(module.weight)
    assert row_of(module, 2, size, size).connections == round(module(torch.ones(1, 2, size, size)).sum().item())


def test_each_axis_has_its_own_kernel_stride_and_padding() -> None:
    module = nn.Conv2d(1, 2, (3, 5), stride=(1, 2), padding=(0, 2), bias=False)
    nn.init.ones_(module.weight)
    assert row_of(module, 1, 6, 11).real_connections == round(module(torch.ones(1, 1, 6, 11)).sum().item())


def test_padding_by_copies_reads_pixels_everywhere() -> None:
    row = row_of(nn.Conv2d(1, 1, 3, padding=1, padding_mode="circular"), 1, 8, 8)
    assert row.connections == row.real_connections == 9 * 64


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
def test_same_padding_of_an_even_kernel() -> None:
    module = nn.Conv1d(1, 1, 4, padding="same", bias=False)
    nn.init.ones_(module.weight)
    assert row_of(module, 1, 9).real_connections == round(module(torch.ones(1, 1, 9)).sum().item())


def test_recurrent_layers_unroll_over_time_and_attention_over_positions() -> None:
    assert row_of(nn.RNN(8, 16, batch_first=True), 5, 8).connections == 5 * 16 * 24
    layer = counted(nn.TransformerEncoderLayer(64, 8, 256, batch_first=True), example=(7, 64))
    assert layer.unrolled is not None and layer.unrolled.connections == 7 * layer.synapses
    assert [row.uses for row in layer.modules] == [1, 1, 1, 1]


def test_counting_with_an_input_changes_nothing() -> None:
    module = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Dropout(), nn.Flatten(), nn.Linear(72, 3)).train()
    before = {name: tensor.clone() for name, tensor in module.state_dict().items()}
    counted(module, example=(1, 8, 8))
    assert all(part.training and not part._forward_hooks for part in module.modules())
    assert all(torch.equal(tensor, before[name]) for name, tensor in module.state_dict().items())


def test_an_input_that_does_not_fit_gets_one_sentence() -> None:
    with pytest.raises(UsageError, match=r"network 'net' does not take an input of shape \(1, 5\): "):
        count_module(nn.Linear(4, 2), name="net", example=(5,))


def test_weights_of_the_largest_networks_take_no_memory() -> None:
    with torch.device("meta"):
        module = nn.Sequential(*[nn.Linear(100_000, 100_000) for _ in range(200)])
    assert total(module) == (200 * 100_000, 200 * 100_000**2)


# Laws.

layers = st.lists(
    st.one_of(
        st.tuples(st.integers(1, 5), st.integers(1, 5), st.booleans()).map(lambda a: nn.Linear(a[0], a[1], bias=a[2])),
        st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 3)).map(lambda a: nn.Conv2d(*a)),
        st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 3)).map(lambda a: nn.ConvTranspose1d(*a)),
        st.tuples(st.integers(1, 4), st.integers(1, 4)).map(lambda a: nn.GRU(*a)),
        st.integers(1, 6).map(nn.LayerNorm),
        st.tuples(st.integers(1, 6), st.integers(1, 6)).map(lambda a: nn.Embedding(*a)),
        st.tuples(st.integers(2, 5), st.integers(2, 5)).map(lambda a: parametrizations.weight_norm(nn.Linear(*a))),
    ),
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(layers, layers)
def test_counts_add_over_parts(left: list[nn.Module], right: list[nn.Module]) -> None:
    whole = total(nn.Sequential(nn.Sequential(*left), nn.Sequential(*right)))
    parts = [total(nn.Sequential(*part)) for part in (left, right)]
    assert whole == tuple(map(sum, zip(*parts, strict=True)))


@settings(max_examples=40, deadline=None)
@given(layers.flatmap(lambda modules: st.tuples(st.just(modules), st.permutations(modules))))
def test_order_does_not_matter(both: tuple[list[nn.Module], list[nn.Module]]) -> None:
    given, permuted = (counted(nn.Sequential(*modules)) for modules in both)
    assert (given.neurons, given.synapses, given.others) == (permuted.neurons, permuted.synapses, permuted.others)


@settings(max_examples=40, deadline=None)
@given(layers)
def test_using_everything_twice_changes_what_is_unrolled_and_nothing_else(modules: list[nn.Module]) -> None:
    once, twice = counted(nn.Sequential(*modules)), counted(nn.Sequential(*modules, *modules))
    assert (once.neurons, once.synapses, once.parameters) == (twice.neurons, twice.synapses, twice.parameters)
    if once.modules:
        assert twice.unrolled is not None and twice.unrolled.synapses == 2 * once.synapses


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 6), st.integers(1, 6), st.integers(1, 6))
def test_a_linear_layer_is_a_convolution_of_one_pixel(m: int, n: int, size: int) -> None:
    linear, convolution = nn.Linear(n, m), nn.Conv2d(n, m, 1)
    assert total(linear) == total(convolution)
    assert row_of(convolution, n, size, size).connections == size**2 * m * n


# The outline and what is drawn of it.


def blocks(n: int) -> nn.Sequential:
    return nn.Sequential(*[nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 4)) for _ in range(n)])


def test_equal_blocks_are_told_once_and_add_up() -> None:
    count = counted(nn.Sequential(blocks(5), nn.Linear(4, 2)))
    trunk, last = outline(count)
    (told,) = trunk.children
    assert (told.name, told.alike, told.neurons, trunk.neurons) == ("0–4, each", 5, 12, 60)
    assert [leaf.name for leaf in told.children] == ["0", "2"]
    assert trunk.neurons + last.neurons == count.neurons


def test_unequal_blocks_are_told_apart() -> None:
    (told,) = outline(
        counted(nn.ModuleDict({"layers": nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2), nn.Linear(2, 3)])}))
    )
    assert [branch.name for branch in told.children] == ["0–1, each", "2"]


def added(branches: tuple[Branch, ...]) -> int:
    return sum(branch.alike * (added(branch.children) if branch.children else branch.synapses) for branch in branches)


@settings(max_examples=40, deadline=None)
@given(st.lists(layers.map(lambda modules: nn.Sequential(*modules)), max_size=4))
def test_an_outline_adds_up_to_its_count(parts: list[nn.Module]) -> None:
    count = counted(nn.Sequential(*parts))
    assert added(outline(count)) == count.synapses


def test_columns_are_aligned() -> None:
    told = lines(counted(nn.Sequential(blocks(3), nn.LSTM(4, 4))))
    ends = {len(f"{line.guide}{line.name}{line.numbers}") for line in told}
    assert len(ends) == 1


def test_figures_show_the_counts() -> None:
    count = counted(nn.Sequential(nn.Conv2d(1, 8, 3), nn.Flatten(), nn.Linear(288, 10)), example=(1, 8, 8))
    spans, neurons, synapses, connections = figures.counts_by_layer(count).data
    assert list(neurons.x) == [8, 10] and list(synapses.x) == [72, 2880]
    assert list(connections.x) == [72 * 36, None]
    assert spans.showlegend is False
    table = figures.counts(count)
    assert [row["Synapses"] for row in table.rows] == [72, 2880]
    assert [row["Connections"] for row in table.rows] == [72 * 36, 2880]


def test_names_are_text_in_figures() -> None:
    count = counted(nn.ModuleDict({"<img src=x onerror=alert(1)>": nn.Linear(2, 2)}))
    drawn = figures.inspect_output(count)
    assert "<img" not in drawn.svg and drawn.narrow is not None and "<img" not in drawn.narrow
    assert all("<img" not in label for label in figures.counts_by_layer(count).data[1].y)


def test_facts_quote_the_output() -> None:
    count = counted(nn.Linear(3, 2))
    facts = facts_of(count)
    assert facts["synapses_per_neuron"] == 3.0 and facts["inspect_output"] == text(count)
    assert not any(isinstance(value, float) and math.isnan(value) for value in facts.values())


def test_a_bundled_network_is_counted_over_one_of_its_inputs() -> None:
    from generators.networks import load

    network = load("digits-net")
    count = count_network(network)
    assert count.parameters == sum(parameter.numel() for parameter in network.module.parameters())
    assert count.input_shape == (1, 8, 8)
    assert all(row.connections is not None and row.connections >= row.synapses for row in count.modules)


def test_a_language_model_without_data_is_unrolled_over_blank_tokens():
    """A blank of floating-point numbers would have no row in the table of embeddings."""
    module = nn.Sequential(nn.Embedding(11, 4), nn.Linear(4, 11, bias=False)).eval()
    network = SimpleNamespace(name="n", kind="language-model", module=module, dataset=None, example_shape=(5,))
    count = count_network(network)
    assert count.unrolled is not None and count.unrolled.connections == 5 * 4 * 11
