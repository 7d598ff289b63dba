"""Action trees: how a step, or an initial state, is built. Each node's docstring is its meaning.

Made by `ir/actions.py` from the resolved tree; read by the engines. A tree is in continuation form: a node does its
part and goes on with `then`. Running one takes a frame (`ir/ops.py`) with a state (none for an initial predicate),
explores every path, left to right, and gives a step at each `Emit` it comes to. Nodes may be shared (a continuation
reached on several ways is one object), so a tree is a DAG, and through `AgainFor` and `Return` it may come back to
where it was.

Refuses while running: a test that is not boolean (E009), a variable without a value at an `Emit` (E008), and whatever
its expressions refuse. What lowering found that cannot be evaluated is an `ops.Fail` in some expression.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from modelcheck.ir.ops import Binder, Op
from modelcheck.records import dataclass, field
from modelcheck.source import Span


@dataclass(eq=False, slots=True, kw_only=True)
class Node_:
    """Any node of an action tree."""

    span: Span | None = None


@dataclass(eq=False, slots=True)
class Guard(Node_):
    """Goes on iff `test` is TRUE."""

    test: Op
    then: Node


@dataclass(eq=False, slots=True)
class Assign(Node_):
    """Gives variable `index` the value of `expr`, then goes on."""

    index: int
    name: str
    expr: Op
    then: Node


@dataclass(eq=False, slots=True)
class AssignIn(Node_):
    """Gives variable `index` each element of the set `expr` in turn, and goes on with each."""

    index: int
    name: str
    expr: Op
    then: Node


@dataclass(eq=False, slots=True)
class AssignOrTest(Node_):
    """Where it is known only while running whether the variable has a value: assigns, or tests `=` / `\\in`."""

    index: int
    name: str
    expr: Op
    is_in: bool
    then: Node


@dataclass(eq=False, slots=True)
class Branch(Node_):
    """Every arm, in order."""

    arms: tuple[Node, ...]


@dataclass(eq=False, slots=True)
class ForEach(Node_):
    """Goes on once for every combination of elements of the binders' domains."""

    binders: tuple[Binder, ...]
    then: Node


@dataclass(eq=False, slots=True)
class AllOf(Node_):
    """`\\A x \\in S : A` as an action: `body` for the first element, then for the second, …, then `then`.

    `state_slot` holds the elements still to do; `body` ends in the `AgainFor` of this loop. `again`: what is done for
    the second element and those after it, if that is not just `body`.
    """

    binders: tuple[Binder, ...]
    state_slot: int
    body: Node | None
    then: Node
    again: Node | None = None


@dataclass(eq=False, slots=True)
class AgainFor(Node_):
    """The end of the body of an `AllOf`: its next element, or what follows it."""

    loop: AllOf


@dataclass(eq=False, slots=True)
class IfComplete(Node_):
    """`yes` when every variable of the state being built has a value by now (known only while running), else `no`."""

    yes: Node
    no: Node


@dataclass(eq=False, slots=True)
class ActionProc:
    """A RECURSIVE operator as an action: a body over parameter slots, whose paths end in `Return`.

    Each call gets a frame of its own; `back_slot` of it holds where the call goes on.
    """

    name: str
    slots: tuple[int, ...]
    back_slot: int
    body: Node | None = None
    span: Span | None = None


@dataclass(eq=False, slots=True)
class CallNode(Node_):
    """Runs the body of `proc` with the arguments, unevaluated, and goes on with `then` at each of its returns."""

    proc: ActionProc
    args: tuple[Op, ...]
    then: Node


@dataclass(eq=False, slots=True)
class Return(Node_):
    """The end of a path of a procedure: what follows the call."""

    proc: ActionProc


@dataclass(eq=False, slots=True)
class IfNode(Node_):
    """One of two trees, as the condition says."""

    condition: Op
    then: Node
    otherwise: Node


@dataclass(eq=False, slots=True)
class CaseNode(Node_):
    """The tree of the first arm whose guard is TRUE (E006 without one)."""

    arms: tuple[tuple[Op, Node], ...]
    other: Node | None


@dataclass(eq=False, slots=True)
class ClearNode(Node_):
    """Clears lazy slots, then goes on."""

    slots: tuple[int, ...]
    then: Node


@dataclass(eq=False, slots=True)
class Compose(Node_):
    """`A \\cdot B`: `first` builds a state in between, at each of its `Middle`s `second` goes on from there.

    `slot` keeps the current and the next state meanwhile.
    """

    slot: int
    first: Node | None = None
    second: Node | None = None


@dataclass(eq=False, slots=True)
class Middle(Node_):
    """The state in between is complete (unless variables are `missing`): `second` begins there."""

    compose: Compose
    missing: tuple[str, ...] = ()


@dataclass(eq=False, slots=True)
class Resume(Node_):
    """`second` is done: back to the state that the step began in."""

    compose: Compose
    then: Node


@dataclass(eq=False, slots=True)
class Emit(Node_):
    """A step (or an initial state) is complete. `action` is an index into the unit's actions.

    `missing`: variables without a value on every path to here (E008). `maybe`: those that may lack one, to be
    looked at while running. `args`: the action's parameters; `name`: its name. None of it matters in `ENABLED`.
    """

    action: int
    args: tuple[Op, ...] = ()
    missing: tuple[str, ...] = ()
    maybe: tuple[int, ...] = ()
    name: str = ""


Node: TypeAlias = (
    Guard | Assign | AssignIn | AssignOrTest | Branch | ForEach | AllOf | AgainFor | IfNode | CaseNode | ClearNode
    | Emit | Compose | Middle | Resume | IfComplete | CallNode | Return
)  # fmt: skip


def following(node: Node) -> tuple[Node, ...]:
    """The nodes that a node can go on with directly, in order (a loop's end, and a return, go on nowhere new)."""
    match node:
        case Emit() | AgainFor() | Middle() | Return():
            return ()
        case IfComplete():
            return (node.yes, node.no)
        case Branch():
            return node.arms
        case IfNode():
            return (node.then, node.otherwise)
        case CaseNode():
            return (*(then for _, then in node.arms), *(() if node.other is None else (node.other,)))
        case AllOf():
            return tuple(part for part in (node.body, node.again, node.then) if part is not None)
        case Compose():
            return tuple(part for part in (node.first, node.second) if part is not None)
        case _:
            return (node.then,)


def each_node(root: Node, below: Callable[[Node], Iterable[Node]] = following) -> Iterator[Node]:
    """Every node of a tree, once: a node before what it goes on with (`below`); of that, the last first."""
    seen: set[int] = set()
    stack: list[Node] = [root]
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        stack += below(node)


@dataclass(eq=False, slots=True)
class ActionTree:
    """A whole action: its tree, the names of its subactions with their parameters, and the size of its frame."""

    root: Node
    labels: list[tuple[str, tuple[str, ...], Span | None]] = field(default_factory=list)
    frame_size: int = 0
    is_init: bool = False
