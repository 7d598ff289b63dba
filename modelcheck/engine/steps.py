"""Closures for action trees: each node explores its paths, left to right, and goes on with what follows.

`run(frame)` leaves what was found in the frame's sink: pairs (next state, action) when compiled plainly, `Step`s
with arguments when `detailed`. A variable's value is taken back when its path is left, so that a later path which reads
it too early meets E007 and no stale value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from modelcheck.engine import sets
from modelcheck.engine.exprs import ExprCompiler
from modelcheck.engine.origins import case_without_match, without_value
from modelcheck.engine.protocol import Step
from modelcheck.engine.runtime import SINK, STATE, TARGET, UNSET, Eval, Found, Frame, Run, Test, combinations
from modelcheck.errors import EvalError
from modelcheck.ir import flow, ops
from modelcheck.source import Span
from modelcheck.values import LazyFn, LazySet, Value, equal, member, normalize


class BlockedSink(list[Any]):
    """A sink that also hears of false guards: `blocked` has (conjuncts passed, guard, frame)."""

    def __init__(self) -> None:
        super().__init__()
        self.passed = 0
        self.blocked: list[tuple[int, flow.Guard, Frame]] = []


class StepCompiler:
    """Compiles the nodes of one action tree.

    `where`: the state being built (`TARGET`, or `STATE` for initial states). `only`: keep the paths to these
    actions (None: all). `mode`: 'plain', 'detailed', 'blocked' (false guards are recorded) or 'enabled'.
    """

    def __init__(
        self, exprs: ExprCompiler, names: list[str], where: int, mode: str, only: frozenset[int] | None = None
    ) -> None:
        self.exprs = exprs
        self.names = names
        self.where = where
        self.mode = mode
        self.only = only
        self.root: flow.Node | None = None
        self._known: dict[int, tuple[flow.Node, Run | None]] = {}
        self._again: dict[int, Run] = {}
        self._seconds: dict[int, Run] = {}
        self._procs: dict[int, tuple[flow.ActionProc, list[Run]]] = {}

    def run(self, node: flow.Node) -> Run:
        """The closure of a whole tree."""
        self.root = self.root or node
        made = self._node(node)
        return made if made is not None else (lambda frame: None)

    def _node(self, node: flow.Node) -> Run | None:
        """The closure of a node; None when no path through it leads to a wanted action."""
        known = self._known.get(id(node))
        if known is None:
            made: Run | None = getattr(self, _NODES[type(node)].__name__)(node)
            known = self._known[id(node)] = (node, made)
        return known[1]

    # ---- tests and branches ---------------------------------------------------------------------------------

    def _guard(self, node: flow.Guard) -> Run | None:
        then = self._node(node.then)
        if then is None:
            return None
        test = self.exprs.test(node.test)
        if self.mode == "blocked":
            return self._recorded(node, test, then)

        def run(frame: Frame) -> None:
            if test(frame):
                then(frame)

        return run

    def _recorded(self, node: flow.Guard, test: Test, then: Run) -> Run:
        def run(frame: Frame) -> None:
            sink = frame[SINK]
            if not test(frame):
                copy = frame.copy()
                copy[self.where] = list(frame[self.where])
                sink.blocked.append((sink.passed, node, copy))
                return
            sink.passed += 1
            then(frame)
            sink.passed -= 1

        return run

    def _branch(self, node: flow.Branch) -> Run | None:
        arms = [arm for arm in map(self._node, node.arms) if arm is not None]
        if not arms:
            return None
        if len(arms) == 2:
            first, second = arms

            def both(frame: Frame) -> None:
                first(frame)
                second(frame)

            return both

        def run(frame: Frame) -> None:
            for arm in arms:
                arm(frame)

        return run

    def _for_each(self, node: flow.ForEach) -> Run | None:
        then = self._node(node.then)
        if then is None:
            return None
        if len(node.binders) == 1 and not node.binders[0].is_tuple:
            slot, domain = node.binders[0].slots[0], sets.domain_of(self.exprs, node.binders[0])

            def each(frame: Frame) -> None:
                for v in domain(frame):
                    frame[slot] = v
                    then(frame)

            return each
        walk = sets.bound_frames(self.exprs, node.binders)

        def run(frame: Frame) -> None:
            for _ in walk(frame):
                then(frame)

        return run

    def _if(self, node: flow.IfNode) -> Run | None:
        yes, no = self._node(node.then), self._node(node.otherwise)
        if yes is None and no is None:
            return None
        test = self.exprs.test(node.condition)

        def run(frame: Frame) -> None:
            way = yes if test(frame) else no
            if way is not None:
                way(frame)

        return run

    def _case(self, node: flow.CaseNode) -> Run | None:
        arms = [(self.exprs.test(guard), self._node(then)) for guard, then in node.arms]
        other = None if node.other is None else self._node(node.other)
        has_other, span = node.other is not None, node.span
        if other is None and all(then is None for _, then in arms):
            return None

        def run(frame: Frame) -> None:
            for guard, then in arms:
                if guard(frame):
                    if then is not None:
                        then(frame)
                    return
            if not has_other:
                raise case_without_match(self.exprs, [guard for guard, _ in node.arms], frame, span)
            if other is not None:
                other(frame)

        return run

    def _clear(self, node: flow.ClearNode) -> Run | None:
        then, slots = self._node(node.then), node.slots
        if then is None:
            return None
        go = then

        def run(frame: Frame) -> None:
            for slot in slots:
                frame[slot] = UNSET
            go(frame)

        return run

    # ---- \A over an action ----------------------------------------------------------------------------------

    def _all_of(self, node: flow.AllOf) -> Run | None:
        then = self._node(node.then)
        if then is None:
            return None
        walk_domains = [sets.domain_of(self.exprs, binder) for binder in node.binders]
        bind = [sets.binding(binder) for binder in node.binders]
        slot, go = node.state_slot, then

        def set_names(frame: Frame, combo: tuple[Value, ...]) -> None:
            for bind_one, v in zip(bind, combo, strict=True):
                bind_one(frame, v)

        def again(frame: Frame) -> None:
            combos, at = frame[slot]
            if at + 1 == len(combos):
                go(frame)
                return
            own = frame.copy()  # the paths of this element go on when those of the next are done
            own[slot] = (combos, at + 1)
            set_names(own, combos[at + 1])
            more(own)

        self._again[id(node)] = again
        assert node.body is not None
        made = self._node(node.body)
        further = made if node.again is None else self._node(node.again)
        assert made is not None and further is not None
        body, more = made, further

        def run(frame: Frame) -> None:
            combos = list(combinations([list(domain(frame)) for domain in walk_domains]))
            if not combos:
                go(frame)
                return
            frame[slot] = (combos, 0)
            set_names(frame, combos[0])
            body(frame)

        return run

    def _again_for(self, node: flow.AgainFor) -> Run | None:
        return self._again[id(node.loop)]

    def _if_complete(self, node: flow.IfComplete) -> Run | None:
        yes, no, where = self._node(node.yes), self._node(node.no), self.where

        def run(frame: Frame) -> None:
            for value in frame[where]:
                if value is UNSET:
                    if no is not None:
                        no(frame)
                    return
            if yes is not None:
                yes(frame)

        return None if yes is None and no is None else run

    # ---- recursive operators --------------------------------------------------------------------------------

    def _call_node(self, node: flow.CallNode) -> Run | None:
        then = self._node(node.then)
        if then is None:
            return None
        body, back = self._action_proc(node.proc), node.proc.back_slot
        args = [(slot, self.exprs.passed(arg)) for slot, arg in zip(node.proc.slots, node.args, strict=True)]

        def run(frame: Frame) -> None:
            own = frame.copy()
            for slot, arg in args:
                own[slot] = arg(frame)
            own[back] = (frame, then)
            body[0](own)

        return run

    def _action_proc(self, proc: flow.ActionProc) -> list[Run]:
        """A cell with the closure of a procedure's body, filled after the body is compiled: it may call itself."""
        known = self._procs.get(id(proc))
        if known is None:
            cell: list[Run] = []
            known = self._procs[id(proc)] = (proc, cell)
            assert proc.body is not None
            cell.append(self._node(proc.body) or _nothing)
        return known[1]

    def _return(self, node: flow.Return) -> Run | None:
        back = node.proc.back_slot

        def run(frame: Frame) -> None:
            caller, then = frame[back]
            then(caller)

        return run

    # ---- composition ----------------------------------------------------------------------------------------

    def _compose(self, node: flow.Compose) -> Run | None:
        assert node.first is not None and node.second is not None
        second = self._node(node.second)
        if second is None:
            return None
        self._seconds[id(node)] = second
        first, slot, size = self._node(node.first), node.slot, len(self.names)
        assert first is not None
        go = first

        def run(frame: Frame) -> None:
            frame[slot] = (frame[STATE], frame[TARGET])
            target = frame[TARGET]
            frame[TARGET] = [UNSET] * size
            go(frame)
            frame[TARGET] = target

        return run

    def _middle(self, node: flow.Middle) -> Run | None:
        second, slot = self._seconds[id(node.compose)], node.compose.slot
        counter = self.exprs.between if self.mode == "plain" else [0]

        def run(frame: Frame) -> None:
            counter[0] += 1
            if node.missing:
                names = ", ".join(node.missing)
                raise EvalError("E008", f"the first action of \\cdot leaves {names} without a next value", node.span)
            state, target = frame[slot]
            between = frame[TARGET]
            frame[STATE], frame[TARGET] = tuple(between), target
            second(frame)
            frame[STATE], frame[TARGET] = state, between
            frame[slot] = (state, target)

        return run

    def _resume(self, node: flow.Resume) -> Run | None:
        then, slot = self._node(node.then), node.compose.slot
        if then is None:
            return None
        go = then

        def run(frame: Frame) -> None:
            between = frame[STATE]
            frame[STATE] = frame[slot][0]
            go(frame)
            frame[STATE] = between

        return run

    # ---- assignments ----------------------------------------------------------------------------------------

    def _assign(self, node: flow.Assign) -> Run | None:
        if self.where == TARGET and isinstance(node.expr, ops.Var):
            return self._keep(node)
        then = self._node(node.then)
        if then is None:
            return None
        fn, index, where, go = _plain(self.exprs.value(node.expr), node.span), node.index, self.where, then

        def run(frame: Frame) -> None:
            value = fn(frame)
            state = frame[where]
            state[index] = value
            go(frame)
            state[index] = UNSET

        return run

    def _keep(self, node: flow.Assign) -> Run | None:
        """A run of `x' = x`, done at once."""
        pairs: list[tuple[int, int]] = []
        end: flow.Node = node
        while isinstance(end, flow.Assign) and isinstance(end.expr, ops.Var):
            pairs.append((end.index, end.expr.index))
            end = end.then
        then = self._node(end)
        if then is None:
            return None
        go = then

        def run(frame: Frame) -> None:
            state, target = frame[STATE], frame[TARGET]
            for to, index in pairs:
                target[to] = state[index]
            go(frame)
            for to, _ in pairs:
                target[to] = UNSET

        return run

    def _assign_in(self, node: flow.AssignIn) -> Run | None:
        then = self._node(node.then)
        if then is None:
            return None
        fn, index, where, span, go = self.exprs.value(node.expr), node.index, self.where, node.span, then

        def run(frame: Frame) -> None:
            s = fn(frame)
            try:
                items = sets.in_order(s)
            except EvalError as error:
                raise error.at(span) from None
            state = frame[where]
            for v in _placed_iter(items, span):
                state[index] = normalize(v) if isinstance(v, LazySet) else v
                go(frame)
            state[index] = UNSET

        return run

    def _assign_or_test(self, node: flow.AssignOrTest) -> Run | None:
        then = self._node(node.then)
        if then is None:
            return None
        fn, index, where, go = self.exprs.value(node.expr), node.index, self.where, then
        span, is_in = node.span, node.is_in

        def run(frame: Frame) -> None:
            value, state = fn(frame), frame[where]
            present = state[index]
            try:
                if present is not UNSET:
                    if member(present, value) if is_in else equal(present, value):
                        go(frame)
                    return
                choices = list(sets.in_order(value)) if is_in else [value]
            except EvalError as error:
                raise error.at(span) from None
            for v in choices:
                state[index] = normalize(v)
                go(frame)
            state[index] = UNSET

        return run

    # ---- the end --------------------------------------------------------------------------------------------

    def _emit(self, node: flow.Emit) -> Run | None:
        if self.mode == "enabled":
            return _found
        if self.mode == "between":
            return self._between(node)
        if self.only is not None and node.action not in self.only:
            return None
        where, action = self.where, node.action
        if node.missing:
            return self._incomplete(node.missing, node)
        if node.maybe:
            return self._checked(node)
        if self.mode == "plain":
            if where == STATE:
                return lambda frame: frame[SINK].append(tuple(frame[STATE]))
            return lambda frame: frame[SINK].append((tuple(frame[TARGET]), action))
        args = [self.exprs.value(arg) for arg in node.args]

        def detailed(frame: Frame) -> None:
            frame[SINK].append(Step(tuple(frame[where]), action, tuple([arg(frame) for arg in args])))

        return detailed

    def _between(self, node: flow.Emit) -> Run:
        """The end of the first action of a composition met as a formula."""

        def run(frame: Frame) -> None:
            if node.missing:
                names = ", ".join(node.missing)
                raise EvalError("E008", f"the first action of \\cdot leaves {names} without a next value", node.span)
            frame[SINK].append(tuple(frame[TARGET]))

        return run

    def _incomplete(self, missing: tuple[str, ...], node: flow.Emit) -> Run:
        where = self.where

        def fail(frame: Frame) -> None:
            error = _missing(missing, node, where)
            if where == TARGET and self.root is not None:
                error = without_value(error.message, self.names, node, self.root, frame)
            raise error

        return fail

    def _checked(self, node: flow.Emit) -> Run:
        complete = self._emit(flow.Emit(node.action, node.args, span=node.span))
        assert complete is not None
        where, names, go = self.where, self.names, complete

        def run(frame: Frame) -> None:
            missing = tuple(names[i] for i in node.maybe if frame[where][i] is UNSET)
            if missing:
                raise _missing(missing, node, where)
            go(frame)

        return run


