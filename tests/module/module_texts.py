"""Helpers: modules written as texts, with a `«` before the place where an error is expected."""

from __future__ import annotations

from modelcheck.errors import TlaError
from modelcheck.module import resolve_text
from modelcheck.module.tree import ResolvedModule


def module(body: str) -> str:
    """A module T around the body, which begins on line 2."""
    return f"---- MODULE T ----\n{body}\n====\n"


def resolve(body: str) -> ResolvedModule:
    return resolve_text(module(body), "T.tla")


def place_of(marked: str) -> tuple[str, int, int]:
    """The text without its mark, and the line and column of the mark in the module."""
    before, after = marked.split("«")
    line = before.count("\n") + 2
    column = len(before) - (before.rfind("\n") + 1) + 1
    return before + after, line, column


def refusal(body: str) -> tuple[str, int, int]:
    """Code, line and column of the error in a body that must be refused."""
    try:
        resolve(body)
    except TlaError as error:
        assert error.span is not None
        begin = error.span.begin
        return error.code, begin.line, begin.column
    raise AssertionError("accepted")
