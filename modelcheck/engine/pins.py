"""Steps of an action with arguments that are known beforehand, without trying all others.

`Engine.steps(state, action)` tries every value of every parameter. Who replays a log knows the arguments, and with
hundreds of ballots the difference is hundredfold. `PinnedSteps.steps(state, action, args)` gives those of the engine's
steps whose arguments are the given ones, in the engine's order. An `\\E` over a set is narrowed to the one element when
all ways to the action pass the bound name on as that parameter; where that is not so, all values are tried and the
steps are filtered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Any

from modelcheck.engine import sets
from modelcheck.engine.closures import ClosureEngine
from modelcheck.engine.exprs import ExprCompiler
from modelcheck.engine.protocol import State, Step
from modelcheck.engine.runtime import TARGET, UNSET, Eval, Frame, Run
from modelcheck.engine.steps import StepCompiler
from modelcheck.errors import EvalError
from modelcheck.ir import flow, ops
from modelcheck.values import Value, member


class PinnedSteps:
    """The steps of one engine by action and arguments."""

    def __init__(self, engine: ClosureEngine) -> None:
        self.engine = engine
        self._compiled: dict[str, tuple[Run, dict[str, int], dict[int, Value]]] = {}

    def steps(self, state: State, action: str, args: Mapping[str, Value]) -> Iterator[Step]:
        """The steps of `action` whose arguments have these values; an error comes after what was found before it."""
        engine = self.engine
        run, slots, pinned = self._compiled.get(action) or self._compile(action)
        pinned.clear()
        pinned.update((slots[name], value) for name, value in args.items() if name in slots)
        sink: list[Step] = []
        frame = engine._frame(engine.next_tree.frame_size, state, [UNSET] * len(state), sink)
        for step in engine._found(run, frame, sink):
            given = dict(zip(engine.actions[step.action].params, step.args, strict=True))
            if all(name in given and given[name] == value for name, value in args.items()):
                yield step

    def _compile(self, action: str) -> tuple[Run, dict[str, int], dict[int, Value]]:
        engine = self.engine
        wanted = frozenset(i for i, info in enumerate(engine.actions) if info.name == action)
        slots = pinnable(engine, wanted)
        pinned: dict[int, Value] = {}
        compiler = _PinnedCompiler(engine.exprs, list(engine.variables), wanted, frozenset(slots.values()), pinned)
        made = self._compiled[action] = (compiler.run(engine.next_tree.root), slots, pinned)
        return made


def pinnable(engine: ClosureEngine, wanted: frozenset[int]) -> dict[str, int]:
    """Parameters that are, at every end of the wanted actions, the name bound in one slot: parameter -> slot.

    A slot belongs to one binder, so that binder's domain may be narrowed without losing a way to another end.
    """
    found: dict[str, set[int | None]] = {}
    ends = 0
    for emit in _emits(engine.next_tree.root):
        if emit.action in wanted:
            ends += 1
            for name, arg in zip(engine.actions[emit.action].params, emit.args, strict=True):
                found.setdefault(name, set()).add(arg.slot if isinstance(arg, ops.Local) else None)
    one = {name: next(iter(slots)) for name, slots in found.items() if len(slots) == 1}
    everywhere = set.intersection(*(set(engine.actions[i].params) for i in wanted)) if wanted and ends else set()
    return {name: slot for name, slot in one.items() if slot is not None and name in everywhere}


def _emits(root: flow.Node) -> Iterator[flow.Emit]:
    """Every end of a path, once."""
    return (node for node in flow.each_node(root) if isinstance(node, flow.Emit))


class _PinnedCompiler(StepCompiler):
    """Compiles an action in detail; binders with a slot in `slots` look into `pinned` before they enumerate."""

    def __init__(
        self,
        exprs: ExprCompiler,
        names: list[str],
        only: frozenset[int],
        slots: frozenset[int],
        pinned: dict[int, Value],
    ) -> None:
        super().__init__(exprs, names, TARGET, "detailed", only)
        self.slots = slots
        self.pinned = pinned

    def _node(self, node: flow.Node) -> Run | None:
        if isinstance(node, flow.ForEach) and self._narrows(node):
            known = self._known.get(id(node))
            if known is None:
                known = self._known[id(node)] = (node, self._pinned_for_each(node))
            return known[1]
        return super()._node(node)

    def _narrows(self, node: flow.ForEach) -> bool:
        plain = not any(binder.is_tuple for binder in node.binders)
        return plain and any(binder.slots[0] in self.slots for binder in node.binders)

    def _pinned_for_each(self, node: flow.ForEach) -> Run | None:
        then = self._node(node.then)
        if then is None:
            return None
        go, slots = then, [binder.slots[0] for binder in node.binders]
        choices = [self._choices(binder) for binder in node.binders]

        def run(frame: Frame) -> None:
            found = [list(choice(frame)) for choice in choices]
            for combination in product(*reversed(found)):  # the first name varies fastest
                for slot, value in zip(slots, reversed(combination), strict=True):
                    frame[slot] = value
                go(frame)

        return run

    def _choices(self, binder: ops.Binder) -> Callable[[Frame], Any]:
        every = sets.domain_of(self.exprs, binder)
        whole: Eval = self.exprs.value(binder.domain)
        slot, pinned = binder.slots[0], self.pinned

        def choose(frame: Frame) -> Any:
            if slot not in pinned:
                return every(frame)
            value = pinned[slot]
            return (value,) if _is_in(value, whole(frame)) else ()

        return choose


def _is_in(value: Value, domain: Value) -> bool:
    """Membership; a value that cannot even be compared with the elements is none of them."""
    if type(domain) is frozenset:
        return value in domain
    try:
        return member(value, domain)
    except EvalError:
        return False
