"""A behavior in the Informal Trace Format, as Apalache specifies it (ADR-015): JSON that other tools read.

Each state holds every variable; `#meta` of a state holds its index and the action that led to it, which the format
leaves to the tool. Values that ITF cannot write (an infinite set, a set too large) stand as their TLA+ text under
`#unserializable`.
"""

from __future__ import annotations

from typing import Any

from modelcheck.engine.protocol import Value
from modelcheck.errors import EvalError
from modelcheck.explore.path import Behavior, BehaviorStep
from modelcheck.values import show, to_itf


def behavior_as_itf(shown: Behavior, description: str = "") -> dict[str, Any]:
    """The behavior as one JSON object: `#meta`, `vars`, `states`."""
    meta = {"format": "ITF", "format-description": "https://apalache-mc.org/docs/adr/015adr-trace.html"}
    if description:
        meta["description"] = description
    return {
        "#meta": meta,
        "vars": list(shown.variables),
        "states": [_state(shown.variables, index, step) for index, step in enumerate(shown.steps)],
    }


def _state(variables: tuple[str, ...], index: int, step: BehaviorStep) -> dict[str, Any]:
    meta: dict[str, Any] = {"index": index}
    if step.action is not None:
        meta["action"] = step.action.name
        meta["args"] = {name: _value(v) for name, v in zip(step.action.params, step.args, strict=True)}
        if step.action.span is not None:
            meta["place"] = str(step.action.span)
    return {"#meta": meta, **{name: _value(v) for name, v in zip(variables, step.state, strict=True)}}


def _value(value: Value) -> Any:
    try:
        return to_itf(value)
    except EvalError:
        return {"#unserializable": show(value)}
