"""Any piecewise-linear network as a sequence of stages, each of which compares numbers that depend on the input.

Between two stages everything is affine. So on a set of inputs where no switch of the stages before changes its sign,
the switches of the next stage are affine functions of the input: what an exact partition of input space stands on.
``read`` runs the network's own ``forward`` and looks at the operations that torch dispatches; the network is not taken
apart, so it may be written in any way, and what is not piecewise linear is refused by name.
"""

from generators.articles.multi_neuron.analysis.piecewise.chain import Dense
from generators.articles.multi_neuron.analysis.piecewise.network import Piecewise, Stage
from generators.articles.multi_neuron.analysis.piecewise.plain import Plain, plain
from generators.articles.multi_neuron.analysis.piecewise.reader import read
from generators.articles.multi_neuron.analysis.piecewise.replay import Widening

__all__ = ["Dense", "Piecewise", "Plain", "Stage", "Widening", "plain", "read"]
