"""Intersections as numbers: of the pair that is shown by interval, and how many of all pairs meet."""

from generators.articles.inverse_set.facts.naming import plain
from generators.articles.inverse_set.results.intersection import Intersection
from generators.exhibit import Scalar


def intersection(result: Intersection) -> dict[str, Scalar]:
    """Say ``LEVEL_both_share`` and the like for the pair shown."""
    meetings = [meeting for pair in (result.shown, *result.others) for meeting in pair.meetings]
    facts: dict[str, Scalar] = {
        "first": result.shown.first.name,
        "second": result.shown.second.name,
        "n": result.n,
        "n_draws": result.n_draws,
        "n_data": result.n_data,
        "n_pairs": 1 + len(result.others),
        "n_meetings": len(meetings),
        "n_without_draws": sum(meeting.both_share == 0 for meeting in meetings),
    }
    for meeting in result.shown.meetings:
        name = plain(meeting.level)
        facts |= {
            f"{name}_{key}": getattr(meeting, key)
            for key in ("first_share", "second_share", "both_share", "product", "data_count", "tried", "reached")
        }
        facts |= {f"{name}_starts": meeting.starts, f"{name}_shown": int((meeting.shelf == 2).sum())}
        facts[f"{name}_ratio"] = meeting.both_share / meeting.product if meeting.product else 0.0
    return facts
