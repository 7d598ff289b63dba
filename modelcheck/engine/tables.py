"""Transition tables learnt by tracked evaluation: states explored by lookup.

`Tables` evaluates an action instance (one arm of every `\\/`, one element of every `\\E` over a constant set or over a
set variable) once for each combination of what it reads; a spec-independent core looks the outcome up ever after.
Invariants, constraints and step properties are split into pieces and looked up likewise. The core finds what the
closures would find, in the same order of states, with the same counts. Most of what it has not learnt yet is evaluated
in C (`filler.py`); what is unknown there, and whatever makes the layout grow, comes here.

It is given states that are known already, and goes on from there. Where something is wrong in a state (a predicate is
false, no successor, an error of evaluation), it stops before that state: the closures look at it and know all about it.
What it does not suit raises `Unsuitable` or `GiveUp`. Nothing is approximated here.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from time import perf_counter, thread_time
from typing import Any

from modelcheck.core import Choice, native
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
    PAUSE,
    PLACE_FALSE,
    PLACE_OUT,
    PLACE_TRUE,
    STATE_PREDICATE,
    STEP_PREDICATE,
    TIRED,
)
from modelcheck.engine.closures import ClosureEngine
from modelcheck.engine.filler import REFUSED, Filler, Keys, ViewProgram
from modelcheck.engine.formulas import Formula, Splitter, program
from modelcheck.engine.instances import ActionInstances
from modelcheck.engine.native import NativeProgram, load
from modelcheck.engine.pace import Pace
from modelcheck.engine.places import GiveUp, Places
from modelcheck.engine.protocol import Predicate, State
from modelcheck.engine.rows import Instance, Outcome, Reads, Row, key_of, outcomes_of, row_words
from modelcheck.engine.runtime import CONTEXT, SINK, STATE, TARGET, UNSET, Frame
from modelcheck.engine.slots import SET_MAX, Layout, Leaf, Regrow, Restart, SetNode, Unsuitable
from modelcheck.engine.tracked import TrackedCompiler
from modelcheck.engine.tracked_steps import TrackedSteps
from modelcheck.engine.views import NewElement, TrackedState
from modelcheck.errors import EvalError
from modelcheck.ir import ops
from modelcheck.ir.lower import Lowering

KEY_WORDS_MAX = 128
SAMPLED_STATES = 1000  # of those known, for the layout
ROWS = 1 << 14  # states taken over at a time
RESTARTS_MAX = 30
SPLIT_AT = 60  # misses after which a piece of a predicate of states is taken further apart
SPLIT_STEP_AT = 24  # one of a predicate of steps
SOON = 0.25  # of that; where one piece is taken apart, those that have been missed so often are too
SAMPLED = 7  # of so many misses the time of one is taken, for all of them: to ask for it costs as much as a small miss
_MISSES = {MISS: ACTION, MISS_PREDICATE: STATE_PREDICATE, MISS_STEP: STEP_PREDICATE}
_ENDS = {
    DONE: "done", FALSE: "false", FALSE_STEP: "false_step", DEADLOCK: "deadlock", MEMORY: "memory", PAUSE: "pause",
}  # fmt: skip


class Tables:
    """The tables of one model and what they have explored. See `explore/lookup.py` for the search."""

    def __init__(
        self,
        engine: ClosureEngine,
        invariants: Sequence[Predicate] = (),
        constraints: Sequence[Predicate] = (),
        step_properties: Sequence[Predicate] = (),
        action_constraints: Sequence[Predicate] = (),
        check_deadlock: bool = True,
        keep_edges: bool = False,
        core: Choice = Choice(),  # noqa: B008
        program: NativeProgram | None = None,
        keys: Keys | None = None,
    ) -> None:
        """`program`: one of this model that may be used to answer misses; by default one is made. `keys`: what tells
        states apart, if they themselves do not; of the same program.
        """
        self.keys = keys
        self.engine = engine
        self.facts = engine.shared.facts
        self.names = list(engine.variables)
        self.exprs = TrackedCompiler(self.facts, engine.variables)
        self.pins: dict[int, Any] = {}
        self.exprs.enabled_runner = lambda node: TrackedSteps(self.exprs, self.names, "enabled", {}).run(node)
        self.tree = engine.next_tree
        self.run_tree = TrackedSteps(self.exprs, self.names, "plain", self.pins).run(self.tree.root)
        self.frame_size = max(4, self.tree.frame_size)
        checked, within = self._lowered(invariants), self._lowered(constraints, PLACE_OUT)
        self.formulas = {  # states that are told apart by keys have one only inside all constraints
            STATE_PREDICATE: [*checked, *within] if keys is None else [*within, *checked],
            STEP_PREDICATE: [*self._lowered(step_properties), *self._lowered(action_constraints, PLACE_OUT)],
        }
        self.constraints = (list(constraints), list(action_constraints))
        self.check_deadlock = check_deadlock
        self.keep_edges = keep_edges
        self.choice = core
        self.restarts = 0
        self.relayouts = 0
        self.splits = 0
        self.pace = Pace()
        self.opaque: set[tuple[int, ...]] = set()
        self._outs = [0, 0, 0]
        self._guarded = 0  # action instances whose guards the core knows
        self._ordered: tuple[int, ...] = ()  # how many instances, and elements of sets, it knows the order of
        self._taken_before: dict[int, int] = {}  # by rows that a restart has dropped
        self._until_sample = SAMPLED
        self.views = self._views(program) if core.fills else None
        self.filler: Filler | None = None
        self._filled = (0, 0.0)  # misses answered natively, and seconds, when it was last asked

    def _views(self, program: NativeProgram | None) -> ViewProgram | None:
        """What answers misses natively, where that can be."""
        if load() is None or self.choice.module() is not native:
            return None
        try:
            return ViewProgram(program or NativeProgram(self.engine), self.tree, self.frame_size)
        except REFUSED:
            return None

    def _lowered(self, predicates: Sequence[Predicate], first: int = PLACE_FALSE) -> list[tuple[ops.Op, int]]:
        """The ops of predicates, and the value of the program where each is the first that is false."""
        found = []
        for k, predicate in enumerate(predicates):
            formula = Lowering(self.engine.shared).formula(predicate.expr)
            self.frame_size = max(self.frame_size, formula.frame_size)
            found.append((formula.body, first if first == PLACE_FALSE else first - k))
        return found

    # ---- beginning ------------------------------------------------------------------------------------------

    def load(
        self,
        states: Sequence[State],
        parents: Sequence[int],
        edges: Sequence[Sequence[int]] = (),
        like: Sequence[State] = (),
    ) -> None:
        """Take over states with their parents, and the edges of those explored. Raises Unsuitable.

        `like`: states to come, for the layout.
        """
        if not states:
            raise Unsuitable("no states to begin with")
        while True:
            try:
                self._build(states, like)
                for state, parent in zip(states, parents, strict=True):
                    words = self.packed(state)
                    if self.keys is None:
                        self.core.insert(words, parent)
                    else:
                        self.core.insert_keyed(words, self.keys.key(state), parent)
                if self.filler is not None:
                    self.filler.sync()  # the states may have brought values that the sample had not
                break
            except Restart:
                self._restarted()
        for targets in edges:
            self.core.put_edges(targets)

    def load_rows(
        self,
        rows: Callable[[int, int], array[int]],
        parents: array[int],
        state: Callable[[int], State],
        like: Sequence[State],
        edges: Sequence[Sequence[int]] = (),
    ) -> None:
        """Take over states with their parents, and the edges of those explored, as rows of ids of the native program:
        `rows(at, count)` gives some, `state(i)` one as it is. `like`: some for the layout. Raises Unsuitable.
        """
        while True:
            try:
                self._build(like)
                if self.filler is None:
                    raise Unsuitable("states are taken over natively only")
                at = 0
                while at < len(parents):
                    some = parents[at : at + ROWS]
                    block = rows(at, len(some))
                    self._make_room(self.filler, block, ROWS)
                    done = self.filler.states(block, some, at)
                    at += done
                    if done < len(some):
                        self.insert(state(at), parents[at])
                        at += 1
                break
            except Restart:
                self._restarted()
        for targets in edges:
            self.core.put_edges(targets)

    def _restarted(self) -> None:
        self.restarts += 1
        self.opaque |= self.layout.opaque
        if self.restarts > RESTARTS_MAX:
            raise Unsuitable("parts of the state change their shape")

    def _build(self, states: Sequence[State], like: Sequence[State] = ()) -> None:
        """Layout, instances and core."""
        sample = [states[i] for i in range(0, len(states), max(1, len(states) // SAMPLED_STATES))]
        self.layout = Layout.of([*sample, *like], self.opaque)
        self.places = Places(self.exprs, self.layout, self.engine.context, self.frame_size)
        self.actions = ActionInstances(self.places, self.tree.root)
        self.splitters = {kind: Splitter(self.places, kind == STEP_PREDICATE) for kind in self.formulas}
        self.roots: dict[int, list[tuple[Formula, int]]] = {
            kind: [
                (self.splitters[kind].formula(body, otherwise == PLACE_FALSE), otherwise)
                for body, otherwise in formulas
            ]
            for kind, formulas in self.formulas.items()
        }
        self.places.grow()
        self.layout.replace()
        self.core = self.choice.make(self.layout.width, self.check_deadlock)
        if self.keep_edges:
            self.core.keep_edges()
        self._added = [0, 0, 0]
        self._guarded, self._ordered = 0, ()
        self._announce()
        if self.filler is not None:
            self.filler.close()
        self.filler, self._filled = Filler.of(self.views, self), (0, 0.0)
        if self.keys is not None:
            if self.filler is None:
                raise Unsuitable("states are told apart natively only")
            self.keys.serve(self.filler, self.core)

    def rebuild(self) -> None:
        """After `Restart`: lay all states out anew."""
        self._restarted()
        self._remember_outs()
        self._taken_before = self.actions_taken()
        core, layout, numbers = self.core, self.layout, self.core.numbers()
        states = [layout.decode(core.state(i)) for i in range(numbers["distinct"])]
        parents = core.parents()
        edges: list[Sequence[int]] = []
        if self.keep_edges:
            offsets, targets = core.edges(numbers["state"])
            edges = [targets[offsets[i] : offsets[i + 1]] for i in range(numbers["state"])]
        self.load(states, parents, edges)
        self.core.seek(numbers["state"], numbers["generated"], numbers["level_end"], numbers["depth"])

    # ---- states ---------------------------------------------------------------------------------------------

    def packed(self, state: State) -> list[int]:
        """The words of a state; the layout grows if need be. Raises Restart."""
        while True:
            try:
                words = self.layout.pack(self.layout.encode(state))
                self._absorb()
                return words
            except Regrow:
                self.relayout()

    def insert(self, state: State, parent: int) -> None:
        """Put a state that the closures have looked at."""
        while True:
            try:
                words = self.packed(state)
                break
            except Restart:
                self.rebuild()
        if self.filler is not None:
            self.filler.sync()
        if self.keys is not None:
            self.core.insert_keyed(words, self.keys.key(state), parent)
        else:
            self.core.insert(words, parent)

    @property
    def name(self) -> str:
        """For the verdict."""
        return f"tables ({self.core.name})"

    def find(self, state: State) -> int | None:
        """The number of a state, if it has been found."""
        self._know_values()
        words = self.layout.pack_known(state)
        if words is None:
            return None
        number = self.core.find(words)
        return None if number < 0 else number

    def find_key(self, key: Sequence[int]) -> int | None:
        """The number of the state with a key."""
        number = self.core.find_key(key)
        return None if number < 0 else number

    def state(self, index: int) -> State:
        """A state by its number."""
        self._know_values()
        return self.layout.decode(self.core.state(index))

    # ---- the search -----------------------------------------------------------------------------------------

    def run(self, pause_at: int) -> str:
        """Search on: 'done', 'pause' (before state `pause_at`, or too many states), 'memory'; or 'false', 'false_step',
        'deadlock' where the closures should look at a state. Raises GiveUp, Unsuitable; EvalError likewise.
        """
        while True:
            try:
                code = self.core.run(pause_at)
            finally:
                self._know_values()
            if code == TIRED:
                self._tally()
                continue
            kind = _MISSES.get(code)
            if kind is None:
                return _ENDS[code]
            try:
                self._miss(kind)
            except Restart:
                self.core.rollback()
                self.rebuild()

    def _know_values(self) -> None:
        """Have the layout know what the core has met, before it is looked at (after an interruption, too)."""
        if self.filler is not None:
            self.filler.learn_values()

    def instances(self, kind: int) -> list[Instance]:
        """The instances of a kind, by number."""
        return self.actions.found if kind == ACTION else self.splitters[kind].pieces

    def _miss(self, kind: int) -> None:
        self._until_sample -= 1
        sampled = not self._until_sample
        began, own = perf_counter(), thread_time() if sampled else 0.0
        numbers = self.core.numbers()
        instance = self._learn(kind, numbers)
        growth = self.relayouts + self.splits + len(self.actions.found)
        seconds = 0.0
        if sampled:
            seconds, self._until_sample = SAMPLED * (thread_time() - own), SAMPLED
        instance.seconds += perf_counter() - began
        if not self.pace.gains(numbers["state"], seconds, growth):
            raise GiveUp

    def _tally(self) -> None:
        """Judge the misses that were answered natively since it was last asked. Raises GiveUp."""
        assert self.filler is not None
        (misses, seconds), (had, took) = self.filler.totals()[:2], self._filled
        self._filled = (misses, seconds)
        growth = self.relayouts + self.splits + len(self.actions.found)
        if not self.pace.gains(self.core.numbers()["state"], seconds - took, growth, misses - had):
            raise GiveUp

    @staticmethod
    def split_at(kind: int) -> int:
        """How many misses of a piece of a predicate there are before it is taken further apart."""
        return SPLIT_AT if kind == STATE_PREDICATE else SPLIT_STEP_AT

    def _learn(self, kind: int, numbers: dict[str, int]) -> Instance:
        """Evaluate what the core has stopped at, and give it the row; or take the piece apart."""
        number = numbers["instance" if kind == ACTION else "predicate"]
        instance = self.instances(kind)[number]
        instance.misses += 1
        if kind != ACTION and instance.op is not None:
            misses = instance.misses + (self.filler.misses(kind, number) if self.filler is not None else 0)
            if misses >= self.split_at(kind):
                if self._split(kind, number):
                    return instance
                if self.filler is not None:
                    self.filler.tell(kind, number)
        while True:
            try:
                if kind == STATE_PREDICATE:
                    row = self._evaluate(instance, self.core.target())
                elif kind == ACTION:
                    row = self._evaluate(instance, self.core.state(numbers["state"]))
                else:
                    row = self._evaluate(instance, self.core.state(numbers["state"]), self.core.target())
            except NewElement as missing:
                if self.layout.element(missing.part, missing.element)[1]:
                    self.relayout()
                self._absorb()
                continue
            except Regrow:
                self.relayout()
                continue
            self._absorb()
            instance.rows.append(row)
            self._put(kind, number, row)
            if self.filler is not None:
                self.filler.sync()
            return instance

    def _split(self, kind: int, number: int) -> bool:
        """Take a piece of a predicate apart, and those that are about to be; the predicates of the state at hand are
        asked again.
        """
        splitter = self.splitters[kind]
        if not splitter.split_leaf(number):
            return False
        self.splits += 1
        whole = [other for other in self._nearly_split(kind) if not splitter.split_leaf(other)]
        self.places.grow()
        self._announce_pieces(kind)
        if self.filler is not None:
            for other in whole:
                self.filler.tell(kind, other)
            self.filler.sync()
        return True

    def _nearly_split(self, kind: int) -> list[int]:
        """The pieces that have been missed often enough, so that the program has to change less often."""
        filler, least = self.filler, SOON * self.split_at(kind)
        return [
            number
            for number, piece in enumerate(self.splitters[kind].pieces)
            if piece.op is not None
            and piece.misses + (filler.misses(kind, number) if filler is not None else 0) >= least
        ]

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
        outcomes: list[Outcome] | bool
        if instance.test is not None:
            outcomes = not all(state.has(part, i) for part, i in instance.lifts) or bool(instance.test(frame))
        else:
            sink: list[Any] = []
            frame[TARGET], frame[SINK] = [UNSET] * len(self.names), sink
            self.pins.clear()
            self.pins.update(instance.pins)
            self.run_tree(frame)
            if instance.gate:
                outcomes = bool(sink)
            else:
                outcomes, short = outcomes_of(self.layout, sink)
                if short:
                    raise Regrow
        return Row(tuple(Reads.of(one) for one in states), outcomes)

    # ---- growth ---------------------------------------------------------------------------------------------

    def foresee(self, rows: array[int], most: int) -> int:
        """Make room at once for values in states to come, which are rows of ids of the native program: for some `most`
        values. How many rows that was. The core stands between two states. Raises Unsuitable.
        """
        while self.filler is not None:
            try:
                return self._make_room(self.filler, rows, most)
            except Restart:
                self.rebuild()
        return len(rows) // max(1, len(self.names))

    def _make_room(self, filler: Filler, rows: array[int], most: int) -> int:
        """See `foresee`. Raises Restart."""
        misfits, done = filler.misfits(rows, most)
        short = restart = False
        for part, number in misfits:
            if number is None or (isinstance(part, SetNode) and len(part.elements) >= SET_MAX):
                self.layout.join(part)
                restart = True  # when all such parts are known
            elif isinstance(part, SetNode):
                short |= self.layout.element(part, filler.program.value_of(number))[1]
            elif isinstance(part, Leaf):
                short |= part.needs_room(part.number(filler.program.value_of(number)))
        if restart:
            raise Restart
        if short:
            self.relayout()
        elif misfits:
            self._absorb()
            filler.sync()
        return done

    def relayout(self) -> None:
        """Give every field a new place, move the packed states, put all rows again."""
        self.relayouts += 1
        self.layout.fresh.clear()
        self._guarded, self._ordered = 0, ()
        self.places.grow()
        before = list(self.core_places)
        self.layout.replace()
        after = self.layout.places()
        moves = [(w, s, after[k][0], after[k][1], bits) for k, (w, s, bits) in enumerate(before)]
        self.core.relayout(self.layout.width, moves)
        self._announce()
        if self.filler is not None:
            self.filler.sync(True)
        for kind in (ACTION, STATE_PREDICATE, STEP_PREDICATE):
            for number, instance in enumerate(self.instances(kind)):
                self._put_again(kind, number, instance)

    _relayout = relayout

    def _put_again(self, kind: int, number: int, instance: Instance) -> None:
        """Put the rows of an instance, unless they are sooner learnt again natively."""
        if instance.rows and (self.filler is None or not self.filler.answers(kind, number)):
            for row in instance.rows:
                self._put(kind, number, row)

    def _absorb(self) -> None:
        """Make known to the core what new elements mean that have found a place in the layout as it is."""
        grown = set(self.layout.fresh)
        if not grown:
            return
        self.layout.fresh.clear()
        self.places.grow()
        clear = getattr(self.core, "clear", None)
        if clear is None:
            self.relayout()
            return
        self._announce()
        filler = self.filler
        if filler is not None:
            filler.sync()
        for kind in (ACTION, STATE_PREDICATE, STEP_PREDICATE):
            for number, instance in enumerate(self.instances(kind)):
                filled = filler is not None and filler.speaks_of(kind, number, grown)
                if filled or any(row.speaks_of(grown) for row in instance.rows):
                    clear(kind, number)
                    if filler is not None:
                        filler.dropped(kind, number)
                    self._put_again(kind, number, instance)

    def _announce(self) -> None:
        """Tell the core of new instances, guards, order and programs; remember where the fields stand."""
        self.core_places = self.layout.places()
        self._add_instances(ACTION)
        found = self.actions.found
        for number in range(self._guarded, len(found)):
            if found[number].lifts:
                part, i = found[number].lifts[-1]
                self.core.set_guard(number, part.bits[i].word, part.bits[i].shift)
        self._guarded = len(found)
        self._order()
        for kind in self.roots:
            self._announce_pieces(kind)

    def _announce_pieces(self, kind: int) -> None:
        """Tell the core of the pieces of a kind of predicates, and their program."""
        self._add_instances(kind)
        self.core.set_program(kind, *program(self.roots[kind], PLACE_TRUE, self.layout.width))

    def _add_instances(self, kind: int) -> None:
        count = len(self.instances(kind))
        if count > self._added[kind]:
            self.core.add_instances(kind, count - self._added[kind])
            self._added[kind] = count

    def _order(self) -> None:
        """In which order instances are looked at, and how far the gates skip."""
        numbers, found = self.core.numbers(), self.actions.found
        lifted = dict.fromkeys([part for instance in found for part, _ in instance.lifts])
        state = (len(found), *[len(part.elements) for part in lifted])
        if state == self._ordered:
            return
        self._ordered = state
        ranks = {part: self.layout.ranks(part) for part in lifted}
        keys = [_ranked(instance, ranks) for instance in found]
        order = sorted(range(len(found)), key=keys.__getitem__)
        current = numbers["instance"]
        self.core.set_order(order, order.index(current) if current >= 0 else 0)
        for place, number in enumerate(order):
            if found[number].gate:
                prefix = keys[number][:-1]
                end = place + 1
                while end < len(order) and keys[order[end]][: len(prefix)] == prefix:
                    end += 1
                self.core.set_skip(number, end)

    def _put(self, kind: int, number: int, row: Row) -> None:
        """Hand a row to the core: its mask, a state with its key, its outcomes as words."""
        mask, words = key_of(self.layout, row)
        used = tuple([w for w, bits in enumerate(mask) if bits])
        if len(used) > KEY_WORDS_MAX:
            raise Unsuitable("a row reads too many words")
        self.core.put(kind, number, (used, tuple([mask[w] for w in used])), words, row_words(row))

    def key_of(self, row: Row) -> tuple[list[int], list[int]]:
        """The mask and the masked words of a row, `width` words for each state it speaks of."""
        return key_of(self.layout, row)

    # ---- what is asked afterwards ---------------------------------------------------------------------------

    def cost(self, kind: int, number: int) -> tuple[int, float, int, int | None]:
        """Of an instance: its misses, the seconds they took, the bits of its widest key, an action that it takes."""
        instance = self.instances(kind)[number]
        misses, seconds, bits, action = 0, 0.0, 0, None
        if self.filler is not None:
            misses, seconds, bits, action = self.filler.statistics(kind, number)
        for row in instance.rows:
            bits = max(bits, sum(w.bit_count() for w in self.key_of(row)[0]))
            if not isinstance(row.outcomes, bool) and row.outcomes and action is None:
                action = row.outcomes[0][0]
        return misses + instance.misses, seconds + instance.seconds, bits, action

    def actions_taken(self) -> dict[int, int]:
        """For each action taken, in how many rows (not how often)."""
        taken = dict(self._taken_before)
        for instance in self.actions.found:
            for row in instance.rows:
                if not isinstance(row.outcomes, bool):
                    for action, _, _ in row.outcomes:
                        taken[action] = taken.get(action, 0) + 1
        for action, times in enumerate(self.filler.totals()[2] if self.filler is not None else ()):
            if times:
                taken[action] = taken.get(action, 0) + times
        return taken

    def excluding(self) -> set[Any]:
        """`holds` of the constraints that were the first false one of some state or step."""
        self._remember_outs()
        pairs = ((STATE_PREDICATE, self.constraints[0]), (STEP_PREDICATE, self.constraints[1]))
        return {p.holds for kind, found in pairs for k, p in enumerate(found) if self._outs[kind] >> min(k, 63) & 1}

    def _remember_outs(self) -> None:
        for kind in (STATE_PREDICATE, STEP_PREDICATE):
            self._outs[kind] |= self.core.outs(kind)


def _ranked(instance: Instance, ranks: dict[SetNode, list[int]]) -> tuple[int, ...]:
    """The instance's place in the closures' order, in which the elements of a set stand in their own order."""
    if not instance.lifts:
        return instance.key
    key = list(instance.key)
    for at, (part, i) in zip(instance.lifted_at, instance.lifts, strict=True):
        key[at] = ranks[part][i]
    return tuple(key)


__all__ = ["EvalError", "GiveUp", "Restart", "Tables", "Unsuitable"]
