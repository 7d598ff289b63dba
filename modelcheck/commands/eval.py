"""`tlapair eval 'EXPR'`: the value of one expression, in TLA+ syntax, wide values on several lines.

With `--json` one object of the schema `tlapair.eval/1`: `value` (TLA+ text), `itf` (null for what ITF cannot write),
`type`, `seconds`, `error` (code, message, … or null).
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from time import perf_counter
from typing import Any

from modelcheck.commands.arguments import Arguments, access_of, add_access, add_library, positive
from modelcheck.commands.aside import aside
from modelcheck.errors import EvalError, TlaError
from modelcheck.render.types import type_text
from modelcheck.session import STANDARD, Session
from modelcheck.values import Value, pretty, pretty_lines, to_itf

SCHEMA = "tlapair.eval/1"


def arguments() -> Arguments:
    """The command's options."""
    parser = Arguments("tlapair eval", "Evaluate a TLA+ expression.")
    parser.add_argument("expression", metavar="EXPR", help="the expression; - reads it from standard input")
    parser.add_argument(
        "--module", metavar="M.tla", help=f"use the names of this module (default: {', '.join(STANDARD)})"
    )
    parser.add_argument("--config", metavar="X.cfg", help="a cfg for its constants (default: M.cfg, if there is one)")
    parser.add_argument("--extends", metavar="M", action="append", default=[], help="use the names of module M too")
    parser.add_argument(
        "--define", metavar="'F(x) == ...'", action="append", default=[], help="make a definition beforehand"
    )
    parser.add_argument("--trace", metavar="FILE.itf.json", help="evaluate in a state of this saved trace")
    parser.add_argument("--at", metavar="N", type=positive, default=1, help="in its state N (default: 1)")
    add_library(parser)
    parser.add_argument("--type", action="store_true", help="print the value's type instead")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_access(parser)
    return parser


def run(argv: Sequence[str]) -> int:
    """Evaluate; print; 0, or the exit code of the error."""
    options = arguments().parse_args(argv)
    text = sys.stdin.read() if options.expression == "-" else options.expression
    began = perf_counter()
    try:
        session = Session(
            options.module,
            options.config,
            extends=options.extends,
            library=options.library,
            output=aside if options.json else None,
            access=access_of(options),
        )
        for definition in options.define:
            session.define(definition)
        if options.trace is not None:
            session.load_trace(options.trace)
            session.go_to(options.at)
        value = session.evaluate(text)
        printed = type_text(value) if options.type else "\n".join(value_lines(value))
    except TlaError as error:
        if not options.json:
            raise
        print(json.dumps(_object(None, perf_counter() - began, error), indent=2))
        return error.exit_code
    print(json.dumps(_object(value, perf_counter() - began, None), indent=2) if options.json else printed)
    return 0


def value_lines(value: Value) -> list[str]:
    """A value as TLA+ text, broken to the width of the terminal."""
    return pretty_lines(value, max(40, shutil.get_terminal_size((100, 24)).columns))


def _object(value: Value, seconds: float, error: TlaError | None) -> dict[str, Any]:
    out: dict[str, Any] = {"schema": SCHEMA, "value": None, "itf": None, "type": None}
    if error is None:
        out |= {"value": pretty(value), "itf": _itf(value), "type": type_text(value)}
    out |= {"seconds": round(seconds, 3), "error": None if error is None else error.as_json()}
    return out


def _itf(value: Value) -> Any:
    try:
        return to_itf(value)
    except EvalError:
        return None  # too large to write out; `value` has its expression
