"""The command `tlapair drive`: arguments in, exit code out."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Sequence
from typing import Any

from modelcheck.commands.arguments import Arguments, positive
from modelcheck.errors import EXIT_OK, EXIT_SAFETY

TWIN_SEEDS = 4
"""Walks in which a faulty twin must be caught."""


def run(argv: Sequence[str]) -> int:
    """`tlapair drive [PROTOCOL...]`: drive the implementations along their specs; 0, or 12 if one leaves its spec."""
    parser = Arguments(
        "tlapair drive",
        "Walk an implementation along the behaviors of its spec, until every action has "
        "been taken with all arguments, and compare states after every step.",
    )
    parser.add_argument("protocols", metavar="PROTOCOL", nargs="*", help="raft, paxos, ... (default: all that can be)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of what is left to chance (default 0)")
    parser.add_argument("--moves", type=positive, metavar="N", help="moves at most (default: as the small model says)")
    parser.add_argument("--mutant", metavar="NAME", help="drive a faulty twin; 12 when it is caught")
    parser.add_argument("--twins", action="store_true", help="drive the faulty twins, too: each must be caught")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(argv)
    if options.mutant and len(options.protocols) != 1:
        parser.error("--mutant needs one PROTOCOL")
    from traces import pairs
    from traces.drive.small import SMALL

    for name in options.protocols:
        pairs.protocol(name)
    results = [_drive(name, options) for name in options.protocols or [n for n in pairs.names() if n in SMALL]]
    without = [] if options.protocols else [n for n in pairs.names() if n not in SMALL]
    if options.json:
        data = {"schema": "tlapair.drive/1", "pairs": [d for _, d in results], "without": without}
        print(json.dumps(data, indent=2))
    elif without:
        print(f"no small model is given for {', '.join(without)}")
    return next((code for code, _ in results if code), EXIT_OK)


def _drive(name: str, options: Namespace) -> tuple[int, dict[str, Any]]:
    from traces.drive.report import as_json, as_text, exit_code
    from traces.drive.walk import drive, plan

    using = plan(name)
    driven = drive(name, options.mutant, seed=options.seed, moves=options.moves, using=using)
    if not options.json:
        print(as_text(driven, using.small))
    data = as_json(driven, using.small)
    code = exit_code(driven)
    if options.twins and not options.mutant:
        data["twins"] = twins = {}
        for mutant in using.protocol.mutants:
            caught = _caught(name, mutant.name, options, using)
            known = using.small.unseen.get(mutant.name)
            twins[mutant.name] = caught or f"not caught: {known or 'no reason is known'}"
            code = code or (EXIT_SAFETY if caught is None and known is None else EXIT_OK)
            if not options.json:
                print(f"  twin {mutant.name}: {twins[mutant.name]}")
    return code, data


def _caught(name: str, mutant: str, options: Namespace, using: Any) -> str | None:
    """Where a twin is caught, or None."""
    from traces.drive.walk import drive

    moves = 0
    for seed in range(options.seed, options.seed + TWIN_SEEDS):
        driven = drive(name, mutant, seed=seed, moves=options.moves, using=using)
        moves += driven.moves
        if driven.departed is not None:
            where = driven.departed.silent or f"at {driven.departed.trace.events[-1].action}"
            return f"caught after {moves:,} moves: {where}"
    return None
