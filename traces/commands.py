"""The commands `tlapair record`, `tlapair validate` and `tlapair verify`: arguments in, exit code out."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from modelcheck.commands.arguments import Arguments, add_library, positive, workers
from modelcheck.commands.aside import aside
from modelcheck.commands.reports import Reports, add_reports
from modelcheck.errors import EXIT_OK, EXIT_SAFETY, TlaError

if TYPE_CHECKING:
    from argparse import Namespace

    from modelcheck.render.junit import Case
    from traces.event import Trace
    from traces.search import Options


def _not_negative(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


_not_negative.__name__ = "number"


def _names(text: str) -> tuple[str, ...]:
    """An option's value that is a list of names: "loss,crash"."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


# ---- record ----


def record(argv: Sequence[str]) -> int:
    """`tlapair record PROTOCOL`: run the implementation in the simulator; write its trace; 0."""
    parser = Arguments("tlapair record", "Run an implementation in the simulator and write what it did as a trace.")
    parser.add_argument("protocol", metavar="PROTOCOL", nargs="?", help="twophase, paxos; see --list")
    parser.add_argument("--seed", type=_not_negative, metavar="N", help="of all choices (default 0)")
    parser.add_argument("--faults", type=_names, metavar="F,G", help="faults, or 'all' (default: none)")
    parser.add_argument("--steps", type=positive, default=5000, metavar="N", help="moves of the world at most")
    parser.add_argument("--mutant", metavar="NAME", help="run a faulty twin (default: a seed and faults that show it)")
    parser.add_argument("--vars", type=_names, metavar="X,Y", help="variables to record (default: all)")
    parser.add_argument("--changes", action="store_true", help="record what each step changed, not the whole state")
    parser.add_argument("--split", action="store_true", help="a log for each node: OUT.NODE.ndjson")
    parser.add_argument("-o", "--output", metavar="FILE", default="-", help="trace file (default: standard output)")
    parser.add_argument("--list", action="store_true", help="list protocols, faults and mutants")
    options = parser.parse_args(argv)
    if options.list:
        _list()
        return EXIT_OK
    if options.protocol is None:
        parser.error("PROTOCOL is missing")
    _record(options)
    return EXIT_OK


def _record(options: Namespace) -> None:
    from traces.event import dumps
    from traces.record import by_node, write
    from traces.record import record as run

    seed, faults = _seed_and_faults(options)
    made = run(
        options.protocol,
        seed,
        None if faults == ("all",) else faults,
        steps=options.steps,
        mutant=options.mutant,
        variables=options.vars,
        changes=options.changes,
    )
    if options.output == "-":
        sys.stdout.write(dumps(made.header, made.events))
        return
    paths = [options.output]
    if options.split:
        paths = []
        for node, events in by_node(made).items():
            paths.append(f"{options.output.removesuffix('.ndjson')}.{node}.ndjson")
            write(type(made)(made.header, events, made.choices, made.moves, made.world), paths[-1])
    else:
        write(made, options.output)
    happened = ", ".join(f"{count} {what}" for what, count in sorted(made.world.happened.items()))
    print(f"{', '.join(paths)}: {len(made.events)} events of {options.protocol}, seed {seed} ({happened})")


def _seed_and_faults(options: Namespace) -> tuple[int, tuple[str, ...]]:
    """As given; else those of the mutant, if there is one; else 0 and none."""
    from traces import pairs

    seed, faults = options.seed, options.faults
    mutant = next((m for m in pairs.protocol(options.protocol).mutants if m.name == options.mutant), None)
    if seed is None:
        seed = mutant.seed if mutant is not None else 0
    if faults is None:
        faults = tuple(sorted(mutant.faults)) if mutant is not None else ()
    return seed, faults


