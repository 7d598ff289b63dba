"""`tlapair codes`: the catalogue of errors, all of it or the codes asked for."""

from __future__ import annotations

import json
from collections.abc import Sequence

from modelcheck.commands.arguments import Arguments
from modelcheck.errors import CODES, ErrorCode, TlaError
from modelcheck.records import asdict


def run(argv: Sequence[str]) -> int:
    """Print; 0."""
    parser = Arguments("tlapair codes", "Explain error codes: what they mean, the usual cause, what to do.")
    parser.add_argument("code", metavar="CODE", nargs="*", help="codes to explain (default: list all)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(argv)
    wanted = [_entry(code) for code in options.code] or [CODES[code] for code in sorted(CODES)]
    if options.json:
        print(json.dumps([asdict(entry) for entry in wanted], indent=2))
    elif options.code:
        print("\n\n".join(_explained(entry) for entry in wanted))
    else:
        print("\n".join(f"{entry.code}  exit {entry.exit_code:>3}  {entry.meaning}" for entry in wanted))
    return 0


def _entry(code: str) -> ErrorCode:
    entry = CODES.get(code.upper())
    if entry is None:
        raise TlaError("U006", f"there is no error code {code!r}")
    return entry


def _explained(entry: ErrorCode) -> str:
    return (
        f"{entry.code}: {entry.meaning} (exit code {entry.exit_code})\n"
        f"  likely cause: {entry.cause}\n"
        f"  what to do: {entry.mend}"
    )
