"""The difference between two JSON values of the spec (`pyimpl.kernel.mapping`), and the value that it leads to.

`patched(before, difference(before, after)) == after`. A difference is one of

    {"#at": {"field": difference, …}}            the record or function changed there
    {"#added": […], "#removed": […]}             the set; `#removed` may be missing
    {"#kept": n, "#appended": […]}               the list: its first n elements, then these
    the value itself                             anything else, and where that is shorter to say
"""

from __future__ import annotations

from typing import Any

from pyimpl.kernel.mapping import json_key


def difference(before: Any, after: Any) -> Any:
    """What changed."""
    if isinstance(before, list) and isinstance(after, list):
        kept = 0
        for old, new in zip(before, after, strict=False):
            if old != new:
                break
            kept += 1
        return {"#kept": kept, "#appended": after[kept:]} if kept > 1 else after
    if not (isinstance(before, dict) and isinstance(after, dict) and before.keys() == after.keys()):
        return after
    if before.keys() == {"#set"}:
        return _of_sets(before["#set"], after["#set"]) or after
    if not before or any(key.startswith("#") for key in before):
        return after
    return {"#at": {key: difference(before[key], value) for key, value in after.items() if value != before[key]}}


def _of_sets(before: list[Any], after: list[Any]) -> dict[str, Any] | None:
    old, new = ({json_key(v): v for v in values} for values in (before, after))
    added = [v for key, v in new.items() if key not in old]
    removed = [v for key, v in old.items() if key not in new]
    if len(added) + len(removed) >= len(after):
        return None
    return {"#added": added} | ({"#removed": removed} if removed else {})


def patched(before: Any, change: Any) -> Any:
    """The value after a change."""
    if not isinstance(change, dict):
        return change
    if "#at" in change:
        return before | {key: patched(before[key], inner) for key, inner in change["#at"].items()}
    if "#appended" in change:
        return before[: change["#kept"]] + change["#appended"]
    if "#added" in change:
        values = {json_key(v): v for v in before["#set"] + change["#added"]}
        for value in change.get("#removed", []):
            values.pop(json_key(value), None)
        return {"#set": [values[key] for key in sorted(values)]}
    return change
