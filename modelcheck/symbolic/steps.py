"""From action trees to symbolic steps: every path of a tree as one `Path`, with its guard and what it gives.

A path is a conjunction of tests and assignments; what it may choose (`x' \\in S`, `\\E` over a set that is not listed)
is an unknown of its own. `\\E` over listed sets makes a path for each element, so that a path knows its parameters.
Source: J. Kukovec, T. H. Tran, I. Konnov, "Extracting Symbolic Transitions from TLA+ Specifications", ABZ 2018,
LNCS 10817; here the IR has decided already what assigns.
"""

from __future__ import annotations

from itertools import product

from modelcheck.ir import flow
from modelcheck.records import dataclass
from modelcheck.symbolic import picks, sets
from modelcheck.symbolic.cells import Choice, SFun, SLazy, SRule, SSet, make_choice, make_fun
from modelcheck.symbolic.context import Context, Stuck
from modelcheck.symbolic.encode import Encoder
from modelcheck.symbolic.formulas import FALSE_F, TRUE_F, F
from modelcheck.symbolic.frames import Frame
from modelcheck.symbolic.lowering import End, Merged
from modelcheck.symbolic.merging import equal, merge
from modelcheck.values import LazySet, Value, normalize

PATHS_MAX = 20_000


@dataclass(frozen=True, slots=True)
class Path:
    """A way through a tree: when it is open, what it makes of the variables, which action it is and with what."""

    guard: F
    values: tuple[Value, ...]
    action: int
    name: str
    args: tuple[Value, ...]


