"""What is measured of every memory of a language model: what fires it, what it writes, and what comes of it.

A memory is one hidden neuron of an MLP: a key, which gives it an activation for every token that is read, and a value,
the column of the second matrix that is added to the residual stream that many times. Arrays called ``[f]`` have an
entry for each memory of a layer, ``[m]`` for each of those that are shown.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Agreement:
    """How often a value's likeliest token is the token that follows the text which fires its key most."""

    top1: float
    """Share of the layer's living memories for which it is, for their strongest text."""
    top25: float
    """The same for all of their strongest texts, mean over memories."""
    control: float
    """``top1`` after values were dealt out to keys anew, at random: mean over the deals."""
    control_spread: float
    """Standard deviation over the deals."""
    control_most: float
    """The largest of the deals."""


@dataclass(frozen=True)
class Removal:
    """What the loss, in nats a token, gains when single memories are silenced; means over memories, 95 % intervals."""

    own: float
    """At the tokens after the texts that fire the removed memory most."""
    own_half: float
    """Half of the interval."""
    own_random: float
    """The same when, in the memory's place, as long a vector of random direction is taken away as many times."""
    own_random_half: float
    text: float
    """At every token of held-out text."""
    text_half: float
    text_random: float
    text_random_half: float
    whole: float
    """At every token of held-out text, when all memories of the layer are silenced."""
    whole_dealt: float
    """The same when instead every key writes another key's value, dealt out at random."""
    n_memories: int
    """Over how many memories ``own`` is the mean: all that are shown and fire."""
    n_texts: int
    """Of how many of its strongest texts, for each memory."""
    n_drawn: int
    """Over how many memories, drawn by lot, ``text`` is the mean."""
    n_windows: int
    """Of how many held-out windows."""
    effect_correlation: float
    """Pearson's correlation, over tokens, of what a memory's removal does to the logits with what its projection
    foresees: its value times its activation, to first order through the final norm, and the head; mean over memories.
    NaN where the network has no blocks between which to read."""
    effect_control: float
    """The same with the projection of another memory."""


@dataclass(frozen=True)
class Lens:
    """What the residual stream after a layer would say if the network ended there."""

    same: float
    """Share of tokens for which its likeliest token is the network's final one."""
    loss: float
    """In nats a token, of the next token."""
    argmax_same: float
    """Share of tokens for which the likeliest token of what this layer's memories alone add, without the bias, is the
    network's final one."""


@dataclass(frozen=True)
class Shown:
    """Single memories as the browser shows them."""

    index: np.ndarray
    """int64[m], their place in the layer, counted from 0, ascending."""
    order: np.ndarray
    """int64[m], their place among all that are shown of all layers, by how clear they are; 0 is the clearest."""
    texts: np.ndarray
    """int32[m, c, w], the tokens up to the one that fires it, which is last; -1 where a text is shorter."""
    following: np.ndarray
    """int32[m, c], the token that comes next."""
    activation: np.ndarray
    """float32[m, c], descending."""
    n_without: int
    """For how many of the texts, e <= c, the network was run without the memory."""
    before: np.ndarray
    """float32[m, e], the probability that the network gives to the following token."""
    after: np.ndarray
    """float32[m, e], the same without the memory."""
    said: np.ndarray
    """int32[m, e], the network's likeliest token."""
    said_without: np.ndarray
    """int32[m, e], the same without the memory."""
    histogram: np.ndarray
    """int64[m, bins], how many tokens give it an activation in each of equally wide bins."""
    low: np.ndarray
    """float64[m], where the first bin begins."""
    high: np.ndarray
    """float64[m], where the last bin ends."""
    value: np.ndarray
    """float32[m, d], what it writes."""
    promoted: np.ndarray
    """int32[m, p], the tokens that its value points to most, raw: the rows of the head with the largest product."""
    promoted_score: np.ndarray
    """float32[m, p], those products."""
    promoted_norm: np.ndarray
    """int32[m, p], the same with the value sent through the final norm first."""
    suppressed: np.ndarray
    """int32[m, p], the tokens that it points away from most, raw."""


