"""Runs an implementation in the simulator and writes what it did as a trace.

The same protocol, seed, faults, mutant and number of steps give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from modelcheck.errors import TlaError
from pyimpl.kernel.protocol import Protocol
from pyimpl.sim import FAULTS, Run, run
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
) -> Run:
    """Run the protocol of that name. `faults`: all it knows, by default. `variables`: those to record, by default all.

    Raises TlaError T013 for an unknown protocol, mutant, fault or variable.
    """
    return record_of(pairs.protocol(name), seed, faults, steps=steps, mutant=mutant, variables=variables)


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
        _known(fault, FAULTS, "fault")
    if mutant is not None:
        _known(mutant, [m.name for m in protocol.mutants], f"mutant of {protocol.name}")
    for variable in variables or ():
        _known(variable, protocol.mapping.names, f"variable of {protocol.name}")
    made = run(protocol, seed, chosen, steps=steps, faulty=mutant, observed=variables)
    made.header["version"] = VERSION
    return made


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
