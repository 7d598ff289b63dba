"""What a search exercised: actions taken, new states by each, and how often each formula was true or false.

Two costs. `warnings_of` uses what every search counts anyway: actions never taken and constraints that exclude nothing
are told after every complete search. `CountingCompiler`, put in an engine of closures before anything is compiled,
counts the outcomes of every formula of the spec; only `--coverage` asks for it.

A conjunction or disjunction is counted by its items, a formula met in several places (an operator used twice) at its
one place in the text. Evaluations that explain a violation afterwards are not counted (`Coverage` is made before).
"""

from __future__ import annotations

from collections.abc import Iterable

from modelcheck.engine.closures import ClosureEngine
from modelcheck.engine.exprs import ExprCompiler
from modelcheck.engine.protocol import ActionInfo, Predicate
from modelcheck.engine.runtime import Frame, Test
from modelcheck.explore.bfs import Search
from modelcheck.ir import ops
from modelcheck.records import dataclass
from modelcheck.source import Span

#: Counted by their items or operands, or without an outcome of their own.
_NOT_COUNTED = (
    ops.And, ops.Or, ops.Clear, ops.Lazy, ops.Param, ops.Local, ops.Const, ops.Fail, ops.Once, ops.If, ops.Force,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ActionCount:
    """How often an action was a step (`taken`), and how many states were first reached by it (`discovered`)."""

    name: str
    span: Span | None
    taken: int
    discovered: int


@dataclass(frozen=True, slots=True)
class FormulaCount:
    """How often a formula was true and false."""

    span: Span
    true: int
    false: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a search exercised. `formulas` is empty unless outcomes were counted."""

    initial: int
    actions: tuple[ActionCount, ...]
    formulas: tuple[FormulaCount, ...]


class CountingCompiler(ExprCompiler):
    """Compiles as `ExprCompiler`, and counts the outcomes of formulas: `counts[place] = [false, true]`."""

    def __init__(self, plain: ExprCompiler) -> None:
        super().__init__(plain.facts, plain.variables)
        self.enabled_runner = plain.enabled_runner
        self.counts: dict[tuple[int, int, int], list[int]] = {}
        self.spans: dict[tuple[int, int, int], Span] = {}
        self._counting: dict[int, tuple[ops.Op, Test]] = {}

    def test(self, op: ops.Op) -> Test:
        """The op's truth, counted."""
        known = self._counting.get(id(op))
        if known is None:
            made = super().test(op)
            if op.span is not None and not isinstance(op, _NOT_COUNTED):
                made = _counted(made, self._cell(op.span))
            known = self._counting[id(op)] = (op, made)
        return known[1]

    def _cell(self, span: Span) -> list[int]:
        key = id(span.file), span.start, span.end
        self.spans[key] = span
        return self.counts.setdefault(key, [0, 0])


def _counted(test: Test, cell: list[int]) -> Test:
    def counted(frame: Frame) -> bool:
        outcome = test(frame)
        cell[outcome] += 1
        return outcome

    return counted


def count_outcomes(engine: ClosureEngine) -> None:
    """Make an engine count outcomes. Nothing may be compiled in it yet."""
    plain = engine.exprs
    engine.exprs = CountingCompiler(plain)


def coverage_of(search: Search) -> Coverage:
    """What the search has exercised so far."""
    actions = _by_definition(search)
    compiler = getattr(search.engine, "exprs", None)
    formulas: Iterable[FormulaCount] = ()
    if isinstance(compiler, CountingCompiler):
        formulas = [
            FormulaCount(compiler.spans[key], true, false)
            for key, (false, true) in compiler.counts.items()
            if _is_users(compiler.spans[key])
        ]
    in_order = sorted(formulas, key=lambda f: (f.span.file.name, f.span.start, f.span.end))
    return Coverage(search.initial, tuple(actions), tuple(in_order))


def _is_users(span: Span) -> bool:
    from modelcheck.module.loader import STDLIB

    return span.file.path is None or STDLIB not in span.file.path.resolve().parents


def _by_definition(search: Search) -> list[ActionCount]:
    """Subactions under one definition are one action."""
    order: dict[tuple[str, int | None], ActionInfo] = {}
    taken: dict[tuple[str, int | None], int] = {}
    discovered: dict[tuple[str, int | None], int] = {}
    for index, info in enumerate(search.engine.actions):
        key = info.name, None if info.span is None else info.span.start
        order.setdefault(key, info)
        taken[key] = taken.get(key, 0) + search.taken.get(index, 0)
        discovered[key] = discovered.get(key, 0) + search.discovered.get(index, 0)
    return [ActionCount(info.name, info.span, taken[key], discovered[key]) for key, info in order.items()]


def warnings_of(search: Search) -> tuple[str, ...]:
    """What a complete search shows to do nothing: actions never taken, constraints never false."""
    if not search.initial:
        return ()
    out = []
    for action in _by_definition(search):
        if not action.taken:
            place = f" ({action.span})" if action.span is not None else ""
            out.append(f"action {action.name}{place} is never taken")
    for keyword, predicates in (
        ("CONSTRAINT", search.task.constraints),
        ("ACTION_CONSTRAINT", search.task.action_constraints),
    ):
        out += [_excludes_nothing(keyword, p) for p in predicates if p.holds not in search.excluding]
    return tuple(out)


def _excludes_nothing(keyword: str, predicate: Predicate) -> str:
    return f"{keyword} {predicate.name} excludes nothing"
