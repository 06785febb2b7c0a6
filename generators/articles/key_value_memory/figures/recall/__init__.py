"""One fact on its way through a network, and all facts: how many memories an answer hangs on."""

from generators.articles.key_value_memory.figures.recall.path import one_fact
from generators.articles.key_value_memory.figures.recall.spread import facts_spread
from generators.articles.key_value_memory.figures.recall.table import facts_table

__all__ = ["facts_spread", "facts_table", "one_fact"]
