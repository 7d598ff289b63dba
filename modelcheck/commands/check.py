"""`tlapair check SPEC.tla`: the verdict on standard output, progress on standard error."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelcheck.check import check
from modelcheck.commands.arguments import Arguments, access_of, add_access, add_library, positive, seconds
from modelcheck.commands.aside import aside
from modelcheck.commands.extras import add_arguments, extras_of, replayed
from modelcheck.commands.reports import Reports, add_reports, refuse_unwritable, write_file
from modelcheck.errors import TlaError

if TYPE_CHECKING:
    from argparse import Namespace

    from modelcheck.explore.bfs import Progress
    from modelcheck.verdict import Verdict

FIRST_PROGRESS_S = 3.0
PROGRESS_EVERY_S = 5.0


def arguments() -> Arguments:
    """The command's options."""
    parser = Arguments("tlapair check", "Check a spec: every reachable state breadth first, then liveness.")
    parser.add_argument("spec", metavar="SPEC.tla", help="the module to check")
    parser.add_argument("--config", metavar="FILE.cfg", help="the cfg (default: SPEC.cfg beside the spec)")
    parser.add_argument("--no-deadlock", action="store_true", help="a state without successor is no error")
    add_library(parser)
    parser.add_argument("--max-states", metavar="N", type=positive, help="stop after N distinct states")
    parser.add_argument("--max-depth", "--depth", metavar="N", type=positive, help="stop after N levels")
    parser.add_argument("--max-seconds", metavar="S", type=seconds, help="stop after S seconds")
    parser.add_argument("--max-memory", metavar="MB", type=positive, help="stop at MB megabytes")
    parser.add_argument(
        "--allow-unsound-liveness", action="store_true", help="check liveness under SYMMETRY, VIEW, constraints too"
    )
    parser.add_argument(
        "--cross-check", action="store_true", help="compare with the solver, for behaviors of up to --depth steps (6)"
    )
    parser.add_argument("--json", action="store_true", help="print the verdict as one JSON object")
    parser.add_argument("--trace-out", metavar="FILE", help="write the counterexample there (ITF, *.itf.json)")
    parser.add_argument("--quiet", action="store_true", help="no progress on standard error")
    add_arguments(parser)
    add_reports(parser)
    add_access(parser)
    return parser


def run(argv: Sequence[str]) -> int:
    """Check; print; the exit code."""
    options = arguments().parse_args(argv)
    refuse_unwritable(options.trace_out)
    reports = Reports(options, options.spec)
    try:
        with reports.on_failure():
            if options.cross_check:
                return _cross_check(options)
            verdict = _verdict(options)
    except TlaError as error:
        if not options.json:
            raise
        from modelcheck.render.json import failure_as_json

        print(_json(failure_as_json(error)))
        return error.exit_code
    _write(verdict, options.json, options.trace_out, options.difftrace)
    reports.write(verdict)
    return verdict.process_exit_code


def _cross_check(options: Namespace) -> int:
    """Both engines, on one model, to the same depth; S014 without z3."""
    from modelcheck.commands.prove import need_z3
    from modelcheck.explore.bfs import Limits
    from modelcheck.module import load

    need_z3()
    from modelcheck.symbolic.crosscheck import STEPS, as_json, as_text, cross_check
    from modelcheck.symbolic.task import Limits as SolverLimits

    model = load(options.spec, options.config, options.library)
    extras_of(options).apply(model)
    bounds = Limits(options.max_states, None, options.max_seconds, options.max_memory)
    found = cross_check(model, options.max_depth or STEPS, SolverLimits(total_seconds=options.max_seconds), bounds)
    print(_json(as_json(found)) if options.json else as_text(found))
    return found.exit_code


def _verdict(options: Namespace) -> Verdict:
    from modelcheck.explore.bfs import Limits

    output = aside if options.json else None
    if options.load_trace is not None:
        return replayed(options, output)
    return check(
        options.spec,
        options.config,
        library=options.library,
        check_deadlock=False if options.no_deadlock else None,
        limits=Limits(options.max_states, options.max_depth, options.max_seconds, options.max_memory),
        on_progress=None if options.quiet else _reporter(),
        allow_unsound_liveness=options.allow_unsound_liveness,
        output=output,
        extras=extras_of(options),
        access=access_of(options),
        expect=options.expect,
    )


def _write(verdict: Verdict, as_json: bool, trace_out: str | None, changes_only: bool) -> None:
    if as_json:
        from modelcheck.render.json import verdict_as_json

        print(_json(verdict_as_json(verdict)))
    else:
        from modelcheck.render.text import verdict_as_text

        print(verdict_as_text(verdict, changes_only))
    if trace_out is not None:
        _write_trace(verdict, Path(trace_out))


def _write_trace(verdict: Verdict, path: Path) -> None:
    from modelcheck.render.json import verdict_as_json

    counterexample = verdict_as_json(verdict)["counterexample"]
    if counterexample is None:
        aside(f"no counterexample, so {path} is not written")
        return
    write_file(str(path), _json(counterexample) + "\n")


def _json(data: Any) -> str:
    import json

    return json.dumps(data, indent=2)


def _reporter() -> Callable[[Progress], None]:
    """Something that prints progress after some seconds and then every few."""
    due = FIRST_PROGRESS_S

    def report(progress: Progress) -> None:
        nonlocal due
        if progress.seconds >= due:
            from modelcheck.render.text import progress_line

            due = progress.seconds + PROGRESS_EVERY_S
            aside(progress_line(progress))

    return report
