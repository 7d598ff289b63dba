"""Transition tables learnt by tracked evaluation: breadth-first search by lookup.

`TableSearch` explores the states of one model as `explore/bfs.py` does, with the same counts, but evaluates an action
instance (one arm of every `\\/`, one element of every `\\E` over a constant set or over a set variable) once for each
combination of what it reads; a spec-independent core looks the outcome up ever after. Invariants and constraints are
split into pieces (conjuncts, quantifier instances, parts of a type invariant) and looked up likewise.

What does not suit (`Unsuitable`), and every error of evaluation (`GiveUp`), is left to the closures, which give the
same answer more slowly: nothing is approximated here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from modelcheck.core.native import (
    ACTION,
    DEADLOCK,
    DONE,
    FALSE,
    FALSE_STEP,
    MEMORY,
    MISS,
    MISS_PREDICATE,
    MISS_STEP,
    STATE_PREDICATE,
    STEP_PREDICATE,
    Core,
    Mask,
)
from modelcheck.engine import sets
from modelcheck.engine.closures import ClosureEngine
from modelcheck.engine.protocol import Predicate, State
from modelcheck.engine.runtime import CONTEXT, SINK, STATE, TARGET, UNSET, Frame, combinations
from modelcheck.engine.slots import Field, FnNode, Layout, Leaf, Part, Regrow, Restart, SetNode, Unsuitable
from modelcheck.engine.views import (
    KEEP,
    FnOverlay,
    FnView,
    NewElement,
    SetOverlay,
    SetView,
    TrackedCompiler,
    TrackedState,
    TrackedSteps,
    force,
)
from modelcheck.errors import EvalError
from modelcheck.ir import ops
from modelcheck.ir.lower import Lowering
from modelcheck.values import FunctionSet, PowerSet, RecordSet, Value, member, normalize

INSTANCES_MAX = 20_000
KEY_WORDS_MAX = 128
_MISSES = {MISS: ACTION, MISS_PREDICATE: STATE_PREDICATE, MISS_STEP: STEP_PREDICATE}
#: After so many misses, they may be at most this share of the states explored; else tables gain nothing.
TRIALS = ((3_000, 2.0), (20_000, 0.4), (100_000, 0.2))


class GiveUp(Exception):
    """The closures have to settle this: an error of evaluation, or too little to gain."""


@dataclass(eq=False, slots=True)
class Instance:
    """One action instance or predicate piece. `lifts`: set elements that must be present for it to do anything."""

    key: tuple[int, ...]  # place in the order of evaluation
    pins: dict[int, Any] = field(default_factory=dict)
    slots: dict[int, Value] = field(default_factory=dict)
    lifts: list[tuple[SetNode, int]] = field(default_factory=list)
    test: Any = None  # predicates only: closure from frame to bool
    owner: int = 0  # predicates only: index among the task's predicates
    rows: list[Row] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Row:
    """What an instance does wherever these parts have these raw values."""

    reads: tuple[Reads, ...]  # of the state; for a step predicate also of the next state
    outcomes: list[tuple[int, int, list[Write]]] | bool  # (action, multiplicity, writes)


@dataclass(eq=False, slots=True)
class Reads:
    """What was read of one state, with raw values."""

    leaves: list[tuple[Leaf, int]]
    bits: list[tuple[SetNode, int, int]]
    wholes: list[tuple[SetNode, frozenset[int]]]


Write = tuple[Any, ...]  # ('leaf', Leaf, number) | ('bit', SetNode, i, 0 or 1) | ('set', SetNode, frozenset of i)


@dataclass(eq=False, slots=True)
class Lift:
    """A place in the tree where new elements of a set make new instances."""

    node: SetNode
    done: int
    grow: Any  # callable(element) -> None


class TableSearch:
    """See `explore.bfs.Search`, whose counts and finding it reproduces. Made for models without VIEW or SYMMETRY."""

    def __init__(
        self,
        engine: ClosureEngine,
        invariants: Sequence[Predicate],
        constraints: Sequence[Predicate],
        step_properties: Sequence[Predicate] = (),
        check_deadlock: bool = True,
        keep_edges: bool = False,
    ) -> None:
        self.engine = engine
        self.facts = engine.shared.facts
        self.names = list(engine.variables)
        self.exprs = TrackedCompiler(self.facts, engine.variables)
        self.pins: dict[int, Any] = {}
        self.exprs.enabled_runner = lambda node: TrackedSteps(self.exprs, self.names, "enabled", {}).run(node)
        self.tree = Lowering(engine.shared, "next").actions.next_tree(engine.model.next)
        self.run_tree = TrackedSteps(self.exprs, self.names, "plain", self.pins).run(self.tree.root)
        self.frame_size = max(4, self.tree.frame_size)
        self.predicates = [*invariants, *constraints]
        self.n_invariants = len(invariants)
        self.step_properties = list(step_properties)
        self.check_deadlock = check_deadlock
        self.keep_edges = keep_edges
        self.instances: list[Instance] = []
        self.pieces: list[Instance] = []
        self.step_pieces: list[Instance] = []
        self.lifts: list[Lift] = []
        self.misses = 0
        self.restarts = 0

    # ---- the search -----------------------------------------------------------------------------------------

    def start(self, opaque: set[tuple[int, ...]] | None = None) -> None:
        """Initial states, layout, instances, core."""
        states = list(self.engine.initial())
        if not states:
            raise GiveUp
        self.layout = Layout.of(states[:1000], opaque)
        self.instances, self.pieces, self.step_pieces, self.lifts = [], [], [], []
        self._walk(self.tree.root, Instance(()), {})
        for owner, predicate in enumerate(self.predicates):
            formula = Lowering(self.engine.shared).formula(predicate.expr)
            self.frame_size = max(self.frame_size, formula.frame_size)
            self._split(formula.body, Instance((owner,), owner=owner), 0)
        for owner, predicate in enumerate(self.step_properties):
            formula = Lowering(self.engine.shared).formula(predicate.expr)
            self.frame_size = max(self.frame_size, formula.frame_size)
            self.step_pieces.append(Instance((owner,), test=self.exprs.test(formula.body), owner=owner))
        self._grow_lifts()
        self.core = Core(self.layout.width, self.check_deadlock)
        if self.keep_edges:
            self.core.keep_edges()
        self._added = [0, 0, 0]
        self._announce()
        self._initial_states = states
        self._next_initial = 0

    def advance(self, pause_after: int) -> str:
        """Search on for some states: 'more', 'done', 'false', 'deadlock' or 'memory'. Raises GiveUp."""
        while self._next_initial < len(self._initial_states):
            state = self._initial_states[self._next_initial]
            code = self._settle(lambda again, state=state: self.core.initial(self._packed(state), again))
            if code == FALSE:
                return "false"
            self._next_initial += 1
        code = self._settle(lambda again: self.core.run(self._pause(pause_after)))
        ends = {DONE: "done", FALSE: "false", FALSE_STEP: "false_step", DEADLOCK: "deadlock", MEMORY: "memory"}
        return ends.get(code, "more")

    def _pause(self, after: int) -> int:
        if not hasattr(self, "_pause_at") or self._paused:
            self._pause_at = self.core.numbers()["state"] + after
            self._paused = False
        return self._pause_at

    def _settle(self, step: Any) -> int:
        """Run a step of the core, resolving misses, until it ends otherwise."""
        again = False
        while True:
            code: int = step(again)
            again = True
            if code in _MISSES:
                self._miss(_MISSES[code])
            else:
                self._paused = True
                return code

    _paused = True

    def _packed(self, state: State) -> list[int]:
        while True:
            try:
                return self.layout.pack(self.layout.encode(state))
            except Regrow:
                self._relayout()

    # ---- misses ---------------------------------------------------------------------------------------------

    def _kind(self, kind: int) -> list[Instance]:
        return (self.instances, self.pieces, self.step_pieces)[kind]

    def _miss(self, kind: int) -> None:
        numbers = self.core.numbers()
        self.misses += 1
        if any(self.misses == trial and self.misses > share * numbers["state"] for trial, share in TRIALS):
            raise GiveUp
        while True:
            number = numbers["instance" if kind == ACTION else "predicate"]
            instance = self._kind(kind)[number]
            try:
                if kind == STATE_PREDICATE:
                    row = self._evaluate(instance, self.core.target())
                elif kind == ACTION:
                    row = self._evaluate(instance, self.core.state(numbers["state"]))
                else:
                    row = self._evaluate(instance, self.core.state(numbers["state"]), self.core.target())
            except NewElement as missing:
                self.layout.element(missing.part, missing.element)
                self._relayout()
                continue
            except Regrow:
                self._relayout()
                continue
            except EvalError:
                raise GiveUp from None
            instance.rows.append(row)
            self._put(kind, number, row)
            return

    def _evaluate(self, instance: Instance, words: list[int], target: list[int] | None = None) -> Row:
        """Evaluate an instance in one state (a step predicate: over a step); what it read and what came out."""
        state = TrackedState(self.layout, words)
        frame: Frame = [UNSET] * self.frame_size
        frame[CONTEXT] = self.engine.context
        frame[STATE] = state
        states = [state]
        if target is not None:
            frame[TARGET] = TrackedState(self.layout, target)
            states.append(frame[TARGET])
        for slot, v in instance.slots.items():
            frame[slot] = v
        outcomes: list[tuple[int, int, list[Write]]] | bool
        if instance.test is not None:
            outcomes = all(state.has(part, i) for part, i in instance.lifts) is False or bool(instance.test(frame))
        else:
            sink: list[tuple[int, tuple[Any, ...]]] = []
            frame[TARGET], frame[SINK] = [UNSET] * len(self.names), sink
            self.pins.clear()
            self.pins.update(instance.pins)
            self.run_tree(frame)
            outcomes = self._outcomes(sink)
        return Row(tuple(self._reads(one) for one in states), outcomes)

    def _reads(self, state: TrackedState) -> Reads:
        words, read, bit = state.words, self.layout.read, self._bit
        return Reads(
            [(leaf, read(leaf.place, words)) for leaf in state.leaves],
            [(part, i, bit(part, i, words)) for part, i in state.bits if part not in state.wholes],
            [(part, frozenset(i for i in range(len(part.elements)) if bit(part, i, words))) for part in state.wholes],
        )

    @staticmethod
    def _bit(part: SetNode, i: int, words: Sequence[int]) -> int:
        bit = part.bits[i]
        return words[bit.word] >> bit.shift & 1

    def _outcomes(self, sink: list[tuple[int, tuple[Any, ...]]]) -> list[tuple[int, int, list[Write]]]:
        out: list[tuple[int, int, list[Write]]] = []
        short = False
        for action, targets in sink:
            writes: list[Write] = []
            for v, target in enumerate(targets):
                if target is not KEEP:
                    short |= self._write(self.layout.roots[v], target, (v,), writes)
            if out and out[-1][0] == action and out[-1][2] == writes:
                out[-1] = (action, out[-1][1] + 1, writes)
            else:
                out.append((action, 1, writes))
        if short:
            raise Regrow
        return out

    def _write(self, part: Part, v: Any, path: tuple[int, ...], writes: list[Write]) -> bool:
        """The writes that give a part a value; True when the layout had to grow."""
        if isinstance(v, FnView | SetView) and v.part is part:
            return False
        if isinstance(v, FnOverlay) and v.part is part:
            assert isinstance(part, FnNode)
            grown = False
            for i, new in v.changes.items():
                grown |= self._write(part.parts[i], new, (*path, i), writes)
            return grown
        if isinstance(v, SetOverlay) and v.part is part:
            assert isinstance(part, SetNode)
            grown = False
            for present, changed in ((1, v.added), (0, v.removed)):
                for element in changed:
                    i, new = self.layout.element(part, element)
                    grown |= new
                    writes.append(("bit", part, i, present))
            return grown
        value = force(v)
        if isinstance(part, Leaf):
            number = part.number(normalize(value))
            writes.append(("leaf", part, number))
            if number >> part.place.width:
                part.place.width += 2 if part.place.width < 8 else 4
                return True
            return False
        if isinstance(part, SetNode):
            return self._write_set(part, normalize(value), path, writes)
        vals = Layout._values_of(part, value)
        if vals is None:
            self.layout.opaque.add(path)
            raise Restart
        grown = False
        for i, (child, item) in enumerate(zip(part.parts, vals, strict=True)):
            grown |= self._write(child, item, (*path, i), writes)
        return grown

    def _write_set(self, part: SetNode, value: Value, path: tuple[int, ...], writes: list[Write]) -> bool:
        if type(value) is not frozenset:
            self.layout.opaque.add(path)
            raise Restart
        found = [self.layout.element(part, element) for element in value]
        writes.append(("set", part, frozenset(i for i, _ in found)))
        return any(new for _, new in found)

    # ---- instances ------------------------------------------------------------------------------------------

    def _walk(self, node: ops.Node, instance: Instance, views: dict[int, Part]) -> None:
        """Find the instances below a node: choices made so far are in `instance`."""
        while True:
            match node:
                case ops.Branch():
                    for i, arm in enumerate(node.arms):
                        self._walk(arm, self._pinned(instance, id(node), i, (i,)), views)
                    return
                case ops.ForEach():
                    if self._walk_each(node, instance, views):
                        return
                    break
                case ops.Guard() | ops.ClearNode() | ops.Assign():
                    node = node.then
                case _:
                    break
        self._add(instance)

    def _walk_each(self, node: ops.ForEach, instance: Instance, views: dict[int, Part]) -> bool:
        """Unroll an `\\E` over constant sets, lift one over a set variable; False: leave it to evaluation."""
        if all(self._known(b.domain, instance) for b in node.binders):
            domains = [list(sets.in_order(self._constant(b.domain, instance))) for b in node.binders]
            for k, combo in enumerate(combinations(domains)):
                slots = dict(instance.slots)
                for binder, v in zip(node.binders, combo, strict=True):
                    slots.update(self._bound(binder, v))
                made = self._pinned(instance, id(node), (combo, False), (k,))
                made.slots = slots
                self._walk(node.then, made, views)
            return True
        if len(node.binders) > 1:
            return False
        part = self._static(node.binders[0].domain, instance)
        if not isinstance(part, SetNode):
            return False
        target, binder = part, node.binders[0]

        def grow(i: int) -> None:
            v = target.elements[i]
            made = self._pinned(instance, id(node), ((v,), True), (i,))
            made.slots = {**instance.slots, **self._bound(binder, v)}
            made.lifts = [*instance.lifts, (target, i)]
            self._walk(node.then, made, views)

        self.lifts.append(Lift(target, 0, grow))
        return True

    @staticmethod
    def _bound(binder: ops.Binder, v: Value) -> dict[int, Value]:
        if binder.is_tuple:
            if type(v) is not tuple or len(v) != len(binder.slots):
                raise GiveUp
            return dict(zip(binder.slots, v, strict=True))
        return {binder.slots[0]: v}

    def _pinned(self, instance: Instance, node: int, way: Any, place: tuple[int, ...]) -> Instance:
        return Instance(
            (*instance.key, *place), {**instance.pins, node: way}, dict(instance.slots), list(instance.lifts)
        )

    def _add(self, instance: Instance) -> None:
        self.instances.append(instance)
        if len(self.instances) + len(self.pieces) > INSTANCES_MAX:
            raise Unsuitable("too many instances")

    def _known(self, op: ops.Op, instance: Instance) -> bool:
        """Whether the op depends on constants and bound names only."""
        facts = self.facts(op)
        return not (facts.current or facts.target or facts.impure) and facts.slots <= instance.slots.keys()

    def _constant(self, op: ops.Op, instance: Instance) -> Value:
        frame: Frame = [UNSET] * self.frame_size
        frame[CONTEXT] = self.engine.context
        for slot, v in instance.slots.items():
            frame[slot] = v
        try:
            return self.exprs.value(op)(frame)
        except EvalError:
            raise GiveUp from None

    def _static(self, op: ops.Op, instance: Instance) -> Part | None:
        """The part of the state that an op always reads, if it does."""
        match op:
            case ops.Var():
                return self.layout.roots[op.index]
            case ops.Apply():
                fn = self._static(op.fn, instance)
                if isinstance(fn, FnNode) and self._known(op.arg, instance):
                    i = fn.index(self._constant(op.arg, instance))
                    return None if i is None else fn.parts[i]
        return None

    # ---- predicates -----------------------------------------------------------------------------------------

    def _split(self, op: ops.Op, piece: Instance, place: int) -> None:
        """Split a predicate into pieces that read little."""
        match op:
            case ops.And():
                for i, item in enumerate(op.items):
                    self._split(item, self._piece(piece, (i,)), i)
                return
            case ops.ForAll():
                if self._split_all(op, piece):
                    return
            case ops.In() if self._known(op.right, piece):
                part = self._static(op.left, piece)
                if part is not None and self._split_in(part, self._constant(op.right, piece), piece):
                    return
        made = self._piece(piece, ())
        made.test = self.exprs.test(op)
        self.pieces.append(made)

    @staticmethod
    def _piece(piece: Instance, place: tuple[int, ...]) -> Instance:
        return Instance((*piece.key, *place), {}, dict(piece.slots), list(piece.lifts), owner=piece.owner)

    def _split_all(self, op: ops.ForAll, piece: Instance) -> bool:
        binder = op.binders[0]
        if all(self._known(b.domain, piece) for b in op.binders):
            domains = [list(sets.in_order(self._constant(b.domain, piece))) for b in op.binders]
            for k, combo in enumerate(combinations(domains)):
                made = self._piece(piece, (k,))
                for one, v in zip(op.binders, combo, strict=True):
                    made.slots.update(self._bound(one, v))
                self._split(op.body, made, k)
            return True
        if len(op.binders) > 1:
            return False
        part = self._static(binder.domain, piece)
        if not isinstance(part, SetNode):
            return False
        target = part

        def grow(i: int) -> None:
            made = self._piece(piece, (i,))
            made.slots.update(self._bound(binder, target.elements[i]))
            made.lifts.append((target, i))
            self._split(op.body, made, i)

        self.lifts.append(Lift(target, 0, grow))
        return True

    def _split_in(self, part: Part, s: Value, piece: Instance) -> bool:
        """Membership in a type set, part by part."""
        if isinstance(part, FnNode) and isinstance(s, FunctionSet | RecordSet):
            keys = range(1, part.shape + 1) if isinstance(part.shape, int) else part.shape.keys
            if isinstance(s, RecordSet):
                if isinstance(part.shape, int) or part.shape != s.shape:
                    return False
                targets = list(s.sets)
            else:
                source = s.source if type(s.source) is frozenset else s.source.forced() if s.source.is_finite else None
                if source != frozenset(keys):
                    return False
                targets = [s.target] * len(part.parts)
            for i, (child, target) in enumerate(zip(part.parts, targets, strict=True)):
                made = self._piece(piece, (i,))
                if not self._split_in(child, target, made):
                    self._member_piece(child, target, made)
            return True
        if isinstance(part, SetNode) and isinstance(s, PowerSet):
            node, base = part, s.base

            def grow(i: int) -> None:
                made = self._piece(piece, (i,))
                made.lifts.append((node, i))
                v = node.elements[i]
                made.test = lambda frame: member(v, base)
                self.pieces.append(made)

            self.lifts.append(Lift(node, 0, grow))
            return True
        return False

    def _member_piece(self, part: Part, s: Value, piece: Instance) -> None:
        def test(frame: Frame) -> bool:
            return member(force(frame[STATE].view(part)), s)

        piece.test = test
        self.pieces.append(piece)

    # ---- growth ---------------------------------------------------------------------------------------------

    def _grow_lifts(self) -> None:
        """New elements of lifted sets make new instances (which may lift further)."""
        i = 0
        while i < len(self.lifts):
            lift = self.lifts[i]
            while lift.done < len(lift.node.elements):
                lift.done += 1
                lift.grow(lift.done - 1)
            i += 1
        # an element found while another lift grew
        if any(lift.done < len(lift.node.elements) for lift in self.lifts):
            self._grow_lifts()

    def _relayout(self) -> None:
        """Give every field a new place, move the packed states, put all rows again."""
        self._grow_lifts()
        before = list(self.core_places) if hasattr(self, "core_places") else []
        self.layout.replace()
        after = self.layout.places()
        if not hasattr(self, "core"):
            return
        moves = [(w, s, after[k][0], after[k][1], bits) for k, (w, s, bits) in enumerate(before)]
        self.core.relayout(self.layout.width, moves)
        self._announce()
        for kind in (ACTION, STATE_PREDICATE, STEP_PREDICATE):
            for number, instance in enumerate(self._kind(kind)):
                for row in instance.rows:
                    self._put(kind, number, row)

    def _announce(self) -> None:
        """Tell the core of new instances, guards and the order; remember where the fields stand."""
        numbers = self.core.numbers()
        self.core_places = self.layout.places()
        for kind in (ACTION, STATE_PREDICATE, STEP_PREDICATE):
            count = len(self._kind(kind))
            if count > self._added[kind]:
                self.core.add_instances(kind, count - self._added[kind])
                self._added[kind] = count
        for number, instance in enumerate(self.instances):
            if instance.lifts:
                part, i = instance.lifts[-1]
                self.core.set_guard(number, part.bits[i].word, part.bits[i].shift)
        order = sorted(range(len(self.instances)), key=lambda n: self.instances[n].key)
        current = numbers["instance"]
        at = order.index(current) if current >= 0 else (len(order) if numbers["state"] else 0)
        self.core.set_order(order, at)
        for number, piece in enumerate(self.pieces):
            self.core.set_constraint(number, piece.owner >= self.n_invariants)

    def _put(self, kind: int, number: int, row: Row) -> None:
        """Hand a row to the core: its mask, a state with its key, its outcomes as words."""
        width = self.layout.width
        words, mask = [0] * (width * len(row.reads)), [0] * (width * len(row.reads))

        def cover(item: Field, raw: int, base: int) -> None:
            mask[base + item.word] |= ((1 << item.width) - 1) << item.shift
            words[base + item.word] |= raw << item.shift

        for side, reads in enumerate(row.reads):
            base = side * width
            for leaf, raw in reads.leaves:
                cover(leaf.place, raw, base)
            for part, i, raw in reads.bits:
                cover(part.bits[i], raw, base)
            for part, present in reads.wholes:
                for i, bit in enumerate(part.bits):
                    cover(bit, int(i in present), base)
        used = tuple(w for w, bits in enumerate(mask) if bits)
        if len(used) > KEY_WORDS_MAX:
            raise Unsuitable("a row reads too many words")
        key: Mask = (used, tuple(mask[w] for w in used))
        self.core.put(kind, number, key, words, self._row_words(row))

    def _row_words(self, row: Row) -> list[int]:
        if isinstance(row.outcomes, bool):
            return [int(row.outcomes)]
        out = [len(row.outcomes)]
        for action, times, writes in row.outcomes:
            clear: dict[int, int] = {}
            put: dict[int, int] = {}
            for item, raw in self._fields(writes):
                bits = ((1 << item.width) - 1) << item.shift
                clear[item.word] = clear.get(item.word, 0) | bits
                put[item.word] = (put.get(item.word, 0) & ~bits) | raw << item.shift
            out += [action, times, len(clear)]
            for word in sorted(clear):
                out += [word, clear[word], put[word]]
        return out

    @staticmethod
    def _fields(writes: list[Write]) -> Iterator[tuple[Field, int]]:
        for write in writes:
            if write[0] == "leaf":
                yield write[1].place, write[2]
            elif write[0] == "bit":
                yield write[1].bits[write[2]], write[3]
            else:
                for i, bit in enumerate(write[1].bits):
                    yield bit, int(i in write[2])

    # ---- what is asked afterwards ---------------------------------------------------------------------------

    def chain(self, index: int) -> list[int]:
        """The numbers of the states on the way to a state."""
        numbers = [index]
        while (parent := self.core.parent(numbers[-1])) >= 0:
            numbers.append(parent)
        return numbers[::-1]

    def state(self, index: int) -> State:
        """A state by its number."""
        return self.layout.decode(self.core.state(index))

    def actions_taken(self) -> dict[int, int]:
        """For each action taken, in how many rows (not how often)."""
        taken: dict[int, int] = {}
        for instance in self.instances:
            for row in instance.rows:
                assert not isinstance(row.outcomes, bool)
                for action, _, _ in row.outcomes:
                    taken[action] = taken.get(action, 0) + 1
        return taken

    def false_predicates(self) -> set[int]:
        """The task's predicates (invariants, then constraints) some piece of which was false."""
        return {piece.owner for piece in self.pieces if any(row.outcomes is False for row in piece.rows)}

    def profile(self) -> list[dict[str, Any]]:
        """Lookups, misses, tables and rows of every instance and piece."""
        out = []
        for kind in (ACTION, STATE_PREDICATE, STEP_PREDICATE):
            for number, instance in enumerate(self._kind(kind)):
                lookups, misses, tables, rows = self.core.statistics(kind, number)
                out.append(
                    {"kind": kind, "key": instance.key, "lookups": lookups, "misses": misses,
                     "tables": tables, "rows": rows}
                )  # fmt: skip
        return out
