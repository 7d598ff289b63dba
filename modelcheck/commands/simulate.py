"""`tlapair simulate SPEC.tla`: random behaviors; the result on standard output, progress on standard error."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from modelcheck.commands.arguments import Arguments, access_of, add_access, add_library, positive, seconds, workers
from modelcheck.commands.aside import aside
from modelcheck.commands.check import FIRST_PROGRESS_S, PROGRESS_EVERY_S
from modelcheck.commands.reports import refuse_unwritable
from modelcheck.errors import TlaError
from modelcheck.explore.simulate import Plan, Tally

BEHAVIORS = 1_000
DEPTH = 100


def arguments() -> Arguments:
    """The command's options."""
    parser = Arguments("tlapair simulate", "Walk random behaviors of a spec and check each of them.")
    parser.add_argument("spec", metavar="SPEC.tla", help="the module to simulate")
    parser.add_argument("--config", metavar="FILE.cfg", help="the cfg (default: SPEC.cfg beside the spec)")
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="what chance begins with (default: 0)")
    parser.add_argument(
        "--depth", metavar="D", type=positive, default=DEPTH, help=f"steps of a behavior at most (default: {DEPTH})"
    )
    parser.add_argument("--num", metavar="N", type=positive, help=f"behaviors to walk (default: {BEHAVIORS:,})")
    parser.add_argument("--seconds", metavar="S", type=seconds, help="walk behaviors for S seconds")
    parser.add_argument("--workers", metavar="W", type=workers, default=1, help="processes (default: 1)")
    parser.add_argument("--no-deadlock", action="store_true", help="a state without successor is no error")
    add_library(parser)
    parser.add_argument("--no-shorten", action="store_true", help="show the behavior as it was found")
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")
    parser.add_argument("--trace-out", metavar="FILE", help="write the counterexample there (ITF, *.itf.json)")
    parser.add_argument("--quiet", action="store_true", help="no progress on standard error")
    add_access(parser)
    return parser


def run(argv: Sequence[str]) -> int:
    """Simulate; print; the verdict's exit code."""
    from modelcheck.commands.check import _write_trace
    from modelcheck.simulate import simulate

    options = arguments().parse_args(argv)
    refuse_unwritable(options.trace_out)
    number = options.num if options.num is not None or options.seconds is not None else BEHAVIORS
    try:
        result = simulate(
            options.spec,
            options.config,
            plan=Plan(options.seed, options.depth, number, options.seconds),
            workers=options.workers,
            library=options.library,
            check_deadlock=False if options.no_deadlock else None,
            shorten=not options.no_shorten,
            on_progress=None if options.quiet else _reporter(),
            output=aside if options.json else None,
            access=access_of(options),
        )
    except TlaError as error:
        if not options.json:
            raise
        from modelcheck.render.simulation import failure_as_json

        print(json.dumps(failure_as_json(error), indent=2))
        return error.exit_code
    if options.json:
        from modelcheck.render.simulation import result_as_json

        print(json.dumps(result_as_json(result), indent=2))
    else:
        from modelcheck.render.simulation import result_as_text

        print(result_as_text(result))
    if options.trace_out is not None:
        _write_trace(result.verdict, Path(options.trace_out))
    return result.verdict.exit_code


def _reporter() -> Callable[[Tally, float], None]:
    """Something that prints progress after some seconds and then every few."""
    from modelcheck.render.simulation import progress_line

    due = FIRST_PROGRESS_S

    def report(tally: Tally, seconds: float) -> None:
        nonlocal due
        if seconds >= due:
            due = seconds + PROGRESS_EVERY_S
            aside(progress_line(tally, seconds))

    return report
