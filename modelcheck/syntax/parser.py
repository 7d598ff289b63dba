"""Bulleted tokens to syntax trees: the LALR loop over the tables that lark made.

`parse_module` reads one module of a file, `parse_expression` a text that is one expression. The loop keeps its own
stack, so nesting does not use Python's. The first error in the order of the text is raised as a `TlaError`.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import cache
from typing import Any

from modelcheck.errors import TlaError
from modelcheck.source import SourceFile
from modelcheck.syntax import nodes as n
from modelcheck.syntax.build_units import Builder
from modelcheck.syntax.junctions import Bulleted, bullet
from modelcheck.syntax.scanner import Tokens, scan
from modelcheck.syntax.tables import Tables, load

# Methods whose names are Python's.
_RENAMED = {"lambda": "lambda_", "except": "except_"}


@cache
def tables() -> tuple[Tables, list[tuple[str, int, Callable[..., Any] | None]]]:
    """The tables, and the rules with their builder functions."""
    loaded = load()
    rules = [
        (origin, length, getattr(Builder, _RENAMED.get(name, name)) if name else None)
        for origin, length, name in loaded.rules
    ]
    return loaded, rules


def parse_module(source: SourceFile, start: int) -> tuple[n.Module, int]:
    """The module whose header is at offset `start`, and the offset after it."""
    tokens = scan(source, start)
    module: n.Module = parse(tokens, "text")
    return module, tokens.end


def parse_expression(source: SourceFile) -> n.Expr:
    """The expression that is all of `source`."""
    expression: n.Expr = parse(scan(source, expression=True), "expression")
    return expression


def parse(tokens: Tokens, start: str) -> Any:
    """What the tokens say, as a tree for the symbol `start`."""
    bulleted = bullet(tokens)
    collecting = gc.isenabled()
    gc.disable()  # a tree has no cycles, and the collector would walk it over and over while it grows
    try:
        return _run(bulleted, start)
    finally:
        if collecting:
            gc.enable()


def _run(bulleted: Bulleted, start: str) -> Any:
    table, rules = tables()
    states = table.states
    row = states[table.starts[start]]
    builder = Builder(bulleted)
    state_stack = [row]
    values: list[Any] = []
    for j, kind in enumerate(bulleted.kinds):
        while True:
            action = row.get(kind)
            if action is None:
                raise unexpected(bulleted, builder, j, state_stack)
            if action >= 0:
                row = states[action]
                state_stack.append(row)
                values.append(j)
                builder.last = j
                break
            origin, length, build = rules[~action]
            if build is not None:
                if length:
                    args = values[-length:]
                    del values[-length:], state_stack[-length:]
                    values.append(build(builder, *args))
                else:
                    values.append(build(builder))
            else:  # a rule that passes its only part through
                del state_stack[-1]
            row = states[state_stack[-1][origin]]
            state_stack.append(row)
    return _finish(states, rules, builder, state_stack, values, table.ends[start])


def _finish(
    states: tuple[dict[str, int], ...],
    rules: list[tuple[str, int, Callable[..., Any] | None]],
    builder: Builder,
    state_stack: list[dict[str, int]],
    values: list[Any],
    accepted: int,
) -> Any:
    """The last reductions, once every token is shifted."""
    while state_stack[-1] is not states[accepted]:
        origin, length, build = rules[~state_stack[-1]["$END"]]
        args = values[-length:]
        del values[-length:]
        del state_stack[-length:]
        values.append(build(builder, *args) if build is not None else args[0])
        state_stack.append(states[state_stack[-1][origin]])
    return values[0]


def unexpected(bulleted: Bulleted, builder: Builder, j: int, state_stack: list[dict[str, int]]) -> TlaError:
    """The error for token `j`, which the grammar does not allow here."""
    if bulleted.kinds[j] == "ERROR" and bulleted.error is not None:
        return bulleted.error
    from modelcheck.syntax.explain import allowed, explain

    table, _ = tables()
    return explain(bulleted, builder, j, allowed(state_stack, table.states, table.rules))
