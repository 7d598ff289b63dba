"""The truth of atoms in states and over steps of the behavior graph, evaluated when asked for and remembered.

A state atom costs one byte a state, a step atom two bits a step. The two atoms of a fairness condition
(`ENABLED <<A>>_v`, `<<A>>_v`) are answered by one run of the action in the state where that is possible (`ActionRuns`),
for all steps out of it at once, and for the next-state relation itself by the graph alone.

Where an atom is known everywhere at little cost (`Known`: looked up in tables, or read off the graph) it is a vector,
and so are combinations of such atoms: the search for cycles then runs over vectors in compiled loops. An atom that
cannot be evaluated somewhere is no vector: it is asked where the search comes upon it, and only an error met there
counts.

Steps are numbered: those of the graph as in `Graph.targets`, then the stuttering step of state s as `edges + s`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeAlias

from modelcheck.core.graph import bit, chosen
from modelcheck.engine.protocol import Engine, State
from modelcheck.errors import EvalError
from modelcheck.explore.graph import Graph
from modelcheck.explore.ltl import Prop
from modelcheck.ir.temporal import Atom, FairAction
from modelcheck.records import dataclass

EVERYWHERE_MIN = 1_000  # states: in smaller graphs atoms are evaluated where the search asks for them

AtomTest: TypeAlias = Callable[[State, State], bool]
StateTest: TypeAlias = Callable[[int], bool]
StepTest: TypeAlias = Callable[[int, int], bool]  # of a step: the number of its first state, and its own number


@dataclass(frozen=True, slots=True)
class Failure:
    """Where an atom could not be evaluated: in state number `state`, or over the step to number `target`."""

    atom: Atom
    state: int
    target: int | None


Vectors: TypeAlias = tuple[bytes, bytes]  # of steps: one bit each for the graph's, one byte a state for stuttering


class Known(Protocol):
    """What is known of atoms everywhere at little cost; None where it is not."""

    def states(self, atom: Atom) -> bytes | None:
        """The truth of a state atom, one byte (0 or 1) a state."""

    def steps(self, atom: Atom) -> Vectors | None:
        """The truth of a step atom."""


class ActionRuns:
    """Runs actions in states of a search. `number` gives the number of a state (None: the search has not kept it).

    `merged`: a number may stand for several states (view, symmetry). `exact`: the steps of the graph are all the steps
    of Next (no constraint, view or symmetry took any away).
    """

    def __init__(
        self,
        engine: Engine,
        number: Callable[[State], int | None],
        merged: bool = False,
        exact: bool = True,
    ) -> None:
        self.engine = engine
        self.number = number
        self.merged = merged
        self.exact = exact and not merged

    def is_next(self, action: FairAction) -> bool:
        """Whether the steps by the action are all the steps of the graph."""
        return self.exact and self.engine.is_next(action)

    def targets(self, action: FairAction) -> Callable[[State], tuple[bool, set[int]]] | None:
        """In a state: is the action enabled, and the numbers of the states it leads to (those that have one)."""
        run = self.engine.fair_targets(action)
        if run is None:
            return None
        number = self.number

        def targets(state: State) -> tuple[bool, set[int]]:
            found = run(state)
            return bool(found), {n for target in found if (n := number(target)) is not None}

        return targets

    def actual(self, state: State) -> dict[int, list[State]]:
        """The successors of a state by number: several when a view or symmetry takes them for one."""
        out: dict[int, list[State]] = {}
        for target, _ in self.engine.successors(state):
            number = self.number(target)
            if number is not None:
                out.setdefault(number, []).append(target)
        return out


class _StepAtom:
    """What is known of one step atom. `fill(s, step)` makes at least that step known."""

    __slots__ = ("fill", "known", "true")

    def __init__(self, steps: int) -> None:
        self.known = bytearray((steps + 7) // 8)
        self.true = bytearray((steps + 7) // 8)
        self.fill: Callable[[int, int], None]

    def holds(self, s: int, step: int) -> bool:
        """Whether it is true of the step (out of state s)."""
        byte, bit = step >> 3, 1 << (step & 7)
        if not self.known[byte] & bit:
            self.fill(s, step)
        return bool(self.true[byte] & bit)

    def note(self, step: int, truth: bool) -> None:
        """Remember."""
        byte, bit = step >> 3, 1 << (step & 7)
        self.known[byte] |= bit
        if truth:
            self.true[byte] |= bit


class Truths:
    """The truth of propositions over one graph. `eager`: asked whether an action is enabled, run it to its end."""

    def __init__(
        self,
        graph: Graph,
        states: Sequence[State],
        test_of: Callable[[Atom], AtomTest],
        runs: ActionRuns | None = None,
        known: Known | None = None,
    ) -> None:
        self.graph = graph
        self.states = states
        self.known = known
        self.eager = False
        self.failure: Failure | None = None
        self._test_of = test_of
        self._runs = runs
        self._columns: dict[Atom, bytearray] = {}
        self._steps: dict[Atom, _StepAtom] = {}
        self._by_action: dict[FairAction, dict[bool, Atom]] = {}
        self._state_tests: dict[Prop, StateTest] = {}
        self._step_tests: dict[Prop, StepTest] = {}
        self._state_vectors: dict[Atom, bytes | None] = {}
        self._step_vectors: dict[Atom, Vectors | None] = {}

    def state(self, prop: Prop) -> StateTest:
        """The test of a state proposition."""
        test = self._state_tests.get(prop)
        if test is None:
            test = self._state_tests[prop] = self._state_test(prop)
        return test

    def step(self, prop: Prop) -> StepTest:
        """The test of a proposition over steps (a state proposition: in the step's first state)."""
        test = self._step_tests.get(prop)
        if test is None:
            test = self._step_tests[prop] = self._step_test(prop)
        return test

    def forget(self, atoms: Iterable[Atom]) -> None:
        """Give back the memory of atoms that are not asked for any more."""
        for atom in atoms:
            self._columns.pop(atom, None)
            self._steps.pop(atom, None)
            self._state_vectors.pop(atom, None)
            self._step_vectors.pop(atom, None)
        self._state_tests.clear()
        self._step_tests.clear()

    # ---- vectors --------------------------------------------------------------------------------------------

    def state_vector(self, prop: Prop) -> bytes | None:
        """The truth of a state proposition, one byte (0 or 1) a state; None: it is not known everywhere."""
        if prop.atom is not None:
            return self._atom_in_states(prop.atom)
        size = len(self.graph)
        parts = [self.state_vector(arg) for arg in prop.args]
        return None if None in parts else _combined(prop.op, [part for part in parts if part is not None], size, 1)

    def step_vectors(self, prop: Prop) -> Vectors | None:
        """The truth of a proposition over steps; None: it is not known everywhere."""
        if not prop.is_step:
            in_states = self.state_vector(prop)
            return None if in_states is None else (chosen().out_of(self.graph.offsets, in_states), in_states)
        if prop.atom is not None:
            return self._atom_on_steps(prop.atom)
        parts = [self.step_vectors(arg) for arg in prop.args]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        on = _combined(prop.op, [part[0] for part in known], (self.graph.edges() + 7) // 8, 255)
        return on, _combined(prop.op, [part[1] for part in known], len(self.graph), 1)

    def _atom_in_states(self, atom: Atom) -> bytes | None:
        if atom not in self._state_vectors:
            if atom.action is not None and self._runs is not None and self._runs.is_next(atom.action):
                self._state_vectors[atom] = chosen().leaving(self.graph.offsets)
            else:
                known = None if self.known is None else self.known.states(atom)
                self._state_vectors[atom] = self._everywhere(atom) if known is None else known
        return self._state_vectors[atom]

    def _everywhere(self, atom: Atom) -> bytes | None:
        """A state atom evaluated in all states: the search asks about nearly all of them, but for ENABLED."""
        if atom.action is not None or len(self.graph) < EVERYWHERE_MIN:
            return None
        test, states = self._test_of(atom), self.states
        try:
            return bytes([test(state, state) for state in map(states.__getitem__, range(len(self.graph)))])
        except EvalError:
            return None

    def _atom_on_steps(self, atom: Atom) -> Vectors | None:
        if atom not in self._step_vectors:
            if atom.action is not None and self._runs is not None and self._runs.is_next(atom.action):
                self._step_vectors[atom] = b"\xff" * ((self.graph.edges() + 7) // 8), bytes(len(self.graph))
            else:
                self._step_vectors[atom] = None if self.known is None else self.known.steps(atom)
        return self._step_vectors[atom]

    # ---- propositions ---------------------------------------------------------------------------------------

    def _state_test(self, prop: Prop) -> StateTest:
        if prop.atom is not None:
            return self._state_atom(prop.atom)
        parts = [self.state(arg) for arg in prop.args]
        if prop.op == "not":
            (only,) = parts
            return lambda s: not only(s)
        if prop.op == "and":
            return lambda s: _every(parts, s)
        return lambda s: _some(parts, s)

    def _step_test(self, prop: Prop) -> StepTest:
        if not prop.is_step:
            in_state = self.state(prop)
            return lambda s, step: in_state(s)
        if prop.atom is not None:
            vectors = self._atom_on_steps(prop.atom)
            if vectors is None:
                return self._step_atom(prop.atom).holds
            (on, own), edges = vectors, self.graph.edges()
            return lambda s, step: bool(bit(on, step) if step < edges else own[s])
        parts = [self.step(arg) for arg in prop.args]
        if prop.op == "not":
            (only,) = parts
            return lambda s, step: not only(s, step)
        if prop.op == "and":
            return lambda s, step: all(part(s, step) for part in parts)
        return lambda s, step: any(part(s, step) for part in parts)

    # ---- atoms ----------------------------------------------------------------------------------------------

    def _state_atom(self, atom: Atom) -> StateTest:
        vector = self._atom_in_states(atom)
        if vector is not None:
            return lambda s: vector[s] == 1
        column = self._columns.setdefault(atom, bytearray(len(self.graph)))
        action, runs = atom.action, self._runs
        if action is not None and runs is not None:
            self._by_action.setdefault(action, {})[False] = atom
        test, states = self._test_of(atom), self.states

        def holds(s: int) -> bool:
            known = column[s]
            if known:
                return known == 2
            if self.eager and action is not None and self._run_action(action, s):
                return column[s] == 2
            try:
                truth = test(states[s], states[s])
            except EvalError:
                self.failure = Failure(atom, s, None)
                raise
            column[s] = 2 if truth else 1
            return truth

        return holds

    def _run_action(self, action: FairAction, s: int) -> bool:
        """Run an action in a state to learn all about it; False when that is not possible."""
        taken = self._by_action.get(action, {}).get(True)
        if taken is None:
            return False
        self._step_atom(taken).fill(s, self.graph.edges() + s)
        return bool(self._columns[self._by_action[action][False]][s])

    def _step_atom(self, atom: Atom) -> _StepAtom:
        known = self._steps.get(atom)
        if known is None:
            known = self._steps[atom] = _StepAtom(self.graph.edges() + len(self.graph))
            known.fill = self._filler(atom, known)
        return known

    def _filler(self, atom: Atom, into: _StepAtom) -> Callable[[int, int], None]:
        """What evaluates the atom over steps."""
        runs, action = self._runs, atom.action
        if runs is None:
            return self._one_by_one(atom, into)
        plain = self._one_by_one(atom, into) if not runs.merged else self._over_merged(atom, into, runs)
        if action is None:
            return plain
        run = runs.targets(action)
        return plain if run is None else self._by_run(atom, into, run, plain)

    def _by_run(
        self,
        atom: Atom,
        into: _StepAtom,
        run: Callable[[State], tuple[bool, set[int]]],
        plain: Callable[[int, int], None],
    ) -> Callable[[int, int], None]:
        """Run the action: all steps out of a state are known at once, and whether the action is enabled."""
        states, graph, edges = self.states, self.graph, self.graph.edges()
        assert atom.action is not None
        by_role = self._by_action.setdefault(atom.action, {})
        by_role[True] = atom

        def fill(s: int, step: int) -> None:
            try:
                enabled, targets = run(states[s])
            except EvalError:  # it may come up on a path that none of the graph's steps takes
                if step < edges:
                    plain(s, step)
                else:
                    into.note(step, False)
                return
            for out in range(graph.offsets[s], graph.offsets[s + 1]):
                into.note(out, graph.targets[out] in targets)
            into.note(edges + s, False)  # the action changes something
            column = self._columns.get(by_role[False]) if False in by_role else None
            if column is not None:
                column[s] = 2 if enabled else 1

        return fill

    def _one_by_one(self, atom: Atom, into: _StepAtom) -> Callable[[int, int], None]:
        test, states, targets, edges = self._test_of(atom), self.states, self.graph.targets, self.graph.edges()

        def fill(s: int, step: int) -> None:
            target = targets[step] if step < edges else s
            try:
                into.note(step, test(states[s], states[target]))
            except EvalError:
                self.failure = Failure(atom, s, target)
                raise

        return fill

    def _over_merged(self, atom: Atom, into: _StepAtom, runs: ActionRuns) -> Callable[[int, int], None]:
        """When a number stands for several states: a step satisfies the atom if a real step that it stands for does."""
        test, states, graph, edges = self._test_of(atom), self.states, self.graph, self.graph.edges()

        def fill(s: int, step: int) -> None:
            state, t = states[s], s
            try:
                actual = runs.actual(state)
                into.note(edges + s, test(state, state))
                for out in range(graph.offsets[s], graph.offsets[s + 1]):
                    t = graph.targets[out]
                    into.note(out, any(test(state, target) for target in actual.get(t, ())))
            except EvalError:
                self.failure = Failure(atom, s, t)
                raise

        return fill


def both(one: bytes | bytearray, other: bytes | bytearray) -> bytes:
    """Bytes that are in both, bit by bit."""
    joined = int.from_bytes(one, "little") & int.from_bytes(other, "little")
    return joined.to_bytes(len(one), "little")


def _combined(op: str, parts: Sequence[bytes], size: int, unit: int) -> bytes:
    """`not`, `and` or `or` of vectors of `size` bytes; a byte that is true is `unit`."""
    if len(parts) == 1 and op != "not":
        return parts[0]
    return chosen().combined(op, parts, size, unit)


def _every(parts: list[StateTest], s: int) -> bool:
    for part in parts:
        if not part(s):
            return False
    return True


def _some(parts: list[StateTest], s: int) -> bool:
    for part in parts:
        if part(s):
            return True
    return False


def atoms_of(prop: Prop) -> Iterable[Atom]:
    """The atoms of a proposition."""
    if prop.atom is not None:
        yield prop.atom
    for arg in prop.args:
        yield from atoms_of(arg)
