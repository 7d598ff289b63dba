"""The parse tables: made by lark from tla.lark, read from `_tables.py` where they were written down.

`_tables.py` is written by ``python -m modelcheck.syntax.tables`` and carries the digest of the grammar it was made
from. If it is missing or the grammar has changed, lark makes the tables anew, in a third of a second. With it,
reading TLA+ does not import lark at all.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from pathlib import Path

from modelcheck.records import dataclass

GRAMMAR = Path(__file__).with_name("tla.lark")
WRITTEN = Path(__file__).with_name("_tables.py")
STARTS = ("text", "expression")


@dataclass(frozen=True, slots=True)
class Tables:
    """LALR(1) tables.

    `states[s]` maps a terminal to what to do: `t >= 0` shift and go to state `t`, `t < 0` reduce by rule `~t`; and
    a nonterminal to the state after it. `rules[r]` is (nonterminal, length, name of the builder's method or "").
    `starts` and `ends` are the first and the accepting state of each start symbol.
    """

    states: tuple[dict[str, int], ...]
    rules: tuple[tuple[str, int, str], ...]
    starts: dict[str, int]
    ends: dict[str, int]


def load() -> Tables:
    """The tables for the grammar as it is now."""
    grammar = GRAMMAR.read_text(encoding="utf-8")
    try:
        from modelcheck.syntax import _tables
    except ImportError:
        return generate(grammar)
    if digest(grammar) != _tables.DIGEST:
        return generate(grammar)
    return Tables(_tables.STATES, _tables.RULES, _tables.STARTS, _tables.ENDS)


def digest(grammar: str) -> str:
    """What tells one grammar from another."""
    data = grammar.encode()
    return f"{len(data)}-{zlib.crc32(data):08x}"


def generate(grammar: str) -> Tables:
    """Have lark make the tables."""
    from lark import Lark
    from lark.lexer import Lexer
    from lark.parsers.lalr_analysis import Shift

    class NoLexer(Lexer):
        def __init__(self, _conf: object) -> None:
            """Tokens come from `junctions`; lark only makes the tables."""

        def lex(self, *_: object) -> Iterable[object]:  # type: ignore[override]
            return ()

    made = Lark(grammar, parser="lalr", lexer=NoLexer, start=list(STARTS), keep_all_tokens=True)
    table = made.parser.parser._parse_table
    number = {state: i for i, state in enumerate(table.states)}
    rule_number: dict[object, int] = {}
    rules: list[tuple[str, int, str]] = []
    states: list[dict[str, int]] = []
    for actions in table.states.values():
        row: dict[str, int] = {}
        for symbol, (action, argument) in actions.items():
            if action is Shift:
                row[str(symbol)] = number[argument]
                continue
            if argument not in rule_number:
                assert argument.alias or len(argument.expansion) == 1, argument  # only such a part passes through
                rule_number[argument] = len(rules)
                rules.append((str(argument.origin.name), len(argument.expansion), str(argument.alias or "")))
            row[str(symbol)] = ~rule_number[argument]
        states.append(row)
    starts = {name: number[table.start_states[name]] for name in STARTS}
    ends = {name: number[table.end_states[name]] for name in STARTS}
    return Tables(_without_detours(states, rules), tuple(rules), starts, ends)


def _without_detours(states: list[dict[str, int]], rules: list[tuple[str, int, str]]) -> tuple[dict[str, int], ...]:
    """Skip states that do nothing but pass a part through to its nonterminal (`operand: enclosed`)."""
    passes: dict[int, str] = {}
    for i, row in enumerate(states):
        actions = set(row.values())
        if len(actions) == 1 and (only := actions.pop()) < 0:
            origin, length, method = rules[~only]
            if length == 1 and not method:
                passes[i] = origin
    for row in states:
        for symbol in [s for s in row if s.islower()]:
            while row[symbol] in passes:
                row[symbol] = row[passes[row[symbol]]]
    return tuple(states)


def write() -> None:
    """Write `_tables.py`."""
    grammar = GRAMMAR.read_text(encoding="utf-8")
    tables = generate(grammar)
    lines = [
        '"""Made from tla.lark by `python -m modelcheck.syntax.tables`; not to be edited."""',
        "# ruff: noqa",
        f"DIGEST = {digest(grammar)!r}",
        f"STARTS: dict[str, int] = {tables.starts!r}",
        f"ENDS: dict[str, int] = {tables.ends!r}",
        "RULES: tuple[tuple[str, int, str], ...] = (",
        *(f"    {rule!r}," for rule in tables.rules),
        ")",
        "STATES: tuple[dict[str, int], ...] = (",
        *(f"    {dict(sorted(row.items()))!r}," for row in tables.states),
        ")",
    ]
    WRITTEN.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
