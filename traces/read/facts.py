"""What was found out about a pair: verdicts on its models, and what recorded runs exercised.

Verdicts come from `specs/manifest.toml`, which `tlapair verify` and the tests hold true, or from a check made now.
Coverage: how often each action was taken, and each line of the Python run through, by the sample traces' runs and by
some more. The Python's lines are counted while the runs are made, so they are those of the simulated runs alone.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from modelcheck.errors import TlaError
from modelcheck.syntax.config import parse_config
from pyimpl.kernel.protocol import Protocol
from traces.event import Trace, read_trace
from traces.manifest import ModelEntry, read_manifest
from traces.places import specs_folder
from traces.validate import Rejected, validate


@dataclass(frozen=True, slots=True)
class ModelFact:
    """A model and what it gives. `checked`: it was checked just now; else `verdict` and counts are the manifest's."""

    entry: ModelEntry
    names: frozenset[str]
    """The invariants and properties that its cfg has checked."""
    verdict: str
    property_name: str | None
    generated: int | None
    distinct: int | None
    depth: int | None
    checked: bool = False


@dataclass
class Coverage:
    """`actions`: steps by action; `lines`: by Python file (below pyimpl/) how often each line was run; `runs`, `events`
    how many there were."""

    actions: Counter[str] = field(default_factory=Counter)
    lines: dict[str, Counter[int]] = field(default_factory=dict)
    runs: int = 0
    events: int = 0


@dataclass(frozen=True, slots=True)
class Sample:
    """A recorded trace that comes with the project, and the verdict on it: `rejected_at` is the number of the event
    that breaks, with `why` as `tlapair validate` explains it."""

    name: str
    trace: Trace
    accepted: bool
    rejected_at: int | None = None
    why: str = ""


# ---- models ----


def model_facts(name: str, *, check: bool = False) -> tuple[ModelFact, ...]:
    """The models of a protocol, in the manifest's order; with `check`, all but the slow ones are checked now."""
    return tuple(_model(entry, check and not entry.slow) for entry in read_manifest() if entry.protocol == name)


def _model(entry: ModelEntry, check: bool) -> ModelFact:
    config = parse_config(specs_folder() / entry.config)
    names = frozenset(n.name for n in (*config.invariants, *config.properties))
    if not check:
        return ModelFact(entry, names, entry.verdict, entry.property_name, entry.generated, entry.distinct, entry.depth)
    from modelcheck.check import check as run
    from modelcheck.verdict import Violated

    verdict = run(specs_folder() / entry.module, specs_folder() / entry.config)
    counts = verdict.counts
    violated = verdict.property_name if isinstance(verdict, Violated) else None
    return ModelFact(entry, names, verdict.name, violated, counts.generated, counts.distinct, counts.depth, True)


# ---- samples ----


def samples(name: str) -> tuple[Sample, ...]:
    """The recorded traces of a protocol: accepted ones first, each group by name."""
    folder = Path(__file__).resolve().parents[1] / "samples"
    paths = [*sorted(folder.glob(f"{name}-*.ndjson")), *sorted((folder / "rejected").glob(f"{name}-*.ndjson"))]
    return tuple(_sample(path) for path in paths)


def _sample(path: Path) -> Sample:
    from traces.report import as_text

    trace = read_trace(path)
    trace = Trace(path.name, trace.header, trace.events, trace.file)
    verdict = validate(trace)
    if isinstance(verdict, Rejected):
        specs = str(verdict.spec.path).removesuffix(verdict.trace.header.spec)  # wherever the page is made
        text = as_text(verdict).replace(str(path), path.name).replace(specs, "specs/")
        return Sample(path.stem, trace, False, verdict.event.number, text)
    return Sample(path.stem, trace, True)


# ---- coverage ----


def coverage(protocol: Protocol, kept: tuple[Sample, ...], runs: int) -> Coverage:
    """Actions of the accepted samples, and of `runs` runs with the seeds 0, 1 …; lines of those runs."""
    from traces.record import record_of
    from traces.verify import faults_of

    out = Coverage()
    for sample in kept:
        if sample.accepted:
            _count(out, [e.action for e in sample.trace.events])
    folder = Path(__file__).resolve().parents[2] / "pyimpl" / protocol.name
    with _counting_lines(folder, out.lines):
        for seed in range(runs):
            made = record_of(protocol, seed, faults_of(protocol.faults, seed))
            _count(out, [e["action"] for e in made.events])
    return out


def _count(out: Coverage, actions: list[Any]) -> None:
    out.runs += 1
    out.events += len(actions)
    out.actions.update(a for a in actions if a is not None)


@contextmanager
def _counting_lines(folder: Path, counts: dict[str, Counter[int]]) -> Iterator[None]:
    """Count the lines run of the files in `folder`, in this thread; whoever traced before goes on afterwards."""
    wanted: dict[CodeType, Counter[int] | None] = {}

    def counter(code: CodeType) -> Counter[int] | None:
        path = Path(code.co_filename)
        inside = path.is_absolute() and path.parent == folder
        return counts.setdefault(path.name, Counter()) if inside else None

    def calls(frame: FrameType, event: str, arg: object) -> Any:
        code = frame.f_code
        if code not in wanted:
            wanted[code] = counter(code)
        lines = wanted[code]
        if lines is None:
            return None

        def line(frame: FrameType, event: str, arg: object) -> Any:
            if event == "line":
                lines[frame.f_lineno] += 1
            return line

        return line

    before = sys.gettrace()
    sys.settrace(calls)
    try:
        yield
    finally:
        sys.settrace(before)


def known(name: str) -> None:
    """Raises TlaError T013 when there is no such pair."""
    from traces import pairs

    try:
        pairs.protocol(name)
    except TlaError as error:
        error.mend = f"{error.mend}; tlapair read without a name writes an index"
        raise
