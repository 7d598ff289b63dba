"""`tlapair parse FILE…`: read modules with all they import, and say what was understood.

Every file is read, also after one that is refused; the exit code is that of the first error.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from modelcheck.commands.arguments import Arguments, add_library
from modelcheck.commands.aside import aside
from modelcheck.commands.stages import STAGES, as_text, ir, module, tokens, tree
from modelcheck.errors import TlaError
from modelcheck.module import resolve_file


def run(argv: Sequence[str]) -> int:
    """Read; print; 0 or the first error's exit code."""
    parser = Arguments("tlapair parse", "Read TLA+ modules with everything they extend and instantiate.")
    parser.add_argument("files", metavar="FILE.tla", nargs="+", help="modules to read")
    parser.add_argument("--show", choices=STAGES, help="print one stage of reading (ir needs the spec's cfg)")
    parser.add_argument("--config", metavar="FILE.cfg", help="the cfg for --show ir (default: beside the spec)")
    add_library(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON list, an object a file")
    options = parser.parse_args(argv)
    exit_code = 0
    said: list[dict[str, Any]] = []
    for name in options.files:
        try:
            data = _read(Path(name), options.show, options.config, options.library)
        except TlaError as error:
            exit_code = exit_code or error.exit_code
            said.append({"file": name, "ok": False, "error": error.as_json()})
            if not options.json:
                aside(error.render())
            continue
        said.append({"file": name, "ok": True, "error": None, **data})
        if not options.json:
            print(as_text(options.show, data[options.show]) if options.show else _summary(name, data["module"]))
    if options.json:
        print(json.dumps(said, indent=2))
    elif len(said) > 1 and not options.show:
        print(f"{sum(item['ok'] for item in said)} of {len(said)} files accepted")
    return exit_code


def _read(path: Path, stage: str | None, config: str | None, library: Sequence[str]) -> dict[str, Any]:
    match stage:
        case "tokens":
            return {"tokens": tokens(path)}
        case "tree":
            return {"tree": tree(path)}
        case "ir":
            return {"ir": ir(path, None if config is None else Path(config), library)}
        case _:
            return {"module": module(resolve_file(path, library))}


def _summary(name: str, data: dict[str, Any]) -> str:
    counts = ", ".join(
        f"{len(data[title])} {title if len(data[title]) != 1 else title[:-1]}"
        for title in ("constants", "variables", "definitions")
    )
    return f"{name}: module {data['module']}: {counts}"
