"""States explored by the native evaluator: what `engine.tables.Tables` is to a search by lookup, without tables.

`NativeModel` is a model lowered for the evaluator: its next-state relation, its predicates taken apart into conjuncts,
what tells states apart. `NativeTables` has the face that `explore/lookup.py` needs, over `core.walk`. A state where the
evaluator has no answer, or where something is wrong, is left to the closures. What cannot be lowered raises
`Unsuitable`; where most states are left to the closures, `GiveUp`.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from time import monotonic, thread_time
from typing import Any

from modelcheck.core.walk import (
    ASK,
    CONSTRAINTS,
    DONE,
    INITIAL_PROPERTIES,
    INVARIANTS,
    MEMORY,
    PAUSE,
    STEP_CONSTRAINTS,
    STEP_PROPERTIES,
    STOPPED,
    Walk,
)
from modelcheck.engine.closures import ClosureEngine
from modelcheck.engine.filler import Keys
from modelcheck.engine.native import NativeProgram, Unknown
from modelcheck.engine.native import Unsuitable as NotLowered
from modelcheck.engine.native import load as load_native
from modelcheck.engine.places import GiveUp
from modelcheck.engine.protocol import Predicate, State, Value
from modelcheck.engine.slots import Field, FnNode, Leaf, Part, SetNode, Unsuitable
from modelcheck.engine.tables import Tables
from modelcheck.errors import EvalError
from modelcheck.explore.bfs import Task
from modelcheck.explore.given import given
from modelcheck.explore.graph import Graph
from modelcheck.ir import flow, ops
from modelcheck.ir.lower import Lowering

SLICE_S = 0.2  # seconds between looks at the clock and for Ctrl-C
UNKNOWN_MAX = 200  # states without an answer …
UNKNOWN_SHARE = 0.9  # … and the share of them among all, beyond which the closures go on alone
#: What says that a model is none for the evaluator.
REFUSED = (Unsuitable, NotLowered, Unknown, EvalError, RecursionError)
_ENDS = {DONE: "done", PAUSE: "pause", ASK: "error", MEMORY: "memory"}
_REPEATED_MAX = 200_000  # values whose ids are remembered here
_AT_ONCE = 0  # for tests: several workers from the beginning on, and so many states at a time


def available() -> bool:
    """Whether the native evaluator was built."""
    return load_native() is not None


class NativeModel:
    """A model and a task, lowered. Raises `Unsuitable`."""

    def __init__(self, engine: ClosureEngine, task: Task) -> None:
        self.engine = engine
        self.task = task
        self.program = NativeProgram(engine)
        self.view = _view(engine, task)
        self.next = self.program.add_tree(engine.next_tree)
        self.init: int | None = None
        self.pieces = [
            (kind, number, *self._piece(part))
            for kind, predicates in (
                (INVARIANTS, task.invariants),
                (CONSTRAINTS, task.constraints),
                (INITIAL_PROPERTIES, task.init_properties),
                (STEP_PROPERTIES, task.step_properties),
                (STEP_CONSTRAINTS, task.action_constraints),
            )
            for number, predicate in enumerate(predicates)
            for part in self._conjuncts(predicate)
        ]
        model = engine.model
        self.given = given(model.inits, [predicate.expr for predicate in task.invariants], model.replaced)
        if self.view is not None:
            self._view_formula = self.program.add_formula(engine.formula(self.view))
        for permutation in task.symmetry:
            self.program.add_permutation(permutation)
        self.program.finish()
        self._ids: dict[Value, int] = {}
        self._values: dict[int, Value] = {}

    def _conjuncts(self, predicate: Predicate) -> Iterator[ops.Formula]:
        formula = self.engine.formula(predicate.expr)
        for op in conjuncts(formula.body):
            if self.engine.shared.facts(op).impure:
                raise Unsuitable(f"{predicate.name} asks how the run stands, or draws at random")
            yield ops.Formula(op, formula.frame_size)

    def _piece(self, formula: ops.Formula) -> tuple[int, list[int], list[int]]:
        current, target = Reads(len(self.engine.variables)).of(formula.body)
        return self.program.add_formula(formula), current, target

    def lower_init(self) -> int:
        """The tree of the initial states."""
        if self.init is None:
            tree = Lowering(self.engine.shared, "init").actions.init_tree(self.engine.model.inits)
            self.init = self.program.add_tree(tree)
            self.program.finish()
        return self.init

    def walk(self, sample: Sequence[Sequence[int]], keep_edges: bool, trusted: bool) -> Walk:
        """A search that begins with no state. `sample`: rows like those to come; `trusted`: see `Walk`."""
        engine, task = self.engine, self.task
        actions = len(engine.next_tree.labels)
        walk = Walk(self.program, len(engine.variables), self.next, actions, task.check_deadlock, keep_edges, trusted)
        for piece in self.pieces:
            walk.add(*piece)
        for number, follows in enumerate(self.given):
            if follows:
                walk.given(number)
        if self.view is not None and task.symmetry:
            walk.by_least(self._view_formula, len(task.symmetry))
        elif self.view is not None:
            walk.by_view(self._view_formula)
        elif task.symmetry:
            walk.by_orbit(len(task.symmetry), sample)
        return walk

    def keys(self, sample: Sequence[Sequence[int]]) -> Keys | None:
        """What tells states apart, where they themselves do not. `sample`: rows like those to come."""
        if self.task.identity is None:
            return None
        walk = self.walk(sample, False, False)
        return Keys(walk, lambda state: _key(self, walk, self.row(state), state))

    def row(self, state: State) -> list[int]:
        """The ids of a state's values."""
        ids, found = self._ids, []
        for v in state:
            number = ids.get(v)
            if number is None:
                number = self.program.id_of(v)
                if len(ids) > _REPEATED_MAX:
                    ids.clear()
                ids[v] = number
            found.append(number)
        return found

    def state(self, row: Sequence[int]) -> State:
        """The state with these ids."""
        values, found = self._values, []
        for number in row:
            v = values.get(number)
            if v is None:
                v = self.program.value_of(number)
                if len(values) > _REPEATED_MAX:
                    values.clear()
                values[number] = v
            found.append(v)
        return tuple(found)