def _list() -> None:
    from pyimpl.sim import ALL_FAULTS
    from traces import pairs

    for name in pairs.names():
        found = pairs.protocol(name)
        print(f"{name}: {found.spec}, nodes {', '.join(found.nodes)}")
        for mutant in found.mutants:
            faults = ",".join(sorted(mutant.faults)) or "none"
            print(f"  mutant {mutant.name:<20} {mutant.what} (shows with --seed {mutant.seed} --faults {faults})")
    for name, what in ALL_FAULTS.items():
        print(f"fault {name:<10} {what}")


# ---- validate ----


def validate(argv: Sequence[str]) -> int:
    """`tlapair validate [SPEC.tla] TRACE...`: print a verdict on each trace; the first exit code that is not 0."""
    options = _validate_arguments().parse_args(argv)
    spec = options.files.pop(0) if options.files[0].endswith(".tla") else None
    if not options.files:
        raise TlaError("U001", "a TRACE is missing", mend="see tlapair validate --help")
    if options.config and spec is None:
        raise TlaError("U001", "--config needs SPEC.tla", mend="tlapair validate SPEC.tla TRACE --config X.cfg")
    about = spec or "traces"
    reports = Reports(options, about)
    with reports.on_failure():
        judged = [_judge(name, spec, options) for name in ([None] if options.merge else options.files)]
    reports.write_cases([case for _, _, case in judged])
    if options.json:
        print(json.dumps({"schema": "tlapair.validate/1", "traces": [data for _, data, _ in judged]}, indent=2))
    return next((code for code, _, _ in judged if code), EXIT_OK)


def _validate_arguments() -> Arguments:
    parser = Arguments("tlapair validate", "Is a recorded trace a behavior of the spec? If not: where, and why.")
    parser.add_argument(
        "files", nargs="+", metavar="[SPEC.tla] TRACE", help="traces; before them the spec, if it is not a bundled one"
    )
    parser.add_argument("--config", metavar="FILE.cfg", help="constants that the traces' headers leave out")
    add_library(parser)
    parser.add_argument("--any-module", action="store_true", help="SPEC.tla may be another one than the headers name")
    parser.add_argument("--hidden", type=_not_negative, default=0, metavar="N", help="unlogged steps before each event")
    parser.add_argument("--hidden-actions", type=_names, metavar="A,B", help="unlogged steps of these actions only")
    parser.add_argument("--breadth", action="store_true", help="keep every state that explains the log, not a witness")
    parser.add_argument("--states", type=positive, default=1_000_000, metavar="N", help="give up after N states")
    parser.add_argument("--merge", action="store_true", help="the traces are logs of single nodes of one run")
    parser.add_argument("--lamport", action="store_true", help="with --merge: 'clock' is a Lamport clock")
    parser.add_argument("--coverage", action="store_true", help="how often each action was exercised")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_reports(parser, sarif=False)
    return parser


def _judge(name: str | None, spec: str | None, options: Namespace) -> tuple[int, dict[str, object], Case]:
    """The verdict on one trace (None: on all, merged), printed: its exit code, the data for `--json` and `--junit`."""
    from modelcheck.render.junit import Case
    from traces import report
    from traces.validate import Accepted
    from traces.validate import validate as judge

    called = name or " + ".join(options.files)
    if name is not None and _is_history(name):
        return _judge_history(name, options)
    try:
        verdict = judge(
            _read(name, options),
            _search_options(options),
            spec=spec,
            config=options.config,
            library=options.library,
            any_module=options.any_module,
        )
    except TlaError as error:
        if not options.json:
            if len(options.files) == 1 or options.merge:
                raise
            aside(error.render())
        said = report.error_as_json(called, error)
        return error.exit_code, said, Case("trace", called, "error", error.message, error.code, error.render())
    code = report.exit_code(verdict)
    case = (
        Case("trace", called, "passed")
        if code == EXIT_OK
        else (Case("trace", called, "failed", "no behavior of the spec", "T020", report.as_text(verdict)))
    )
    if options.json:
        return code, report.as_json(verdict), case
    print("\n".join([*verdict.trace.notes, report.as_text(verdict)]))
    if options.coverage and isinstance(verdict, Accepted):
        print("\n".join(report.coverage_of(verdict).lines()))
    return code, {}, case


