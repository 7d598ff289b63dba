"""The engine of closures: the definition of what a model means.

Takes a `Model`; gives initial states, successors and predicates (`engine/protocol.py`). Formulas and actions are
lowered to IR and composed into Python closures, when first asked for. Every other engine must agree with this one.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from modelcheck.engine import fairness
from modelcheck.engine.combinators import placed
from modelcheck.engine.exprs import ExprCompiler
from modelcheck.engine.hot import HOT, hot_steps, hot_test, initial_states
from modelcheck.engine.protocol import ActionInfo, Blocked, Explanation, Predicate, RunInfo, State, Step
from modelcheck.engine.runtime import CONTEXT, NO_STATE, NO_TARGET, SINK, STATE, TARGET, UNSET, Frame, RuleFn, Run
from modelcheck.engine.steps import BlockedSink, StepCompiler
from modelcheck.errors import EvalError
from modelcheck.ir import flow, ops
from modelcheck.ir.lower import Lowering, ModelView, Shared
from modelcheck.ir.temporal import Atom, FairAction, Temporal, TemporalLowering
from modelcheck.module.tree import Expr
from modelcheck.stdlib.registry import PlainContext, RunContext
from modelcheck.values import Value, equal, make_record

RECURSION_MAX = 60_000  # Python frames; a TLA+ recursion takes five to ten of them a level


class SearchContext(PlainContext):
    """The context of a run of the checker: facts come from the search."""

    def __init__(self, variables: tuple[str, ...]) -> None:
        super().__init__()
        self.run: RunInfo | None = None
        self.variables = variables

    def fact(self, name: str) -> Value | None:
        """`TLCGet(name)`: what the search says, else what was set beforehand."""
        if self.run is not None:
            try:
                return self.run.stat(name)
            except KeyError:
                pass
        return super().fact(name)

    def trace(self) -> tuple[Value, ...] | None:
        """The states of the behavior being looked at, as records."""
        if self.run is None:
            return None
        return tuple(make_record(self.variables, state) for state in self.run.trace())


class ClosureEngine:
    """See `engine/protocol.py`. `model` needs `variables`, `constants`, `replaced`, `inits` and `next`."""

    name = "closures"

    def __init__(self, model: Any, context: RunContext | None = None) -> None:
        sys.setrecursionlimit(max(sys.getrecursionlimit(), RECURSION_MAX))
        view: ModelView = model
        self.model = model
        self.variables: tuple[str, ...] = tuple(v.name for v in view.variables)
        self.shared = Shared(view)
        self.exprs = ExprCompiler(self.shared.facts, self.variables)
        self.exprs.enabled_runner = self._enabled_runner
        self.exprs.between_runner = self._between_runner
        self.context: Any = context if context is not None else SearchContext(self.variables)
        self.hot: int | None = HOT  # None: never
        self._next: flow.ActionTree | None = None
        self._actions: tuple[ActionInfo, ...] | None = None
        self._successors: Callable[[Frame], Any] | None = None
        self._detailed: dict[str | None, Run] = {}
        self._formulas: dict[int, tuple[Expr, ops.Formula]] = {}

    # ---- states ---------------------------------------------------------------------------------------------

    def initial(self) -> Iterator[State]:
        """Every initial state found, repeats included; an error comes after those found before it."""
        tree = Lowering(self.shared, "init").actions.init_tree(self.model.inits)
        run = StepCompiler(self.exprs, list(self.variables), STATE, "plain").run(tree.root)
        size, states = tree.frame_size, len(self.variables)
        found = initial_states(
            self.exprs, tree.root, run, lambda to: self._frame(size, [UNSET] * states, None, to), self.hot
        )
        if found is not None:
            return iter(found)
        sink: list[State] = []
        frame = self._frame(tree.frame_size, [UNSET] * len(self.variables), None, sink)
        return self._found(run, frame, sink)

    def _found(self, run: Run, frame: Frame, sink: list[Any]) -> Iterator[Any]:
        """What a run leaves in its sink, and then the error that ended it, if one did."""
        try:
            self._guarded(run, frame)
        except EvalError as error:
            yield from sink
            raise error
        yield from sink

    @property
    def between(self) -> int:
        """How many states `successors` met in between, inside `A \\cdot B`."""
        return self.exprs.between[0]

    @property
    def next_tree(self) -> flow.ActionTree:
        """The tree of the next-state relation (made at the first use)."""
        if self._next is None:
            if self.model.next is None:
                self._next = flow.ActionTree(flow.Branch(()), [], 4)
            else:
                self._next = Lowering(self.shared, "next").actions.next_tree(self.model.next)
        return self._next

    @property
    def actions(self) -> tuple[ActionInfo, ...]:
        """The subactions of Next."""
        if self._actions is None:
            self._actions = tuple(ActionInfo(*label) for label in self.next_tree.labels)
        return self._actions

    def successors(self, state: State) -> list[tuple[State, int]]:
        """Every successor found, repeats included, with the index of its action."""
        run = self._successors
        if run is None:
            compiler = StepCompiler(self.exprs, list(self.variables), TARGET, "plain")
            root = self.next_tree.root
            run = self._successors = hot_steps(self.exprs, root, TARGET, compiler.run(root), self.hot)
            self._size = self.next_tree.frame_size
        frame: Frame = [UNSET] * self._size
        frame[:4] = state, [UNSET] * len(state), [], self.context
        try:
            found: list[tuple[State, int]] = run(frame)
        except RecursionError:
            raise _too_deep() from None
        return found

    def steps(self, state: State, action: str | None = None) -> Iterator[Step]:
        """Like `successors`, with the values of the actions' parameters; an error comes after what was found."""
        run = self._detailed.get(action)
        if run is None:
            compiler = StepCompiler(self.exprs, list(self.variables), TARGET, "detailed", self._wanted(action))
            run = self._detailed[action] = compiler.run(self.next_tree.root)
        sink: list[Step] = []
        frame = self._frame(self.next_tree.frame_size, state, [UNSET] * len(state), sink)
        return self._found(run, frame, sink)

    def _wanted(self, action: str | None) -> frozenset[int] | None:
        if action is None:
            return None
        return frozenset(i for i, info in enumerate(self.actions) if info.name == action)

    # ---- formulas -------------------------------------------------------------------------------------------

    def _formula(self, expr: Expr) -> ops.Formula:
        known = self._formulas.get(id(expr))
        if known is None:
            known = self._formulas[id(expr)] = (expr, Lowering(self.shared).formula(expr))
        return known[1]

    def formula(self, expr: Expr) -> ops.Formula:
        """An expression, lowered."""
        return self._formula(expr)

    def state_predicate(self, name: str, expr: Expr) -> Predicate:
        """Compile a state (or constant) formula."""
        formula = self._formula(expr)
        test, size, context = hot_test(self.exprs, formula.body, self.hot), formula.frame_size, self.context

        def holds(state: State) -> bool:
            frame: Frame = [UNSET] * size
            frame[STATE] = state
            frame[CONTEXT] = context
            try:
                return test(frame)
            except RecursionError:
                raise _too_deep() from None

        return Predicate(name, expr, False, holds)

    def step_predicate(self, name: str, expr: Expr) -> Predicate:
        """Compile an action formula."""
        formula = self._formula(expr)
        test, size, context = hot_test(self.exprs, formula.body, self.hot), formula.frame_size, self.context

        def holds(state: State, target: State) -> bool:
            frame: Frame = [UNSET] * size
            frame[:4] = state, target, None, context
            try:
                return test(frame)
            except RecursionError:
                raise _too_deep() from None

        return Predicate(name, expr, True, holds)

    def evaluate(self, expr: Expr, state: State | None = None, target: State | None = None) -> Value:
        """The value of an expression, in a state or over a step."""
        formula = self._formula(expr)
        read = self.exprs.value(formula.body)

        def whole(frame: Frame) -> Value:
            value = read(frame)
            return value.build() if isinstance(value, RuleFn) else value

        at, to = NO_STATE if state is None else state, NO_TARGET if target is None else target
        return self._guarded(placed(whole, formula.body.span), self._frame(formula.frame_size, at, to, None))

    def temporal(self, expr: Expr) -> Temporal:
        """A temporal formula over atoms that `atom_test` compiles. EvalError E011 if it cannot be checked."""

        def value(formula: ops.Formula) -> Value:
            return self._guarded(self.exprs.value(formula.body), self._frame(formula.frame_size, None, None, None))

        return TemporalLowering(self.shared, value).lower(expr)

    def atom_test(self, atom: Atom) -> Callable[[State, State], bool]:
        """The truth of an atom over a step (of one state: over its stuttering step)."""
        test, size, context = hot_test(self.exprs, atom.formula.body, self.hot), atom.formula.frame_size, self.context

        def holds(state: State, target: State) -> bool:
            frame: Frame = [UNSET] * size
            frame[:4] = state, target, None, context
            return test(frame)

        return holds

    def fair_targets(self, action: FairAction) -> Callable[[State], list[State]] | None:
        """The next states by an action of a fairness condition; None when a run of the action does not give them."""
        return fairness.fair_targets(self, action)

    def is_next(self, action: FairAction) -> bool:
        """Whether a fairness condition is on Next itself, with all variables in its subscript."""
        return fairness.is_next(self, action)

    def explain(self, expr: Expr, state: State, target: State | None = None) -> Explanation | None:
        """Why a formula is false there; None when it is true."""
        from modelcheck.engine.explain import explain

        formula = self._formula(expr)
        return explain(self.exprs, formula.body, self._frame(formula.frame_size, state, target, None))

    def blocked(
        self, state: State, action: str | None = None, args: Mapping[str, Value] | None = None
    ) -> list[Blocked]:
        """For each path that ends at a false conjunct: that conjunct. Furthest first."""
        from modelcheck.engine.explain import explain

        wanted = self._wanted(action)
        compiler = StepCompiler(self.exprs, list(self.variables), TARGET, "blocked", wanted)
        run = compiler.run(self.next_tree.root)
        sink = BlockedSink()
        self._guarded(run, self._frame(self.next_tree.frame_size, state, [UNSET] * len(state), sink))
        out = []
        for passed, guard, frame in sink.blocked:
            emit = _first_emit(guard.then, wanted)
            if emit is None:
                continue
            known = self._known_args(emit, frame)
            if args is not None and any(n in args and not equal(v, args[n]) for n, v in known):
                continue
            why = explain(self.exprs, guard.test, frame)
            if why is not None:
                out.append(Blocked(emit.action, tuple(known), passed, why))
        return sorted(out, key=lambda b: -b.passed)

    def _known_args(self, emit: flow.Emit, frame: Frame) -> list[tuple[str, Value]]:
        """The parameters of the action that already have a value."""
        out = []
        for name, arg in zip(self.actions[emit.action].params, emit.args, strict=True):
            try:
                value = self.exprs.value(arg)(frame)
            except Exception:  # the path ended before the names this argument speaks of were bound
                continue
            if value is not UNSET:
                out.append((name, value))
        return out

    # ---- running --------------------------------------------------------------------------------------------

    def set_run(self, run: RunInfo | None) -> None:
        """Whom `TLCGet` asks."""
        self.context.run = run

    def _frame(self, size: int, state: Any, target: Any, sink: Any) -> Frame:
        frame: Frame = [UNSET] * max(size, 4)
        frame[STATE], frame[TARGET], frame[SINK], frame[CONTEXT] = state, target, sink, self.context
        return frame

    def _guarded(self, run: Callable[[Frame], Any], frame: Frame) -> Any:
        try:
            return run(frame)
        except RecursionError:
            raise _too_deep() from None

    def _enabled_runner(self, node: flow.Node) -> Run:
        return StepCompiler(self.exprs, list(self.variables), TARGET, "enabled").run(node)

    def _between_runner(self, node: flow.Node) -> Run:
        return StepCompiler(self.exprs, list(self.variables), TARGET, "between").run(node)


def _too_deep() -> EvalError:
    return EvalError("E012", "evaluation goes deeper than can be followed")


def _first_emit(node: flow.Node, wanted: frozenset[int] | None) -> flow.Emit | None:
    """The first end of a path below a node (of a wanted action)."""
    stack: list[flow.Node] = [node]
    while stack:
        node = stack.pop()
        if isinstance(node, flow.Emit):
            if node.action >= 0 and (wanted is None or node.action in wanted):
                return node
        else:
            stack.extend(reversed(flow.following(node)))
    return None