@dataclass(frozen=True)
class Layer:
    """One MLP as a memory."""

    path: str
    """Of the module whose columns are the values."""
    keys: tuple[str, ...]
    """Of the modules whose rows are the keys: one, or a gate and what it lets through."""
    activation: str
    """The function between keys and values, in a word; empty where it is not a module with a name."""
    n_memories: int
    d_model: int
    is_signed: bool
    """Whether activations have a sign of their own: behind a gate they are of either sign, and each memory is turned so
    that its largest activation is positive."""
    active: np.ndarray
    """float64[f], share of tokens that fire it: an activation above zero."""
    largest: np.ndarray
    """float32[f], its largest activation."""
    n_texts: np.ndarray
    """int64[f], how many different texts that fire it are kept, ``k`` at most: its strongest."""
    last_purity: np.ndarray
    """float64[f], the share of its strongest texts that end with their commonest token; NaN where it never fires."""
    next_purity: np.ndarray
    """float64[f], the same for the token that follows."""
    agrees: np.ndarray
    """bool[f], whether its value's likeliest token, raw, follows its strongest text."""
    agreed: np.ndarray
    """float64[f], the share of its strongest texts that are followed by that token; NaN where it never fires."""
    without_last: np.ndarray
    """float64[f], the share of its activation that is left, mean over its strongest texts, when the last token is
    taken from them; negative activations count as none; NaN where it never fires, where no text is longer than a token,
    or without a head."""
    value_norm: np.ndarray
    """float32[f]"""
    agreement: Agreement | None
    """Raw; ``None`` where the network has no head to read values by."""
    agreement_norm: Agreement | None
    """With values sent through the final norm first."""
    dominant_share: float
    """Of the summed lengths of all that is added for a token, the share of the longest; mean over tokens."""
    half_memories: float
    """How many of the longest make up half of that sum; mean over tokens."""
    any_agrees: float
    """Share of tokens for which the likeliest token of the layer's output is that of at least one active memory."""
    any_control: float
    """The same with each token's layer output compared to the active memories of another token."""
    lens: Lens | None
    removal: Removal | None
    against: float | None
    """Share of the living memories whose value points away, raw, from the token that ends most of their strongest
    texts: they take it out of the residual stream (Voita et al., 2024)."""
    against_control: float | None
    """The same after values were dealt out to keys anew, mean over the deals."""
    identity_error: float
    """Largest difference between its output as sums over synapses and as a sum of scaled values, over its largest
    output."""
    cosine: float
    """Mean over values of the largest absolute cosine with another value of the layer."""
    cosine_random: float
    """The same of as many random vectors of as many numbers."""
    first_removed: float
    """Share of the activation that is left when the first token is taken from the strongest texts of some memories."""
    random_removed: float
    """The same when a token by lot, neither first nor last, is taken."""
    last_removed: float
    """The same, of the same texts, when the last token is taken."""
    shown: Shown


@dataclass(frozen=True)
class Memories:
    """The MLPs of a language model, read while it read a corpus."""

    tokens: tuple[str, ...]
    """What each token says."""
    layers: tuple[Layer, ...]
    """From input to output."""
    n_tokens: int
    """How many were read."""
    context: int
    """How many of them at a time."""
    k: int
    """How many of the strongest texts of each memory are kept."""
    purity_chance: float
    """How large a share the commonest of as many tokens of the corpus, drawn by lot, has on average."""
    n_sampled: int
    """On how many tokens the layers' outputs were looked at."""
    n_deals: int
    """How often values were dealt out anew."""
    has_head: bool
    """Whether the network gives logits; without, only texts are known."""
    is_tied: bool
    """Whether the head reads tokens out in the directions in which the embedding enters them."""
    loss: float | None
    """In nats a token, on the held-out text; ``None`` without a head."""
    seconds: float
    """CPU seconds of the pass over the corpus."""