class StepEncoder:
    """Runs a tree from one (symbolic) state."""

    def __init__(self, encoder: Encoder, variables: tuple[str, ...]) -> None:
        self.encoder = encoder
        self.ctx: Context = encoder.ctx
        self.variables = variables
        self.paths: list[Path] = []
        self.ends: list[F] = []  # of the part below the innermost `Merged`: when a path comes to its end
        self.merging = 0  # `Merged` nodes around: what is chosen there is never told
        self.is_init = False

    def run(self, tree: flow.ActionTree, state: tuple[Value, ...] | None) -> list[Path]:
        """All paths that are not closed for certain. `state`: None for a tree of initial states."""
        self.paths = []
        self.is_init = tree.is_init
        empty = tuple([None] * len(self.variables))
        frame = Frame({}, empty, None) if tree.is_init else Frame({}, state, empty)
        self._node(tree.root, frame, TRUE_F)
        return self.paths

    def _node(self, node: flow.Node, frame: Frame, guard: F) -> None:
        """Go on from a node on the path `guard`."""
        if guard == FALSE_F:
            return
        ctx = self.ctx
        before, span = ctx.path, ctx.span
        ctx.path = guard
        if node.span is not None:
            ctx.span = node.span
        try:
            self._go(node, frame, guard)
        except Stuck:
            return
        finally:
            ctx.path, ctx.span = before, span

    def _go(self, node: flow.Node, frame: Frame, guard: F) -> None:
        ctx, encoder = self.ctx, self.encoder
        fx = ctx.fx
        match node:
            case flow.Guard():
                test = encoder.test(node.test, frame)
                self._node(node.then, frame, fx.both(guard, test))
            case flow.Assign():
                value = encoder.value(node.expr, frame)
                self._node(node.then, self._assigned(frame, node.index, value), guard)
            case flow.AssignIn():
                self._assign_in(node, encoder.value(node.expr, frame), frame, guard)
            case flow.AssignOrTest():
                self._assign_or_test(node, frame, guard)
            case flow.Branch():
                for arm in node.arms:
                    self._node(arm, frame, guard)
            case flow.ForEach():
                self._for_each(node, frame, guard)
            case flow.IfNode():
                test = encoder.test(node.condition, frame)
                self._node(node.then, frame, fx.both(guard, test))
                self._node(node.otherwise, frame, fx.both(guard, F(-test)))
            case flow.CaseNode():
                self._case(node, frame, guard)
            case flow.ClearNode():
                self._node(node.then, frame.clear(node.slots), guard)
            case flow.AllOf():
                self._all_of(node, frame, guard)
            case flow.AgainFor():
                self._next_element(node.loop, frame, guard)
            case flow.IfComplete():
                complete = None not in self._values(frame)
                self._node(node.yes if complete else node.no, frame, guard)
            case Merged():
                self._merged(node, frame, guard)
            case End():
                self.ends.append(guard)
            case flow.Emit():
                self._emit(node, frame, guard)
            case flow.CallNode() | flow.Return():
                raise ctx.refuse("S003", "a recursive operator as an action is not translated")
            case _:
                raise ctx.refuse("S005", "the composition of actions is not translated")

    def _merged(self, node: Merged, frame: Frame, guard: F) -> None:
        outer, self.ends = self.ends, []
        self.merging += 1
        try:
            self._node(node.part, frame, guard)
            once = self.ctx.fx.any_of(self.ends)
        finally:
            self.ends = outer
            self.merging -= 1
        self._node(node.then, frame, once)

    # ---- values ---------------------------------------------------------------------------------------------

    def _values(self, frame: Frame) -> tuple[Value, ...]:
        values = frame.state if self.is_init else frame.target
        assert values is not None
        return tuple(values)

    def _assigned(self, frame: Frame, index: int, value: Value) -> Frame:
        values = list(self._values(frame))
        values[index] = settled(self.ctx, value)
        return frame.with_state(tuple(values)) if self.is_init else frame.with_target(tuple(values))

    def _assign_in(self, node: flow.AssignIn | flow.AssignOrTest, s: Value, frame: Frame, guard: F) -> None:
        within, value = picks.pick(self.ctx, s)
        self._node(node.then, self._assigned(frame, node.index, value), self.ctx.fx.both(guard, within))

    def _assign_or_test(self, node: flow.AssignOrTest, frame: Frame, guard: F) -> None:
        ctx = self.ctx
        value = self.encoder.value(node.expr, frame)
        old = self._values(frame)[node.index]
        if old is not None:
            test = sets.member(ctx, old, value) if node.is_in else equal(ctx, old, value)
            self._node(node.then, frame, ctx.fx.both(guard, test))
        elif node.is_in:
            self._assign_in(node, value, frame, guard)
        else:
            self._node(node.then, self._assigned(frame, node.index, value), guard)

    # ---- branching ------------------------------------------------------------------------------------------

    def _for_each(self, node: flow.ForEach, frame: Frame, guard: F) -> None:
        """A path for each element of the sets that are listed, one with an unknown element of any other."""
        ctx, fx = self.ctx, self.ctx.fx
        options = []
        for binder in node.binders:
            domain = sets.only_sets(ctx, self.encoder.value(binder.domain, frame))
            if picks.is_written_out(domain) or (self.merging and isinstance(domain, SSet)):
                options.append(sets.cells(ctx, domain))
            else:
                options.append([picks.pick(ctx, domain)])
        for row in product(*options):
            here = fx.all_of([guard, *(f for f, _ in row)])
            if here == FALSE_F:
                continue
            inner = ctx.under(here, lambda row=row: self._bound(node, frame, row))  # type: ignore[misc]
            if inner is not None:
                self._node(node.then, inner, here)

    def _bound(self, node: flow.ForEach, frame: Frame, row: tuple[tuple[F, Value], ...]) -> Frame:
        for binder, (_, element) in zip(node.binders, row, strict=True):
            frame = self.encoder.bound(frame, binder, element)
        return frame

    def _case(self, node: flow.CaseNode, frame: Frame, guard: F) -> None:
        ctx, fx = self.ctx, self.ctx.fx
        open_ = guard
        for condition, then in node.arms:
            test = ctx.under(open_, lambda c=condition: self.encoder.test(c, frame))  # type: ignore[misc]
            if test is None:
                return
            self._node(then, frame, fx.both(open_, test))
            open_ = fx.both(open_, F(-test))
        if node.other is not None:
            self._node(node.other, frame, open_)
        else:
            ctx.under(open_, lambda: ctx.fail(TRUE_F, "E006", "no arm of the CASE is true"))

    def _all_of(self, node: flow.AllOf, frame: Frame, guard: F) -> None:
        """The body for each element in turn."""
        ctx = self.ctx
        lists = [sets.cells(ctx, self.encoder.value(b.domain, frame)) for b in node.binders]
        rows = list(product(*lists))
        self._next_element(node, frame.bind({node.state_slot: (rows, 0)}), guard)

    def _next_element(self, loop: flow.AllOf, frame: Frame, guard: F) -> None:
        fx = self.ctx.fx
        rows, at = frame.slots[loop.state_slot]
        if at == len(rows):
            self._node(loop.then, frame, guard)
            return
        rest = frame.bind({loop.state_slot: (rows, at + 1)})
        inside = fx.all_of(f for f, _ in rows[at])
        inner = rest
        for binder, (_, element) in zip(loop.binders, rows[at], strict=True):
            inner = self.encoder.bound(inner, binder, element)
        assert loop.body is not None
        body = loop.body if at == 0 or loop.again is None else loop.again
        self._node(body, inner, fx.both(guard, inside))
        if inside != TRUE_F:
            self._next_element(loop, rest, fx.both(guard, F(-inside)))

    def _emit(self, node: flow.Emit, frame: Frame, guard: F) -> None:
        ctx = self.ctx
        values = self._values(frame)
        missing = [name for name, v in zip(self.variables, values, strict=True) if v is None]
        if missing:
            raise ctx.stuck("E008", f"{', '.join(missing)} has no value after {node.name}")
        if len(self.paths) >= PATHS_MAX:
            raise ctx.refuse("S008", f"the action has more than {PATHS_MAX:,} paths")
        args = tuple(self.encoder.value(arg, frame) for arg in node.args)
        self.paths.append(Path(guard, values, node.action, node.name, args))


