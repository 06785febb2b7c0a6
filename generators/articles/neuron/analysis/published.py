"""Count the published networks from their shapes, without torch but for the first layers that are run.

Sources: the shapes name theirs in ``generators.networks.spec``; LeNet-5's first layer is LeCun et al. 1998, ResNet-50's
He et al. 2015.
"""

from typing import Any

from generators.articles.neuron.results.counting import Active, ModuleCount, NetworkCount, Unrolled
from generators.articles.neuron.results.published import FirstLayer, Published, PublishedNetwork
from generators.networks.spec import SHAPES, Decoder, Encoder, Mamba, Map, Shape, Spec, spec


def count_spec(published: Spec) -> NetworkCount:
    """Count a published shape: the same numbers as its module gives, from the closed form."""
    modules = tuple(map(_row, published.maps))
    shared = any(row.uses > 1 for row in modules)
    return NetworkCount(
        network=f"spec:{published.name}",
        neurons=published.neurons,
        synapses=published.synapses,
        parameters=published.parameters,
        other_parameters=published.parameters - published.synapses,
        modules=modules,
        active=None if published.experts is None else _active(modules, published.experts),
        head=None if published.head is None else _row(published.head),
        others=dict(sorted(published.others.items(), key=lambda item: -item[1])),
        unrolled=_unrolled(modules) if shared else None,
    )


def _row(linear: Map) -> ModuleCount:
    return ModuleCount(
        path=linear.path,
        type=linear.type,
        reading=linear.reading,
        neurons=linear.neurons,
        synapses=linear.synapses,
        active_neurons=linear.active_neurons,
        active_synapses=linear.active_synapses,
        uses=linear.uses,
    )


def _active(modules: tuple[ModuleCount, ...], experts: tuple[int, int]) -> Active:
    neurons, synapses = sum(row.active_neurons for row in modules), sum(row.active_synapses for row in modules)
    return Active(neurons, synapses, *experts)


def _unrolled(modules: tuple[ModuleCount, ...]) -> Unrolled:
    neurons, synapses = sum(row.neurons * row.uses for row in modules), sum(row.synapses * row.uses for row in modules)
    return Unrolled(neurons, synapses, None, None, None)


def count_published() -> Published:
    """Count every published network, and run the first layers of LeNet-5 and ResNet-50 on one picture each."""
    networks = sorted(map(_published, SHAPES), key=lambda network: (network.synapses, network.neurons, network.name))
    gpt3 = SHAPES["gpt3"]
    assert isinstance(gpt3, Decoder)
    block = [row for row in spec("gpt3").maps if row.path.startswith("blocks.0.")]
    attention, mlp = ([row for row in block if f".{part}." in row.path] for part in ("attention", "feed_forward"))
    return Published(
        networks=tuple(networks),
        gpt3_d_model=gpt3.d_model,
        gpt3_n_layers=gpt3.n_layers,
        gpt3_attention_neurons=sum(row.neurons for row in attention),
        gpt3_attention_synapses=sum(row.synapses for row in attention),
        gpt3_mlp_neurons=sum(row.neurons for row in mlp),
        gpt3_mlp_synapses=sum(row.synapses for row in mlp),
        lenet_c1=_first_layer("LeNet-5, C1", (1, 32, 32), in_channels=1, out_channels=6, kernel_size=5),
        resnet_conv1=_first_layer(
            "ResNet-50, conv1", (3, 224, 224),
            in_channels=3, out_channels=64, kernel_size=7, stride=2, padding=3, bias=False,
        ),
        seen_by_linear_only=_share_of_plain_linears(spec("mixtral-8x7b")),
    )  # fmt: skip


def formula(shape: Shape) -> tuple[int, int] | None:
    """Neurons and synapses by one formula for a whole network, apart from the layout in ``spec``.

    With d the width, L the layers, q and k the query and key widths, f the feed-forward width and E the experts.
    GPT-2's kind: 9dL and 12d²L. Llama's: L(q + 2k + 2f + 2d) and L(2dq + 2dk + 3df). Mixtral's: the gated part E times,
    and E d of the router. Mamba's: what its five maps add up to.
    """
    match shape:
        case Decoder(d_model=d, n_layers=layers, n_experts=0, gated=False) if shape.d_ff == 4 * d == 4 * shape.d_key:
            return 9 * d * layers, 12 * d**2 * layers
        case Decoder(d_model=d, n_layers=layers, d_ff=ff, gated=True):
            q, k, e = shape.d_query, shape.d_key, shape.n_experts
            neurons = q + 2 * k + d + e + (e or 1) * (2 * ff + d)
            return layers * neurons, layers * (2 * d * q + 2 * d * k + e * d + (e or 1) * 3 * d * ff)
        case Mamba(d_model=d, n_layers=layers, d_inner=f, d_state=n, d_step=r):
            synapses = 2 * d * f + shape.n_taps * f + f * (r + 2 * n) + r * f + f * d
            return layers * (2 * f + f + r + 2 * n + f + d), layers * synapses
        case Encoder(d_model=d, n_layers=layers, d_embedding=None):
            return 9 * d * layers + d, 12 * d**2 * layers + d**2
        case _:
            return None


def _published(name: str) -> PublishedNetwork:
    published = spec(name)
    count = count_spec(published)
    by_formula = formula(SHAPES[name]) or (None, None)
    return PublishedNetwork(
        name=name,
        title=published.title,
        family=published.family,
        source=published.source,
        year=published.year,
        neurons=count.neurons,
        synapses=count.synapses,
        parameters=count.parameters,
        head_neurons=count.head.neurons if count.head else 0,
        head_synapses=count.head.synapses if count.head else 0,
        active_neurons=count.active.neurons if count.active else count.neurons,
        active_synapses=count.active.synapses if count.active else count.synapses,
        unrolled_neurons=count.unrolled.neurons if count.unrolled else count.neurons,
        unrolled_synapses=count.unrolled.synapses if count.unrolled else count.synapses,
        lookup_parameters=count.others.get("lookup tables", 0),
        formula_neurons=by_formula[0],
        formula_synapses=by_formula[1],
    )


def _first_layer(title: str, picture: tuple[int, ...], **convolution: Any) -> FirstLayer:
    """Run a convolution of that shape on one picture; the meta device needs neither weights nor pixels."""
    import torch

    from generators.articles.neuron.analysis.counting import count_module

    with torch.device("meta"):
        layer = torch.nn.Conv2d(**convolution)
    count = count_module(layer, name=title, example=picture)
    (row,) = count.modules
    assert row.units is not None and row.connections is not None and row.real_connections is not None
    return FirstLayer(
        title=title,
        neurons=row.neurons,
        synapses=row.synapses,
        parameters=count.parameters,
        units=row.units,
        connections=row.connections,
        connections_with_bias=row.connections + (row.units if layer.bias is not None else 0),
        real_connections=row.real_connections,
    )


def _share_of_plain_linears(published: Spec) -> float:
    rows = [*published.maps, *([published.head] if published.head else [])]
    return sum(row.synapses for row in rows if row.type == "Linear") / sum(row.synapses for row in rows)