def _is_history(name: str) -> bool:
    from traces.history import is_history

    try:
        with open(name, encoding="utf-8") as file:
            return is_history(file.readline(1000))
    except (OSError, UnicodeDecodeError):
        return False


def _judge_history(name: str, options: Namespace) -> tuple[int, dict[str, object], Case]:
    """The same for a history of clients."""
    from modelcheck.render.junit import Case
    from traces import lagging
    from traces.history import read_history
    from traces.linear import as_json, as_text, linearize

    history = read_history(name)
    verdict = linearize(history, configurations_max=options.states)
    text, data = as_text(verdict), as_json(verdict)
    reads = lagging.judge_lagging(history) if history.object.lagging else None
    if reads is not None:
        text, data = f"{text}\n{lagging.as_text(reads)}", data | {"reads": lagging.as_json(reads)}
    if not options.json:
        print(text)
    if not verdict.linearizable:
        return EXIT_SAFETY, data, Case("history", name, "failed", "not linearizable", "T022", text)
    if reads is not None and not reads.in_order:
        return EXIT_SAFETY, data, Case("history", name, "failed", "reads out of order", "T023", text)
    return EXIT_OK, data, Case("history", name, "passed")


def _read(name: str | None, options: Namespace) -> Trace:
    from modelcheck.source import SourceFile
    from modelcheck.syntax.files import decode
    from traces.event import parse_trace, read_trace

    if name is None:
        from traces.event import read_log
        from traces.merge import merge

        return merge([read_log(file) for file in options.files], lamport=options.lamport)
    if name == "-":
        return parse_trace(SourceFile("<stdin>", decode(sys.stdin.buffer.read(), "<stdin>", "T002")))
    return read_trace(name)


def _search_options(options: Namespace) -> Options:
    from traces.search import Options

    actions = frozenset(options.hidden_actions) if options.hidden_actions else None
    return Options(options.hidden, actions, options.breadth, options.states)


# ---- verify ----


def verify(argv: Sequence[str]) -> int:
    """`tlapair verify [PROTOCOL...]`: check, run and validate every pair; print a table; 0 if all is as stated."""
    parser = Arguments("tlapair verify", "Check each spec, run its implementation under faults, validate what it did.")
    parser.add_argument("protocols", nargs="*", metavar="PROTOCOL", help="pairs to verify (default: all)")
    parser.add_argument(
        "--seeds",
        type=positive,
        metavar="N",
        help="runs of each implementation (default: fewer where a run is long, at most 100)",
    )
    parser.add_argument("--slow", action="store_true", help="check the slow models, too")
    parser.add_argument("--drive", action="store_true", help="drive the implementations along their specs, too")
    parser.add_argument("--first-seed", type=_not_negative, default=0, metavar="N", help="the first of them")
    parser.add_argument("--jobs", type=workers, default=2, metavar="N", help="processes (default 2)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_reports(parser, sarif=False)
    options = parser.parse_args(argv)
    from modelcheck.render.junit import Case
    from traces.verify import verify as work

    reports = Reports(options, "verify")
    with reports.on_failure():
        report = work(
            options.protocols,
            seeds=options.seeds,
            first_seed=options.first_seed,
            jobs=options.jobs,
            slow=options.slow,
            drive=options.drive,
            on_row=None if options.json else lambda line: print(line, flush=True),
        )
    reports.write_cases(
        [
            Case(row.protocol, row.what, "passed")
            if row.ok
            else Case(row.protocol, row.what, "failed", row.wrong, text=f"{row.wrong}\n{row.again}".rstrip())
            for row in report.rows
        ]
    )
    if options.json:
        print(json.dumps(report.as_json(), indent=2))
    else:
        print(report.summary())
    return report.exit_code
