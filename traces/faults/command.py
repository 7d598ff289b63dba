"""The command `tlapair search`: arguments in, exit code out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from modelcheck.commands.arguments import Arguments, positive
from modelcheck.errors import EXIT_OK, EXIT_SAFETY
from traces.faults.search import RUNS, SHRINK_RUNS, Searched


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


_names.__name__ = "names"


def run(argv: Sequence[str]) -> int:
    """`tlapair search PROTOCOL`: look for a run that the spec does not explain; 12 if there is one, else 0."""
    parser = Arguments("tlapair search", "Let Hypothesis look for a run of an implementation that its spec does not "
                                         "explain, and shrink it to the few choices that matter.")  # fmt: skip
    parser.add_argument("protocol", metavar="PROTOCOL", help="raft, paxos, ...")
    parser.add_argument("--mutant", metavar="NAME", help="of a faulty twin")
    parser.add_argument(
        "--faults", type=_names, metavar="F,G", help="faults (default: all; of a twin those that show it)"
    )
    parser.add_argument("--runs", type=positive, default=RUNS, metavar="N", help=f"runs at most (default {RUNS})")
    parser.add_argument("--shrink-runs", type=positive, default=SHRINK_RUNS, metavar="N",
                        help=f"runs at most to make a failing one small (default {SHRINK_RUNS})")  # fmt: skip
    parser.add_argument(
        "--seed", type=int, default=0, metavar="N", help="of what is drawn; of a table the first (default 0)"
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="where the failing run's trace is written")
    parser.add_argument("--table", type=positive, metavar="N",
                        help="instead: N runs without faults, under each fault, and under all; how often each action "
                             "is taken (every run is validated, too)")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(argv)
    if options.table:
        return _table(options)
    from traces.faults.search import search

    result = search(
        options.protocol,
        options.mutant,
        options.faults,
        runs=options.runs,
        seed=options.seed,
        shrink_runs=options.shrink_runs,
    )
    path = options.output or f"{'-'.join(filter(None, (options.protocol, options.mutant)))}-failing.ndjson"
    if result.found is not None:
        from traces.record import write

        write(result.found.run, path)
    if options.json:
        print(json.dumps(_as_json(options.protocol, options.mutant, result, path), indent=2))
    else:
        print(_as_text(options.protocol, options.mutant, result, path))
    return EXIT_OK if result.found is None else EXIT_SAFETY


def _table(options: Any) -> int:
    from traces.faults.table import fault_table

    table = fault_table(options.protocol, options.table, first_seed=options.seed)
    path = options.output or f"{options.protocol}-failing.ndjson"
    if table.rejected:
        from traces.record import write

        write(table.rejected[0].run, path)
    if options.json:
        print(json.dumps({"schema": "tlapair.faults/1", "protocol": options.protocol, **table.as_json()}, indent=2))
    else:
        print("\n".join(table.lines()))
        if table.rejected:
            print(f"{path}: the first trace that is none")
    return EXIT_SAFETY if table.rejected else EXIT_OK


def _as_text(name: str, mutant: str | None, result: Searched, path: str) -> str:
    called = name if mutant is None else f"{name}, twin {mutant}"
    found = result.found
    if found is None:
        return f"{called}: {result.runs:,} runs, {result.events:,} events, all behaviors of the spec."
    from traces.report import as_text

    nth = f"run {result.runs:,}" if result.runs > 1 else "the first run"
    return (
        f"{as_text(found.verdict)}\n\n"
        f"{called}: {nth} failed, with {found.first:,} choices that are not the dullest; made small in "
        f"{result.shrinking:,} more: {found.that_matter} of {len(found.choices)}; "
        f"event {found.verdict.event.number} of {len(found.run.events)} has no explanation.\n"
        f"{path}: the trace; its header has the choices"
    )


def _as_json(name: str, mutant: str | None, result: Searched, path: str) -> dict[str, Any]:
    found = result.found
    out: dict[str, Any] = {
        "schema": "tlapair.search/1", "protocol": name, "mutant": mutant, "runs": result.runs,
        "shrinking": result.shrinking, "events": result.events, "found": found is not None,
    }  # fmt: skip
    if found is not None:
        out |= {
            "trace": path, "event": found.verdict.event.number, "action": found.verdict.event.action,
            "choices": list(found.choices), "that_matter": found.that_matter, "first_that_matter": found.first,
        }  # fmt: skip
    return out