def few_initial(engine: ClosureEngine, most: int, seconds: float) -> bool:
    """False where the evaluator finds more than so many initial states, or takes longer to find them."""
    tree = Lowering(engine.shared, "init").actions.init_tree(engine.model.inits)
    if not _chooses(tree.root):
        return True
    try:
        program = NativeProgram(engine)
        number = program.add_tree(tree)
    except REFUSED:
        return True
    walk = Walk(program, len(engine.variables), number, 0, False, False, False)
    code = walk.few(number, most, seconds)
    walk.close()
    return code != PAUSE


def _chooses(root: flow.Node) -> bool:
    """Whether more than a few states may come of a tree."""
    choosing = flow.AssignIn | flow.AssignOrTest | flow.ForEach | flow.CallNode
    return any(isinstance(node, choosing) for node in flow.each_node(root))


class NativeTables:
    """What has been found so far, and the evaluator that goes on from there."""

    name = "native (C)"

    def __init__(self, model: NativeModel, keep_going: bool, workers: int = 1) -> None:
        if keep_edges_are_unclear(model.task):
            raise Unsuitable("which steps are kept depends on constraints and on what tells states apart")
        self.model = model
        self.trusted = not keep_going
        self.workers = workers
        self.pace = _NoPace()
        self.core: Walk
        self.asked = 0  # states left to the closures
        self.clock: Callable[[], float] = thread_time if workers == 1 else monotonic
        self.seconds = 0.0  # by the clock
        self.go_on: Callable[[], bool] | None = None  # asked a few times a second while initial states are found

    # ---- beginning ------------------------------------------------------------------------------------------

    def load(self, states: Sequence[State], parents: Sequence[int], graph: Graph | None) -> None:
        """Take over states with their parents, and the graph of those explored. Raises Unsuitable."""
        rows = array("I")
        for state in states:
            rows.extend(self.model.row(state))
        self.load_rows(rows, array("q", parents), graph)

    def load_rows(self, rows: array[int], parents: array[int], graph: Graph | None) -> None:
        """The same of rows of ids, one after the other."""
        width = len(self.model.engine.variables)
        every = max(1, len(parents) // 50) * width
        self.core = self._walk([rows[at : at + width] for at in range(0, len(rows), every)])
        at = self.core.load(rows, parents)
        for number in range(at, len(parents)):
            row = rows[number * width : (number + 1) * width]
            key = _key(self.model, self.core, row, self.model.state(row))
            if self.core.insert(row, key, parents[number]) != number:
                raise Unsuitable("states are told apart in another way")
        if graph is not None:
            self.core.load_edges(graph.offsets, graph.targets)

    def begin(self) -> bool | None:
        """Find all initial states; False where the closures have to. None: `go_on` said no; what was found stays."""
        tree = self.model.lower_init()
        self.core = self._walk([])
        began = self.clock()
        code = self.core.initial(tree, self.go_on, SLICE_S)
        self.seconds += self.clock() - began
        if code == MEMORY:
            raise MemoryError
        return None if code == STOPPED else code == DONE

    def _walk(self, sample: Sequence[Sequence[int]]) -> Walk:
        walk = self.model.walk(sample, self.model.task.keep_graph, self.trusted)
        if self.workers > 1:
            walk.workers(self.workers, _AT_ONCE)
        return walk

    # ---- states ---------------------------------------------------------------------------------------------

    @property
    def identity(self) -> Callable[[State], tuple[int, ...]] | None:
        """What tells states apart here, where that is not the state itself."""
        return None if self.model.task.identity is None else self.key

    def key(self, state: State) -> tuple[int, ...]:
        """What tells a state from others."""
        return _key(self.model, self.core, self.model.row(state), state)

    def insert(self, state: State, parent: int) -> None:
        """Put a state that the closures have looked at."""
        self.core.insert(self.model.row(state), self.key(state), parent)

    def find(self, state: State) -> int | None:
        """The number of a state, if it has been found."""
        return self.find_key(self.key(state))

    def find_key(self, key: Sequence[int]) -> int | None:
        """The number of the state with a key."""
        number = self.core.find(key)
        return None if number < 0 else number

    def state(self, index: int) -> State:
        """A state by its number."""
        return self.model.state(self.core.state(index))

    def some_rows(self, most: int) -> Iterator[array[int]]:
        """The ids of the values of all states, of so many states at a time."""
        count = self.core.numbers()["distinct"]
        for at in range(0, count, most):
            yield self.core.rows(at, min(most, count - at))

    # ---- the search -----------------------------------------------------------------------------------------

    def run(self, pause_at: int) -> str:
        """Search on: 'done', 'pause', 'memory', or 'error' where the closures should look at a state. Raises GiveUp."""
        began = self.clock()
        code = self.core.run(pause_at, SLICE_S)
        self.seconds += self.clock() - began
        if code == ASK:
            self.asked += 1
            numbers = self.core.numbers()
            all_of_them = numbers["unknown"] + numbers["explored"]
            if numbers["unknown"] > max(UNKNOWN_MAX, UNKNOWN_SHARE * all_of_them):
                raise GiveUp(f"the native evaluator does not know {numbers['unknown']} of {all_of_them} states")
        return _ENDS[code]

    # ---- what is asked afterwards ---------------------------------------------------------------------------

    def actions_taken(self) -> dict[int, int]:
        """How often each action was taken."""
        return self.core.taken()

    def excluding(self) -> set[Any]:
        """`holds` of the constraints that were the first false one of some state or step."""
        task = self.model.task
        kinds = ((CONSTRAINTS, task.constraints), (STEP_CONSTRAINTS, task.action_constraints))
        return {p.holds for kind, found in kinds for k, p in enumerate(found) if self.core.excluding(kind, k)}


class _NoPace:
    """There is nothing to judge: the evaluator is quicker than the closures wherever it knows the answer."""

    closures: float | None = None
    misses = 0
    seconds = 0.0


def keep_edges_are_unclear(task: Task) -> bool:
    """With a view or symmetry, a step outside a constraint may lead to what stands for another state."""
    return task.keep_graph and task.identity is not None and bool(task.constraints or task.action_constraints)


def _view(engine: ClosureEngine, task: Task) -> Any:
    view = getattr(engine.model, "view", None)
    if task.identity is not None and view is None and not task.symmetry:
        raise Unsuitable("states are told apart by something unknown")
    return view


def _key(model: NativeModel, walk: Walk, row: Sequence[int], state: State) -> tuple[int, ...]:
    key = walk.key(row)
    if key is None:  # the view's value is asked of the closures
        assert model.view is not None and model.task.identity is not None
        return (model.program.id_of(model.task.identity(state)),)
    return key


def conjuncts(op: ops.Op) -> Iterator[ops.Op]:
    """The parts of a conjunction, left to right, that are evaluated each on its own."""
    match op:
        case ops.And():
            for item in op.items:
                yield from conjuncts(item)
        case ops.Clear():
            for item in conjuncts(op.body):
                yield ops.Clear(op.slots, item, span=item.span)
        case _:
            yield op


class Reads:
    """Which variables an op reads, of `width` ones."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.current: set[int] = set()
        self.target: set[int] = set()
        self._seen: set[int] = set()

    def of(self, op: ops.Op) -> tuple[list[int], list[int]]:
        """Those of the current and of the next state, in order."""
        self._look(op)
        return sorted(self.current), sorted(self.target)

    def _look(self, op: ops.Op) -> None:
        stack = [op]
        while stack:
            op = stack.pop()
            if id(op) in self._seen:
                continue
            self._seen.add(id(op))
            match op:
                case ops.Var():
                    self.current.add(op.index)
                case ops.Next():
                    self.target.add(op.index)
                case ops.Enabled():
                    self.current.update(range(self.width))
                    if op.primed:
                        self.target.update(range(self.width))
                case ops.Composed():
                    self.current.update(range(self.width))
                    self.target.update(range(self.width))
                case ops.Call() if op.proc.body is not None:
                    stack.append(op.proc.body)
            stack.extend(op.children())


def rows_of(tables: Tables, model: NativeModel) -> array[int]:
    """The ids of the values of all states that tables have found, a row each, one after the other."""
    if tables.filler is not None and tables.filler.program is model.program:
        return tables.filler.rows()
    layout, core = tables.layout, tables.core
    rows = array("I")
    columns = [_Column(tables, v, model) for v in range(len(layout.roots))]
    for i in range(core.numbers()["distinct"]):
        words = core.state(i)
        rows.extend([column.id_of(words) for column in columns])
    return rows


class _Column:
    """The ids of one variable's values by the bits that hold them."""

    def __init__(self, tables: Tables, variable: int, model: NativeModel) -> None:
        self._layout = tables.layout
        self._part = tables.layout.roots[variable]
        self._model = model
        self._known: dict[Any, int] = {}
        masks: dict[int, int] = {}
        for place in fields_of(self._part):
            masks[place.word] = masks.get(place.word, 0) | ((1 << place.width) - 1) << place.shift
        self._masks = list(masks.items())

    def id_of(self, words: Sequence[int]) -> int:
        """The id in a state."""
        key = tuple([words[word] & mask for word, mask in self._masks])
        known = self._known.get(key)
        if known is None:
            value = self._layout.value(self._part, words)
            known = self._known[key] = self._model.program.id_of(value)
        return known


def fields_of(part: Part) -> Iterator[Field]:
    """The fields of a part of the layout."""
    match part:
        case Leaf():
            yield part.place
        case FnNode():
            for inner in part.parts:
                yield from fields_of(inner)
        case SetNode():
            yield from part.bits
