"""What is measured of facts: which memories answer a question, and what it takes to change the answer.

A question is the sentence of a fact without its last word. The network reads it after a beginning, and what is measured
is measured at its last token. Arrays called ``[q]`` have an entry for each question, ``[l, f]`` for each memory of each
layer; a memory's place among all of them is ``layer * f + memory``.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Trail:
    """Memories changed one after the other until an answer is another, or until there are no more to change."""

    order: np.ndarray
    """int16[n, k], the places of the memories, -1 where a trail has ended."""
    said: np.ndarray
    """int16[n, k + 1], the network's likeliest word after none of them, one, two …; -1 where a trail has ended."""
    probability: np.ndarray
    """float32[n, k + 1], of that word; NaN where a trail has ended."""
    needed: np.ndarray
    """int16[n], how many were changed when the answer became another; -1 where all that there are do not suffice."""


@dataclass(frozen=True)
class Scope:
    """What changes the answers within one layer, or within all layers together."""

    name: str
    layers: tuple[int, ...]
    """Counted from 0."""
    firing: np.ndarray
    """int16[q], memories that fire at the question's last token: all that can be silenced."""
    silenced: Trail
    """For each question, until its answer is not right any more: each time the memory whose loss costs most."""
    silenced_at_random: np.ndarray
    """int16[draws, q], how many were needed in an order by lot; -1 as in a trail."""
    without: np.ndarray
    """bool[q], whether the answer is right when all memories are silent at the last token."""
    without_anywhere: np.ndarray
    """bool[q], the same when they are silent at all tokens."""
    swapped: Trail
    """For each pair of questions, until the first has the second's answer: each memory is given the activation that
    the second question gives it, in the order in which the slope of that answer's log probability promises most."""
    swapped_at_random: np.ndarray
    """int16[pairs], how many were needed in an order by lot."""
    differing: np.ndarray
    """int16[pairs], memories whose activations differ: all that can be swapped."""
    becomes: np.ndarray
    """bool[pairs], whether the answer is the other's when all are swapped."""
    becomes_at_subject: np.ndarray
    """bool[pairs], the same when all are swapped at the country, or city, that is asked about, and not at the end."""
    stays: np.ndarray
    """bool[after, q], whether the answer is right with the activations of the same question after other sentences."""
    silenced_after: np.ndarray
    """bool[after, q], whether silencing the memories of the trail changes the answer also after other sentences; false
    where no trail leads to another answer."""


@dataclass(frozen=True)
class Recall:
    """How a network answers questions about facts."""

    words: tuple[str, ...]
    """What each token says."""
    prompts: tuple[str, ...]
    """[q], the questions."""
    texts: np.ndarray
    """int64[q, t], the first beginning and the question, in tokens."""
    firing: np.ndarray
    """int16[q, t, l], how many memories fire at each of them."""
    subjects: np.ndarray
    """int64[q], the country, or the city, that is asked about."""
    answers: np.ndarray
    """int64[q], the city, or the country."""
    direction: np.ndarray
    """int64[q], 0 from a country to its capital, 1 from a city to its country."""
    beginnings: tuple[str, ...]
    """What the questions come after; all but ``said`` and ``probability`` is measured after the first."""
    said: np.ndarray
    """int64[b, q], the likeliest word after each beginning."""
    probability: np.ndarray
    """float64[b, q], of the right answer."""
    activation: np.ndarray
    """float32[q, l, f]"""
    contribution: np.ndarray
    """float32[q, l, f], what a memory writes of the margin, in logits: its value times its activation, through the
    final norm held still and the head, for the right answer over the mean of the other answers of its kind."""
    for_others: np.ndarray
    """float32[pairs], the most that a memory of the first question writes, measured so, for the second's answer."""
    margin: np.ndarray
    """float64[q], the logit of the right answer over the mean of the others."""
    parts: np.ndarray
    """float64[q, p], what adds up to the margin, ``part_names`` [p]."""
    part_names: tuple[str, ...]
    lens: np.ndarray
    """int64[q, l + 1], the word that the residual stream would say if the network ended before the first layer, after
    it, after the second …"""
    lens_probability: np.ndarray
    """float64[q, l + 1], of that word."""
    lens_right: np.ndarray
    """float64[q, l + 1], of the right answer."""
    promoted: np.ndarray
    """int16[l, f, w], the words that a value promotes most, the likeliest first: through the final norm's scales and
    the head."""
    odds: np.ndarray
    """float64[q], the log odds of the right answer: log p - log(1 - p)."""
    cost: np.ndarray
    """float32[2, q, l, f], what silencing one memory alone takes from them, at the last token and at all tokens."""
    changes: np.ndarray
    """int64[2, q], how many of these silencings change the answer."""
    same_overlap: np.ndarray
    """float64[l], of the memories that fire for a question after one beginning or the first, the share that fire after
    both; mean."""
    other_overlap: np.ndarray
    """float64[l], the same for two questions of one direction after the first beginning."""
    pairs: np.ndarray
    """int64[pairs, 2], two questions of one direction each."""
    scopes: tuple[Scope, ...]
    """Each layer, and at the end all of them together."""