def _nothing(frame: Frame) -> None:
    return None


def _found(frame: Frame) -> None:
    raise Found


def _missing(missing: tuple[str, ...], node: flow.Emit, where: int) -> EvalError:
    names = ", ".join(missing)
    some = "the variables" if len(missing) > 1 else "the variable"
    if where == STATE:
        return EvalError("E008", f"an initial state leaves {some} {names} without a value", node.span)
    text = f"a step of {node.name or 'this action'} leaves {some} {names} without a next value"
    return EvalError("E008", text, node.span)


def _plain(fn: Eval, span: Span | None) -> Eval:
    """`fn`, with a set or function that is not written out built: what a state holds."""

    def read(frame: Frame) -> Value:
        value = fn(frame)
        if isinstance(value, (LazySet, LazyFn)):
            try:
                return normalize(value)
            except EvalError as error:
                raise error.at(span) from None
        return value

    return read


def _placed_iter(items: Any, span: Span | None) -> Any:
    try:
        yield from items
    except EvalError as error:
        raise error.at(span) from None


_NODES: dict[type, Callable[[StepCompiler, Any], Run | None]] = {
    flow.Guard: StepCompiler._guard,
    flow.Branch: StepCompiler._branch,
    flow.ForEach: StepCompiler._for_each,
    flow.IfNode: StepCompiler._if,
    flow.CaseNode: StepCompiler._case,
    flow.ClearNode: StepCompiler._clear,
    flow.AllOf: StepCompiler._all_of,
    flow.AgainFor: StepCompiler._again_for,
    flow.Assign: StepCompiler._assign,
    flow.AssignIn: StepCompiler._assign_in,
    flow.AssignOrTest: StepCompiler._assign_or_test,
    flow.Emit: StepCompiler._emit,
    flow.Compose: StepCompiler._compose,
    flow.Middle: StepCompiler._middle,
    flow.Resume: StepCompiler._resume,
    flow.IfComplete: StepCompiler._if_complete,
    flow.CallNode: StepCompiler._call_node,
    flow.Return: StepCompiler._return,
}
