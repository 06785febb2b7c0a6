"""Count the published networks from their shapes, without torch but for the first layers that are run.

Sources: the shapes name theirs in ``generators.networks.spec``; LeNet-5's first layer is LeCun et al. 1998, ResNet-50's
He et al. 2015.
"""

from generators.networks.spec import Map, Spec

from ..results.counting import Active, ModuleCount, NetworkCount, Unrolled


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
