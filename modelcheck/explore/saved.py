"""Saved traces read again: ITF files, as `--trace-out` and other tools write them.

Takes a file; gives its states, in the order of the model's variables, and where a lasso goes back to. Refused (U013):
files that cannot be read or hold no ITF trace of these variables.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from modelcheck.engine.protocol import State
from modelcheck.errors import TlaError
from modelcheck.records import dataclass
from modelcheck.values import from_itf


@dataclass(frozen=True, slots=True)
class SavedTrace:
    """A behavior from a file. `loop`: the state (from 0) that the last one goes back to; None for a finite one.

    `actions`: the name of the action that led to each state, where the file says so.
    """

    states: tuple[State, ...]
    loop: int | None
    actions: tuple[str | None, ...]
    description: str


def read_trace(path: Path, variables: tuple[str, ...], model_values: Collection[str] = ()) -> SavedTrace:
    """The trace in an ITF file. `model_values`: the strings that stand for model values."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise _refuse(path, f"it cannot be read: {(error.strerror or str(error)).lower()}") from None
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise _refuse(path, f"it is no JSON: {error}") from None
    if not isinstance(data, dict) or not isinstance(data.get("states"), list) or not data["states"]:
        raise _refuse(path, "it is no object with a list of states")
    states = tuple(_state(path, at, entry, variables, model_values) for at, entry in enumerate(data["states"]))
    loop = data.get("loop")
    if loop is not None and not (type(loop) is int and 0 <= loop < len(states)):
        raise _refuse(path, f"its loop goes back to {loop!r}, which is no state of it")
    actions = tuple(_action(entry) for entry in data["states"])
    meta = data.get("#meta")
    description = meta.get("description", "") if isinstance(meta, dict) else ""
    return SavedTrace(states, loop, actions, str(description))


def _state(path: Path, at: int, entry: Any, variables: tuple[str, ...], model_values: Collection[str]) -> State:
    where = f"states[{at}]"
    if not isinstance(entry, dict):
        raise _refuse(path, f"{where} is no object")
    names = [key for key in entry if not key.startswith("#")]
    missing = [name for name in variables if name not in names]
    unknown = [name for name in names if name not in variables]
    if missing or unknown:
        what = f"lacks {', '.join(missing)}" if missing else f"has {', '.join(unknown)}, which the spec has not"
        raise _refuse(path, f"{where} {what}")
    values = []
    for name in variables:
        try:
            values.append(from_itf(entry[name], model_values))
        except ValueError as error:
            raise _refuse(path, f"{where}.{name}: {error}") from None
    return tuple(values)


def _action(entry: Any) -> str | None:
    meta = entry.get("#meta")
    name = meta.get("action") if isinstance(meta, dict) else None
    return name if isinstance(name, str) else None


def _refuse(path: Path, what: str) -> TlaError:
    return TlaError("U013", f"{path} is no saved trace of this spec: {what}")
