"""`tlapair prove SPEC.tla`: questions about all behaviors at once, answered by z3."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from modelcheck.commands.arguments import Arguments, add_library, positive, seconds
from modelcheck.errors import TlaError

QUERY_SECONDS = 60.0


def arguments() -> Arguments:
    """The command's options."""
    parser = Arguments("tlapair prove", "Prove that an invariant is inductive, or holds up to a number of steps.")
    parser.add_argument("spec", metavar="SPEC.tla", help="the module")
    parser.add_argument("--config", metavar="FILE.cfg", help="the cfg (default: SPEC.cfg beside the spec)")
    parser.add_argument(
        "--inv", metavar="EXPR", action="append", default=[], help="this invariant, instead of the cfg's"
    )
    parser.add_argument("--length", metavar="K", type=_number, help="bounded: behaviors of up to K steps")
    parser.add_argument("--k-induction", metavar="K", type=positive, default=1, help="K states in a row satisfy it")
    parser.add_argument("--assume", metavar="EXPR", action="append", default=[], help="an invariant known already")
    parser.add_argument(
        "--simplify", metavar="EXPR", help="then look for a smaller inductive invariant that implies this"
    )
    parser.add_argument("--search", metavar="EXPR", help="find a behavior whose last state satisfies this")
    parser.add_argument("--max-length", metavar="N", type=positive, help="sequences that nothing bounds: up to N")
    parser.add_argument(
        "--query-seconds", metavar="S", type=seconds, default=QUERY_SECONDS,
        help=f"for each question to the solver (default: {QUERY_SECONDS:g})",
    )  # fmt: skip
    parser.add_argument("--max-seconds", metavar="S", type=seconds, help="for all of them")
    parser.add_argument("--smt-out", metavar="FILE", help="write the questions there, as SMT-LIB")
    add_library(parser)
    parser.add_argument("--json", action="store_true", help="print the outcome as one JSON object")
    return parser


def _number(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


_number.__name__ = "number"


def run(argv: Sequence[str]) -> int:
    """Ask; print; the outcome's exit code."""
    options = arguments().parse_args(argv)
    smt_out = None if options.smt_out is None else Path(options.smt_out)
    if smt_out is not None and not smt_out.absolute().parent.is_dir():
        raise TlaError("U005", f"cannot write {smt_out}: there is no such folder")
    need_z3()
    from modelcheck.symbolic.prove import Question, prove
    from modelcheck.symbolic.report import as_json, as_text
    from modelcheck.symbolic.task import Limits

    question = Question(
        options.length, options.search, options.k_induction, tuple(options.inv), tuple(options.assume), options.simplify
    )
    limits = Limits(options.query_seconds, options.max_seconds, options.max_length)
    try:
        proof = prove(options.spec, options.config, question, library=options.library, limits=limits, smt_out=smt_out)
    except TlaError as error:
        if not options.json:
            raise
        from modelcheck.render.json import failure_as_json

        print(json.dumps(failure_as_json(error), indent=2))
        return error.exit_code
    print(json.dumps(as_json(proof), indent=2) if options.json else as_text(proof))
    return proof.exit_code


def need_z3() -> None:
    """S014 when the solver is not installed."""
    try:
        import_module("z3")
    except ImportError:
        raise TlaError("S014", "the module z3 cannot be imported") from None
