"""Runs an implementation in the simulator and writes what it did as a trace.

The same protocol, seed, faults, mutant and number of steps give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from modelcheck.errors import TlaError
from pyimpl.kernel.mapping import json_key
from pyimpl.kernel.protocol import Protocol
from pyimpl.sim import ALL_FAULTS, Choices, Run, run
from traces import pairs
from traces.event import Trace, did_you_mean, dumps, trace_of

VERSION = "1"
"""Of the recorder; raised when the same seed would give another trace."""


def record(
    name: str,
    seed: int = 0,
    faults: Iterable[str] | None = None,
    *,
    steps: int = 5000,
    mutant: str | None = None,
    variables: Sequence[str] | None = None,
    changes: bool = False,
) -> Run:
    """Run the protocol of that name. `faults`: all it knows, by default. `variables`: those to record, by default all.

    With `changes` an event tells what its step changed, else the whole state after it. Raises TlaError T013 for an
    unknown protocol, mutant, fault or variable.
    """
    chosen = pairs.protocol(name)
    made = record_of(chosen, seed, faults, steps=steps, mutant=mutant, variables=variables)
    return as_changes(made, chosen, variables) if changes else made


def record_of(
    protocol: Protocol,
    seed: int,
    faults: Iterable[str] | None = None,
    *,
    steps: int = 5000,
    mutant: str | None = None,
    variables: Sequence[str] | None = None,
) -> Run:
    """The same for a protocol in hand."""
    chosen = tuple(protocol.faults if faults is None else dict.fromkeys(faults))
    for fault in chosen:
        _known(fault, ALL_FAULTS, "fault")
    if mutant is not None:
        _known(mutant, [m.name for m in protocol.mutants], f"mutant of {protocol.name}")
    for variable in variables or ():
        _known(variable, protocol.mapping.names, f"variable of {protocol.name}")
    made = run(protocol, seed, chosen, steps=steps, faulty=mutant, observed=variables)
    made.header["version"] = VERSION
    return made


def as_changes(made: Run, protocol: Protocol, variables: Sequence[str] | None = None) -> Run:
    """The same run, told by what each step changed."""
    differences = Differences(protocol, variables)
    header = made.header | {"observed": list(differences.observed)}
    return replace(made, header=header, events=[differences.told(event) for event in made.events])


class Differences:
    """Turns events that hold the state after a step (`vars`) into events that hold what the step changed (`changes`).

    The first event is compared with the protocol's state at its beginning, each further one with the one before.
    """

    def __init__(self, protocol: Protocol, variables: Sequence[str] | None = None) -> None:
        self.observed = tuple(v for v in protocol.mapping.names if variables is None or v in variables)
        world = protocol.build(Choices.replay(()), frozenset(), None)
        self._before: dict[str, Any] = world.state()

    def told(self, event: dict[str, Any]) -> dict[str, Any]:
        """The event with `changes` in place of `vars`, at the same place."""
        changes = {}
        for name in self.observed:
            after = event["vars"][name]
            if after != self._before[name]:
                changes[name] = _difference(self._before[name], after)
                self._before[name] = after
        return {("changes" if k == "vars" else k): (changes if k == "vars" else v) for k, v in event.items()}


def _difference(before: Any, after: Any) -> Any:
    """The change from one value to the other, both as JSON."""
    if not (isinstance(before, dict) and isinstance(after, dict)):
        return after
    if "#set" in before and "#set" in after:
        known = len(before["#set"])
        if after["#set"][:known] == before["#set"]:  # sets that only grow are told in order of growth
            return {"#added": after["#set"][known:]}
        old, new = ({json_key(v): v for v in value["#set"]} for value in (before, after))
        out = {"#added": [v for k, v in new.items() if k not in old]}
        removed = [v for k, v in old.items() if k not in new]
        return out | {"#removed": removed} if removed else out
    if before.keys() == after.keys() and not any(key.startswith("#") for key in after):
        return {"#at": {key: value for key, value in after.items() if value != before[key]}}
    return after


def _known(name: str, known: Iterable[str], what: str) -> None:
    listed = list(known)
    if name not in listed:
        raise TlaError("T013", f"there is no {what} {name!r}{did_you_mean(name, listed)}",
                       mend=f"there are {', '.join(listed)}")


def as_trace(made: Run) -> Trace:
    """The run as a trace, without writing it."""
    header = made.header
    twin = f", mutant {header['faulty']}" if header.get("faulty") else ""
    return trace_of(header, made.events, f"<{header['protocol']} seed {header.get('seed')}{twin}>")


def write(made: Run, path: Path | str) -> None:
    """Write the run as a trace file."""
    try:
        Path(path).write_text(dumps(made.header, made.events), encoding="utf-8", newline="\n")
    except OSError as error:
        raise TlaError("T001", f"cannot write {path}: {(error.strerror or str(error)).lower()}",
                       cause="the folder does not exist, or may not be written", mend="give another path") from None


def by_node(made: Run) -> dict[str, list[dict[str, Any]]]:
    """The events of each node, as if each had written a log of its own."""
    out: dict[str, list[dict[str, Any]]] = {}
    for event in made.events:
        out.setdefault(event["node"], []).append(event)
    return out