def settled(ctx: Context, v: Value) -> Value:
    """A value that a state can hold: every set in it is written out."""
    match v:
        case SLazy():
            return sets.set_of(ctx, [(f, settled(ctx, e)) for f, e in sets.cells(ctx, v)])
        case LazySet():
            return ctx.call(normalize, v)
        case SRule():
            return settled(ctx, v.build())
        case SFun() if not v.loose:
            return make_fun({k: (f, settled(ctx, x)) for k, (f, x) in v.known.items()})
        case SSet() if v.loose:
            return sets.set_of(ctx, [(f, settled(ctx, e)) for f, e in sets.cells(ctx, v)])
        case Choice() if v.parts:
            return make_choice(v.atoms, {k: (f, settled(ctx, x)) for k, (f, x) in v.parts.items()})
    return v


@dataclass(frozen=True, slots=True)
class Joined:
    """The states that some paths lead to, as one: under `chosen[i]` it is that of path `i`. `holds`: one is taken."""

    paths: tuple[Path, ...]
    chosen: tuple[F, ...]
    values: tuple[Value, ...]
    holds: F


def join(ctx: Context, paths: list[Path], size: int) -> Joined | None:
    """One state out of the paths' (None without any): fresh booleans choose the path, exactly one."""
    fx = ctx.fx
    open_paths = [p for p in paths if p.guard != FALSE_F]
    if not open_paths:
        return None
    none, chosen, allowed = TRUE_F, [], []
    for i, path in enumerate(open_paths):
        here = none if i == len(open_paths) - 1 else fx.both(none, fx.fresh("step"))
        chosen.append(here)
        allowed.append(fx.implies(here, path.guard))
        none = fx.both(none, F(-here))
    values = tuple(merge(ctx, [(f, p.values[i]) for f, p in zip(chosen, open_paths, strict=True)]) for i in range(size))
    return Joined(tuple(open_paths), tuple(chosen), values, fx.all_of(allowed))
