"""Next taken apart into action instances: what a random walk chooses among.

Takes an engine of closures; gives its action instances. An instance is one disjunct of Next with a value for each name
that a `\\E` over a constant set binds on the way to it, so `\\E p \\in Proc : A(p) \\/ B(p)` has two for every
process. TLC's simulator chooses among the same (`SpecProcessor.getActions`, `SimulationWorker.simulateRandomTrace`).
Sets with more than `SPLIT_MAX` combinations altogether stay whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from modelcheck.engine import sets
from modelcheck.engine.closures import ClosureEngine
from modelcheck.engine.protocol import State
from modelcheck.engine.runtime import CONTEXT, SINK, STATE, TARGET, UNSET, Frame, Run
from modelcheck.engine.steps import StepCompiler
from modelcheck.errors import EvalError
from modelcheck.ir import flow, ops
from modelcheck.module import tree
from modelcheck.records import dataclass, fields, is_dataclass
from modelcheck.source import Span

SPLIT_MAX = 5_000


@dataclass(slots=True)
class Instance:
    """One action instance: `frame` has the bound names' values. `actions`: the indices of the actions in it."""

    run: Run
    frame: Frame
    actions: tuple[int, ...]

    def successors(self, state: State, sink: list[tuple[State, int]]) -> None:
        """Add every successor found to `sink`, with the index of its action; an error leaves those found before it."""
        frame = self.frame.copy()
        frame[STATE] = state
        frame[TARGET] = [UNSET] * len(state)
        frame[SINK] = sink
        try:
            self.run(frame)
        except RecursionError:
            raise EvalError("E012", "evaluation goes deeper than can be followed") from None


def instances(engine: ClosureEngine) -> list[Instance]:
    """The action instances of Next, left to right."""
    return _Splitter(engine).split()


class _Splitter:
    def __init__(self, engine: ClosureEngine) -> None:
        self.engine = engine
        self.compiler = StepCompiler(engine.exprs, list(engine.variables), TARGET, "plain")
        self.found: list[Instance] = []
        self.parts = _decomposed(engine)

    def split(self) -> list[Instance]:
        tree = self.engine.next_tree
        frame: Frame = [UNSET] * max(tree.frame_size, 4)
        frame[CONTEXT] = self.engine.context
        self.walk(tree.root, frame, frozenset())
        return self.found

    def walk(self, node: flow.Node, frame: Frame, bound: frozenset[int]) -> None:
        """`bound`: the slots whose values do not depend on the state."""
        match node:
            case flow.Branch() | flow.ForEach() if _place(node.span) not in self.parts:
                self.add(node, frame)  # in the body of an action: its successors belong together
            case flow.Branch():
                for arm in node.arms:
                    self.walk(arm, frame.copy(), bound)
            case flow.ClearNode():
                for slot in node.slots:
                    frame[slot] = UNSET
                self.walk(node.then, frame, bound | frozenset(node.slots))
            case flow.ForEach() if (frames := self.bindings(node, frame, bound)) is not None:
                more = bound | frozenset(slot for binder in node.binders for slot in binder.slots)
                for each in frames:
                    self.walk(node.then, each, more)
            case _:
                self.add(node, frame)

    def add(self, node: flow.Node, frame: Frame) -> None:
        """One more instance."""
        self.found.append(Instance(self.compiler.run(node), frame, _actions_of(node)))

    def bindings(self, node: flow.ForEach, frame: Frame, bound: frozenset[int]) -> list[Frame] | None:
        """A frame for each combination; None when the sets depend on the state, are infinite, or are too large."""
        for binder in node.binders:
            facts = self.engine.shared.facts(binder.domain)
            if facts.current or facts.target or facts.impure or not facts.slots <= bound:
                return None
        out: list[Frame] = []
        try:
            for _ in sets.bound_frames(self.engine.exprs, node.binders)(frame):
                out.append(frame.copy())
                if len(out) + len(self.found) > SPLIT_MAX:
                    return None
        except EvalError:
            return None  # the walk meets the same error, in a state that can be shown
        return out


_Place: TypeAlias = tuple[int, int, int] | None


def _place(span: Span | None) -> _Place:
    return None if span is None else (id(span.file), span.start, span.end)


def _decomposed(engine: ClosureEngine) -> set[_Place]:
    """The places of the `\\/` and `\\E` that Next is made of, down to the actions, definitions looked through."""
    places: set[_Place] = set()
    seen: set[int] = set()
    stack: list[object] = [engine.model.next]
    while stack:
        expr = stack.pop()
        match expr:
            case tree.Junct(op="\\/"):
                places.add(_place(expr.span))
                stack.extend(expr.items)
            case tree.Quant(quantifier="\\E"):
                places.add(_place(expr.span))
                stack.append(expr.body)
            case tree.LetExpr() | tree.Subst() | tree.LabelExpr():
                stack.append(expr.body)
            case tree.Appl(symbol=tree.Builtin(name="\\/")):
                places.add(_place(expr.span))
                stack.extend(expr.args)
            case tree.Appl(symbol=tree.Definition() | tree.Constant() as symbol):
                called = engine.model.replaced.get(symbol, symbol)
                if isinstance(called, tree.Definition) and id(called) not in seen:
                    seen.add(id(called))
                    stack.append(called.complete().body)
    return places


def _actions_of(node: flow.Node) -> tuple[int, ...]:
    return tuple(sorted({n.action for n in _parts(node) if isinstance(n, flow.Emit) and n.action >= 0}))


def is_pure(*roots: object) -> bool:
    """Whether the value of ops and trees depends on the state alone: no register, clock, level or random choice."""
    return not any(isinstance(part, ops.Native) and part.impure for root in roots for part in _parts(root))


def _parts(root: object) -> Iterator[Any]:
    """Everything below an op or a node, each thing once."""
    seen: set[int] = set()
    stack = [root]
    while stack:
        item = stack.pop()
        if isinstance(item, (tuple, list)):
            stack.extend(item)
        elif is_dataclass(item) and isinstance(item, (ops.Op, flow.Node_, ops.Binder, ops.Update, ops.Proc)):
            if id(item) in seen:
                continue
            seen.add(id(item))
            yield item
            stack.extend(getattr(item, field.name) for field in fields(item))
