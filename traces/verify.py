"""The main job: every bundled pair, from spec to running implementation, held to `specs/manifest.toml`.

For each protocol: check each of its models, the broken ones too, and compare verdict and counts with what the manifest
states; run the implementation under faults with many seeds and validate each run; run each faulty twin and see its
trace rejected. One row for each, in the manifest's order, the same rows however many processes work on them (times
apart). `ok` only if everything is as stated.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from time import perf_counter
from typing import Any, TypeAlias

from modelcheck.errors import EXIT_OK, EXIT_SAFETY, TlaError
from traces import pairs
from traces.coverage import Coverage
from traces.manifest import ModelEntry, ProofEntry, read_manifest, read_proofs
from traces.places import specs_folder

SCHEMA = "tlapair.verify/1"
CHUNK = 25
"""Runs in one piece of work."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `states`: distinct states of a model. `wrong`: what is not as stated, empty if nothing is.

    `coverage`: steps by action of the spec. `driven`: "22/23", the actions with arguments that were driven. `again`:
    the commands that show a surprise again.
    """

    protocol: str
    what: str
    verdict: str
    seconds: float
    wrong: str = ""
    generated: int | None = None
    states: int | None = None
    depth: int | None = None
    traces: int | None = None
    events: int | None = None
    coverage: dict[str, int] | None = None
    driven: str = ""
    again: str = ""
    exit_code: int = EXIT_OK

    @property
    def ok(self) -> bool:
        """Is everything as stated?"""
        return not self.wrong


@dataclass(frozen=True, slots=True)
class CheckModel:
    """A piece of work: check one model."""

    entry: ModelEntry


@dataclass(frozen=True, slots=True)
class Prove:
    """A piece of work: prove that an invariant is inductive."""

    entry: ProofEntry


@dataclass(frozen=True, slots=True)
class RunSeeds:
    """A piece of work: run the implementation with some seeds, and validate."""

    protocol: str
    seeds: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DriveAlong:
    """A piece of work: drive the implementation along its spec's small model."""

    protocol: str


@dataclass(frozen=True, slots=True)
class RunTwin:
    """A piece of work: run a faulty twin, and see it rejected."""

    protocol: str
    mutant: str


Work: TypeAlias = CheckModel | Prove | RunSeeds | DriveAlong | RunTwin


