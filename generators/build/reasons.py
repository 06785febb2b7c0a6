"""Why an exhibit is not as it was last made, in words that name the thing that changed."""

from collections.abc import Mapping
from typing import Any

from generators.build.plan import Outlook
from generators.fingerprint import Fingerprint
from generators.fingerprint.symbols import SIDE
from generators.store import Store

_NAMED_AT_MOST = 4
_TENSOR = "tensor "


def reasons(outlook: Outlook, store: Store) -> tuple[str, ...]:
    """Say why an exhibit is stale; empty when it is fresh."""
    row = store.row(outlook.declared.place)
    if row is None:
        return ("never made",)
    before = {name: store.parts(digest) for name, digest in row["fingerprints"].items()}
    said = _network(outlook, before)
    said += _code(outlook, before)
    said += _params(outlook.declared.exhibit.params, row["params"])
    said += _style(outlook, before)
    said += _figures(outlook, row)
    if not said:
        said = [f"{step.name or 'result'}: {lost}" for step in outlook.pending for lost in store.lost(step.key)]
    if not said:
        said = [f"{step.name or 'result'}: not made yet" for step in outlook.pending]
    if not said:
        said = ["its place among the exhibits or a title changed"]
    return tuple(said)


def _network(outlook: Outlook, before: Mapping[str, Mapping[str, str]]) -> list[str]:
    now = outlook.fingerprints.get("network")
    if now is None or "network" not in before:
        return []
    return network_changes(outlook.declared.subject, now, before["network"])


def network_changes(name: str, now: Fingerprint, before: Mapping[str, str]) -> list[str]:
    """Say what of a network changed since its fingerprint had the parts ``before``, one phrase each."""
    changed = now.changed(before)
    tensors = [part for part in changed if part.startswith(_TENSOR)]
    total = sum(part.startswith(_TENSOR) for part in {*now.parts, *before})
    said = [f"network {name}: {len(tensors)} of {total} tensors changed"] if tensors else []
    return said + [f"network {name}: {part} changed" for part in changed if part not in tensors]


def _code(outlook: Outlook, before: Mapping[str, Mapping[str, str]]) -> list[str]:
    changed: set[str] = set()
    for role, now in outlook.fingerprints.items():
        if role not in ("network", "style") and role in before:
            changed.update(now.changed(before[role]))
    return _listed("code", changed, outlook.declared.package)


def _style(outlook: Outlook, before: Mapping[str, Mapping[str, str]]) -> list[str]:
    now = outlook.fingerprints.get("style", Fingerprint({}))
    changed = set(now.changed(before["style"])) if now.parts and "style" in before else set()
    return _listed("style", changed, outlook.declared.package)


def _params(now: Mapping[str, Any], before: Mapping[str, Any]) -> list[str]:
    said = []
    for name in sorted({*now, *before}):
        if name not in before:
            said.append(f"{name} {now[name]} is new")
        elif name not in now:
            said.append(f"{name} {before[name]} is gone")
        elif now[name] != before[name]:
            said.append(f"{name} {before[name]} → {now[name]}")
    return [f"params: {', '.join(said)}"] if said else []


def _figures(outlook: Outlook, row: Mapping[str, Any]) -> list[str]:
    before = {figure["name"]: figure["alt"] for figure in row["figures"]}
    now = {figure.name: figure.alt for figure in outlook.declared.exhibit.figures}
    said = [f"figure {name} is {'new' if name in now else 'gone'}" for name in sorted(now.keys() ^ before.keys())]
    return said + [
        f"figure {name}: its description changed" for name in now if before.get(name, now[name]) != now[name]
    ]


def _listed(kind: str, symbols: set[str], package: str) -> list[str]:
    names = sorted((_short(symbol, package) for symbol in symbols), key=lambda name: ("._" in name, name))
    if not names:
        return []
    more = len(names) - _NAMED_AT_MOST
    shown = ", ".join(names[:_NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")
    return [f"{kind}: {shown} changed"]


def _short(symbol: str, package: str) -> str:
    short = symbol.removeprefix(f"{package}.").removeprefix("generators.")
    return f"{short.removesuffix(f'.{SIDE}')} (its top level)" if short.endswith(SIDE) else short