@dataclass(frozen=True)
class Report:
    """All rows; `seconds` of wall time."""

    rows: tuple[Row, ...]
    seconds: float
    seeds: int | None
    jobs: int
    totals: dict[str, int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Is everything as stated?"""
        return all(row.ok for row in self.rows)

    @property
    def exit_code(self) -> int:
        """0, or that of the first row that is not as stated."""
        return next((row.exit_code or EXIT_SAFETY for row in self.rows if not row.ok), EXIT_OK)

    def as_json(self) -> dict[str, Any]:
        """The table as data."""
        return {
            "schema": SCHEMA,
            "ok": self.ok,
            "exit_code": self.exit_code,
            "seconds": round(self.seconds, 1),
            "seeds": self.seeds,
            "totals": self.totals,
            "rows": [asdict(row) | {"ok": row.ok, "seconds": round(row.seconds, 2)} for row in self.rows],
        }

    def summary(self) -> str:
        """The last lines of the table."""
        t = self.totals
        lines = [
            f"{t['models']} models and {t['broken']} broken ones checked ({t['states']:,} states); "
            f"{t['accepted']} of {t['traces']} runs accepted ({t['events']:,} events); "
            f"{t['caught']} of {t['twins']} faulty twins caught; {t['proofs']} invariants proved inductive; "
            f"{self.seconds:.1f} s on {self.jobs} process(es)."
        ]
        for row in self.rows:
            if row.coverage is not None and row.what == RUNS:
                missed = [name for name, count in row.coverage.items() if not count]
                if missed:
                    lines.append(f"  {row.protocol}: no run took {', '.join(missed)}")
        for row in self.rows:
            if not row.ok:
                lines.append(f"NOT AS STATED  {row.protocol} {row.what}: {row.wrong}")
                lines += [f"  see it again: {row.again}"] if row.again else []
        lines.append("All is as stated." if self.ok else "Not all is as stated.")
        return "\n".join(lines)


RUNS = "implementation"
DRIVEN = "implementation driven"


def verify(
    protocols: Sequence[str] = (),
    *,
    seeds: int | None = None,
    first_seed: int = 0,
    jobs: int = 2,
    slow: bool = False,
    drive: bool = False,
    on_row: Callable[[str], None] | None = None,
) -> Report:
    """Do all of it; `on_row` is given each line of the table when it is known. Raises TlaError T013.

    `seeds`: runs of each implementation, by default as many as its `Protocol` says. `slow`: the slow models, too.
    `drive`: drive the implementations, too (see `traces.drive`).
    """
    begin = perf_counter()
    chosen = tuple(dict.fromkeys(protocols)) or pairs.names()
    for name in chosen:
        pairs.protocol(name)
    groups = [
        group for name in chosen for group in work_of(name, _seeds(name, first_seed, seeds), slow=slow, drive=drive)
    ]
    if on_row is not None:
        on_row(heading())
    rows: list[Row] = []
    with _workers(jobs) as submit:
        waiting = _submitted(groups, submit)
        for group in waiting:
            row = joined([result() for result in group])
            if on_row is not None:
                on_row(line(row, first=not rows or rows[-1].protocol != row.protocol))
            rows.append(row)
    return Report(tuple(rows), perf_counter() - begin, seeds, jobs, totals(rows))


def _seeds(name: str, first: int, count: int | None) -> range:
    return range(first, first + (pairs.protocol(name).runs if count is None else count))


def work_of(name: str, seeds: range, *, slow: bool = False, drive: bool = False) -> list[list[Work]]:
    """The rows of a protocol, each with the pieces of work that make it."""
    entries = [entry for entry in read_manifest() if entry.protocol == name and (slow or not entry.slow)]
    chunks = [tuple(seeds[at : at + CHUNK]) for at in range(0, len(seeds), CHUNK)]
    rows: list[list[Work]] = [[CheckModel(entry)] for entry in entries if not entry.broken]
    rows += [[CheckModel(entry)] for entry in entries if entry.broken]
    rows += [[Prove(entry)] for entry in read_proofs() if entry.protocol == name and (slow or not entry.slow)]
    rows.append([RunSeeds(name, chunk) for chunk in chunks])
    rows += [[DriveAlong(name)]] if drive else []
    rows += [[RunTwin(name, mutant.name)] for mutant in pairs.protocol(name).mutants]
    return rows


# ---- processes ----

Result: TypeAlias = Callable[[], Row]


@contextmanager
def _workers(jobs: int) -> Iterator[Callable[[Work], Result]]:
    """Something that does work, now or in another process; the results are the same."""
    if jobs == 1:
        yield lambda work: lambda: do(work)
        return
    with multiprocessing.get_context().Pool(jobs, _leave_interrupts) as pool:

        def submit(work: Work) -> Result:
            return pool.apply_async(do, (work,)).get

        yield submit


def _leave_interrupts() -> None:
    """Ctrl-C is for the first process, which ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _submitted(groups: list[list[Work]], submit: Callable[[Work], Result]) -> list[list[Result]]:
    """Hand out the long pieces first, so that no process is left with one at the end; keep the order of the rows."""
    places = [(g, w) for g, group in enumerate(groups) for w in range(len(group))]
    handed = {}
    for g, w in sorted(places, key=lambda place: (-_weight(groups[place[0]][place[1]]), place)):
        handed[g, w] = submit(groups[g][w])
    return [[handed[g, w] for w in range(len(group))] for g, group in enumerate(groups)]


def _weight(work: Work) -> int:
    if isinstance(work, CheckModel):
        return (work.entry.generated or 20_000) if work.entry.depth or work.entry.broken else 0
    if isinstance(work, Prove):
        return 50_000
    return 15_000 if isinstance(work, RunSeeds) else 1_000


# ---- work ----

_did_last: list[str] = [""]


def do(work: Work) -> Row:
    """One piece of work; never raises for what is wrong with a spec, an implementation or a trace."""
    begin = perf_counter()
    what = f"{type(work).__name__} {_protocol_of(work)}" if not isinstance(work, CheckModel) else "check"
    if what != _did_last[0] or isinstance(work, CheckModel):
        from traces.validate import forget

        forget()
    _did_last[0] = what
    try:
        match work:
            case CheckModel():
                row = _check(work.entry)
            case Prove():
                row = _prove(work.entry)
            case RunSeeds():
                row = _run_seeds(work)
            case DriveAlong():
                row = _drive_along(work)
            case RunTwin():
                row = _run_twin(work)
    except TlaError as error:
        row = Row(
            _protocol_of(work), _what(work), f"error {error.code}", 0.0, wrong=error.render(), exit_code=error.exit_code
        )
    return replace(row, seconds=perf_counter() - begin)


def _protocol_of(work: Work) -> str:
    return work.entry.protocol if isinstance(work, CheckModel | Prove) else work.protocol


def _what(work: Work) -> str:
    match work:
        case CheckModel():
            return f"{'broken' if work.entry.broken else 'spec'} {work.entry.name}"
        case Prove():
            return f"proof {work.entry.name}"
        case RunSeeds():
            return RUNS
        case DriveAlong():
            return DRIVEN
        case RunTwin():
            return f"twin {work.mutant}"


def _check(entry: ModelEntry) -> Row:
    from modelcheck.check import check
    from modelcheck.render.text import headline
    from modelcheck.verdict import LivenessViolated, Violated

    folder = specs_folder()
    verdict = check(folder / entry.module, folder / entry.config)
    counts = verdict.counts
    found: dict[str, Any] = {"verdict": verdict.name}
    shown = "holds"
    if isinstance(verdict, Violated | LivenessViolated):
        found |= {"property": verdict.property_name, "length": len(verdict.behavior.steps)}
        shown = f"{verdict.property_name} violated, {found['length']} states"
    elif verdict.name == "holds":
        found |= {"generated": counts.generated, "distinct": counts.distinct, "depth": counts.depth}
    else:
        shown = headline(verdict)
    stated = {
        "verdict": entry.verdict, "property": entry.property_name, "length": entry.length,
        "generated": entry.generated, "distinct": entry.distinct, "depth": entry.depth,
    }  # fmt: skip
    wrong = [
        f"{name} is {found.get(name)}, stated {value}"
        for name, value in stated.items()
        if value is not None and found.get(name) != value
    ]
    again = f"tlapair check {folder / entry.module} --config {folder / entry.config}"
    return Row(
        entry.protocol,
        _what(CheckModel(entry)),
        shown,
        0.0,
        "; ".join(wrong),
        counts.generated,
        counts.distinct,
        counts.depth,
        again=again if wrong else "",
        exit_code=EXIT_SAFETY if wrong else EXIT_OK,
    )


def _prove(entry: ProofEntry) -> Row:
    from modelcheck.symbolic.prove import prove
    from modelcheck.symbolic.report import headline

    folder = specs_folder()
    proof = prove(folder / entry.module, folder / entry.config)
    shown = headline(proof)
    wrong = "" if proof.name == "inductive" else shown
    again = f"tlapair prove {folder / entry.module} --config {folder / entry.config}"
    return Row(
        entry.protocol,
        _what(Prove(entry)),
        f"{', '.join(proof.checked)} inductive" if not wrong else proof.name,
        0.0,
        wrong,
        again=again if wrong else "",
        exit_code=proof.exit_code,
    )


def faults_of(known: tuple[str, ...], seed: int) -> tuple[str, ...]:
    """The faults of a run: all of them, or for odd seeds one alone, each in its turn."""
    return known if seed % 2 == 0 else (known[seed // 2 % len(known)],)


def _run_seeds(work: RunSeeds) -> Row:
    from traces.record import as_trace, record_of
    from traces.validate import Accepted, validate

    of = pairs.protocol(work.protocol)
    events, accepted, wrong, again = 0, 0, "", ""
    coverage: Coverage | None = None
    for seed in work.seeds:
        faults = faults_of(of.faults, seed)
        trace = as_trace(record_of(of, seed, faults))
        verdict = validate(trace)
        events += len(trace.events)
        coverage = coverage or Coverage(verdict.spec.engine.actions)
        if isinstance(verdict, Accepted):
            accepted += 1
            coverage.add(verdict.path)
        elif not wrong:
            wrong = f"the run with seed {seed} is rejected at event {verdict.event.number}, {verdict.event.action}"
            again = _again(work.protocol, seed, faults, None)
    return Row(
        work.protocol,
        RUNS,
        f"{accepted} accepted",
        0.0,
        wrong,
        traces=len(work.seeds),
        events=events,
        coverage=coverage.by_name() if coverage is not None else {},
        again=again,
        exit_code=EXIT_SAFETY if wrong else EXIT_OK,
    )


def _drive_along(work: DriveAlong) -> Row:
    from traces.drive.report import departure_lines
    from traces.drive.small import SMALL
    from traces.drive.walk import drive, plan

    if work.protocol not in SMALL:
        return Row(work.protocol, DRIVEN, "no small model is given", 0.0)
    using = plan(work.protocol)
    driven = drive(work.protocol, using=using)
    wrong = ""
    if driven.departed is not None:
        wrong = f"the implementation leaves the spec: {next(iter(departure_lines(driven.departed)))}"
    unexplained = [edge for edge in driven.missed if edge.action not in using.small.unforced]
    if not wrong and unexplained:
        wrong = f"not driven, and no reason is given: {unexplained[0]}"
    return Row(
        work.protocol,
        DRIVEN,
        f"{driven.driven} of {len(driven.graph.edges)} actions with arguments",
        0.0,
        wrong,
        states=len(driven.graph.steps),
        traces=driven.episodes,
        events=driven.events,
        driven=f"{driven.driven}/{len(driven.graph.edges)}",
        again=f"tlapair drive {work.protocol}" if wrong else "",
        exit_code=EXIT_SAFETY if wrong else EXIT_OK,
    )


def _run_twin(work: RunTwin) -> Row:
    from traces.record import as_trace, record_of
    from traces.validate import Rejected, validate

    of = pairs.protocol(work.protocol)
    mutant = of.mutant(work.mutant)
    faults = tuple(fault for fault in of.faults if fault in mutant.faults)
    trace = as_trace(record_of(of, mutant.seed, faults, mutant=mutant.name))
    verdict = validate(trace)
    if isinstance(verdict, Rejected):
        shown, wrong = f"caught at event {verdict.event.number}, {verdict.event.action}", ""
    else:
        shown, wrong = "accepted", "the trace of a faulty implementation is accepted"
    return Row(
        work.protocol,
        f"twin {work.mutant}",
        shown,
        0.0,
        wrong,
        traces=1,
        events=len(trace.events),
        again=_again(work.protocol, mutant.seed, faults, mutant.name),
        exit_code=EXIT_SAFETY if wrong else EXIT_OK,
    )


def _again(protocol: str, seed: int, faults: tuple[str, ...], mutant: str | None) -> str:
    chosen = f" --faults {','.join(faults)}" if faults else ""
    twin = f" --mutant {mutant}" if mutant else ""
    return f"tlapair record {protocol} --seed {seed}{chosen}{twin} -o run.ndjson; tlapair validate run.ndjson"


# ---- the table ----


def joined(rows: list[Row]) -> Row:
    """One row of the pieces of work that make it."""
    if len(rows) == 1:
        return rows[0]
    bad = next((row for row in rows if not row.ok), rows[0])
    coverage: dict[str, int] = {}
    for row in rows:
        for name, count in (row.coverage or {}).items():
            coverage[name] = coverage.get(name, 0) + count
    accepted = sum(int(row.verdict.split()[0]) for row in rows if row.verdict.endswith(" accepted"))
    return replace(
        bad,
        verdict=f"{accepted} accepted",
        seconds=sum(row.seconds for row in rows),
        traces=sum(row.traces or 0 for row in rows),
        events=sum(row.events or 0 for row in rows),
        coverage=coverage,
    )


def totals(rows: list[Row]) -> dict[str, int]:
    """What the last line says."""
    runs = [row for row in rows if row.what == RUNS]
    twins = [row for row in rows if row.what.startswith("twin ")]
    return {
        "models": sum(row.what.startswith("spec ") for row in rows),
        "broken": sum(row.what.startswith("broken ") for row in rows),
        "proofs": sum(row.what.startswith("proof ") and row.ok for row in rows),
        "states": sum(row.states or 0 for row in rows if row.what != DRIVEN),
        "traces": sum(row.traces or 0 for row in runs),
        "accepted": sum(int(row.verdict.split()[0]) for row in runs if row.verdict.endswith(" accepted")),
        "events": sum(row.events or 0 for row in runs),
        "twins": len(twins),
        "caught": sum(row.ok for row in twins),
    }


_COLUMNS = (("protocol", 9), ("what", 26), ("verdict", 40), ("states", 9), ("traces", 7), ("events", 8),
            ("actions", 8), ("driven", 7), ("time", 8))  # fmt: skip
_LEFT = 3


def heading() -> str:
    """The table's first line."""
    return _cells([name for name, _ in _COLUMNS])


def line(row: Row, *, first: bool = True) -> str:
    """A row as a line of the table; the protocol's name only on the `first` of its rows."""
    coverage = ""
    if row.coverage is not None:
        coverage = f"{sum(1 for count in row.coverage.values() if count)}/{len(row.coverage)}"
    numbers = [f"{n:,}" if n is not None else "" for n in (row.states, row.traces, row.events)]
    mark = "" if row.ok else "  <-- NOT AS STATED"
    shown = [row.protocol if first else "", row.what, row.verdict, *numbers, coverage, row.driven,
             f"{row.seconds:.2f} s"]  # fmt: skip
    return _cells(shown) + mark


def _cells(cells: list[str]) -> str:
    padded = [
        f"{cell:<{width}}" if i < _LEFT else f"{cell:>{width}}"
        for i, (cell, (_, width)) in enumerate(zip(cells, _COLUMNS, strict=True))
    ]
    return " ".join(padded).rstrip()
