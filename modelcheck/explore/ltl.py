"""Temporal formulas taken apart: what a fair cycle must satisfy, and a tableau for the rest.

Takes a formula over atoms with `~ /\\ \\/ [] <>` (`ir/temporal.py`); `goals` gives its disjuncts, each split into

- `often`: propositions p with []<>p;
- `finally_always`: propositions p with <>[]p;
- `pairs`: (p, q) with []<>p => []<>q (strong fairness; one Streett pair each);
- `rest`: what is left, for which `tableau` makes a generalized Büchi automaton.

A proposition is a boolean combination of atoms: no temporal operator in it. The tableau follows Gerth, Peled, Vardi and
Wolper, "Simple on-the-fly automatic verification of linear temporal logic" (PSTV 1995), sections 3 and 4, for the
fragment with `[]` and `<>` only; the split into fairness and rest follows Lichtenstein and Pnueli (POPL 1985).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from modelcheck.errors import EXIT_EVAL_LIVENESS, EvalError
from modelcheck.ir import temporal as tl
from modelcheck.records import dataclass, field

GOALS_MAX = 4096


@dataclass(frozen=True, slots=True)
class Prop:
    """A boolean combination of atoms: `op` is 'atom', 'not', 'and' or 'or'."""

    op: str
    args: tuple[Prop, ...] = ()
    atom: tl.Atom | None = None

    @property
    def is_step(self) -> bool:
        """Whether it speaks of a step (some atom does)."""
        return self.atom.is_step if self.atom is not None else any(a.is_step for a in self.args)

    @property
    def text(self) -> str:
        """Readable text of the combination."""
        if self.atom is not None:
            return self.atom.text
        if self.op == "not":
            return f"~({self.args[0].text})"
        return f" {'/' if self.op == 'and' else chr(92)}{chr(92) if self.op == 'and' else '/'} ".join(
            f"({a.text})" for a in self.args
        )


@dataclass(frozen=True, slots=True)
class Now:
    """A proposition, here and now."""

    prop: Prop


@dataclass(frozen=True, slots=True)
class Junction:
    """Several formulas, joined."""

    items: tuple[Nnf, ...]


@dataclass(frozen=True, slots=True)
class And(Junction):
    """Conjunction."""


@dataclass(frozen=True, slots=True)
class Or(Junction):
    """Disjunction."""


@dataclass(frozen=True, slots=True)
class Modal:
    """One formula, of now and later."""

    arg: Nnf


@dataclass(frozen=True, slots=True)
class Box(Modal):
    """`[]arg`."""


@dataclass(frozen=True, slots=True)
class Diamond(Modal):
    """`<>arg`."""


Nnf: TypeAlias = Now | And | Or | Box | Diamond
TRUE = Prop("and")
FALSE = Prop("or")


# ---- negation normal form -----------------------------------------------------------------------------------


def normal(formula: tl.Temporal, positive: bool = True) -> Nnf:
    """Negation normal form, simplified; propositions are kept whole."""
    match formula:
        case tl.Atom():
            prop = Prop("atom", (), formula)
            return Now(prop if positive else Prop("not", (prop,)))
        case tl.Fair():
            return normal(formula.unfolded, positive)
        case tl.Not():
            return normal(formula.arg, not positive)
        case tl.All() | tl.Any_():
            items = [normal(item, positive) for item in formula.items]
            return conjunction(items) if isinstance(formula, tl.All) is positive else disjunction(items)
        case tl.Always() | tl.Eventually():
            arg = normal(formula.arg, positive)
            return box(arg) if isinstance(formula, tl.Always) is positive else diamond(arg)


def props_of(formula: Nnf) -> Iterator[Prop]:
    """The propositions in a formula."""
    match formula:
        case Now():
            yield formula.prop
        case Junction():
            for item in formula.items:
                yield from props_of(item)
        case Modal():
            yield from props_of(formula.arg)


def conjunction(items: Sequence[Nnf]) -> Nnf:
    """`/\\`, flattened; propositions joined into one."""
    return _join(items, And, "and")


def disjunction(items: Sequence[Nnf]) -> Nnf:
    """`\\/`, flattened; propositions joined into one."""
    return _join(items, Or, "or")


def _join(items: Sequence[Nnf], kind: type[And] | type[Or], op: str) -> Nnf:
    flat: list[Nnf] = []
    for item in items:
        flat.extend(item.items if isinstance(item, kind) else (item,))
    props = [item.prop for item in flat if isinstance(item, Now)]
    rest: list[Nnf] = [item for item in flat if not isinstance(item, Now)]
    unit, zero = (TRUE, FALSE) if op == "and" else (FALSE, TRUE)
    props = [p for p in dict.fromkeys(props) if p != unit]
    if zero in props:
        return Now(zero)
    if props:
        rest.insert(0, Now(props[0] if len(props) == 1 else Prop(op, tuple(props))))
    if not rest:
        return Now(unit)
    rest = list(dict.fromkeys(rest))
    return rest[0] if len(rest) == 1 else kind(tuple(rest))


def box(arg: Nnf) -> Nnf:
    """`[]arg`, pushed through `/\\`, `[][]` and `[]<>[]`."""
    if isinstance(arg, And):
        return conjunction([box(item) for item in arg.items])
    if isinstance(arg, Box) or (isinstance(arg, Diamond) and isinstance(arg.arg, Box)):
        return arg
    if arg in (Now(TRUE), Now(FALSE)):
        return arg
    return Box(arg)


def diamond(arg: Nnf) -> Nnf:
    """`<>arg`, pushed through `\\/`, `<><>` and `<>[]<>`."""
    if isinstance(arg, Or):
        return disjunction([diamond(item) for item in arg.items])
    if isinstance(arg, Diamond) or (isinstance(arg, Box) and isinstance(arg.arg, Diamond)):
        return arg
    if arg in (Now(TRUE), Now(FALSE)):
        return arg
    return Diamond(arg)


# ---- goals --------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Goal:
    """One disjunct: a behavior satisfies it iff it satisfies all four parts."""

    often: list[Prop] = field(default_factory=list)
    finally_always: list[Prop] = field(default_factory=list)
    pairs: list[tuple[Prop, Prop]] = field(default_factory=list)
    rest: list[Nnf] = field(default_factory=list)

    def copy(self) -> Goal:
        """An independent copy."""
        return Goal(list(self.often), list(self.finally_always), list(self.pairs), list(self.rest))


def goals(formula: Nnf) -> list[Goal]:
    """The disjuncts of a formula, their parts in the order of the conjuncts. `EvalError` E011: there are too many."""
    done: list[Goal] = []
    open_: list[tuple[Goal, list[Nnf]]] = [(Goal(), [formula])]
    while open_:
        goal, pending = open_.pop()
        while pending:
            item = pending.pop()
            if isinstance(item, And):
                pending.extend(reversed(item.items))
            elif not _place(item, goal) and isinstance(item, Or):
                first, *others = item.items
                for other in others:
                    open_.append((goal.copy(), [*pending, other]))
                pending.append(first)
                if len(open_) + len(done) > GOALS_MAX:
                    text = f"the property and the fairness conditions have over {GOALS_MAX} cases"
                    raise EvalError("E011", text, exit_code=EXIT_EVAL_LIVENESS)
        done.append(goal)
    return done


def _place(item: Nnf, goal: Goal) -> bool:
    """Put one conjunct where it belongs; False for a disjunction that must be split."""
    match item:
        case Box(Diamond(Now(prop))):
            goal.often.append(prop)
        case Diamond(Box(Now(prop))):
            goal.finally_always.append(prop)
        case Or():
            return _place_or(item, goal)
        case _:
            goal.rest.append(item)
    return True


def _place_or(item: Or, goal: Goal) -> bool:
    often = [arm.arg.arg.prop for arm in item.items if _is_often(arm)]  # type: ignore[union-attr]
    always = [arm.arg.arg.prop for arm in item.items if _is_finally_always(arm)]  # type: ignore[union-attr]
    if len(often) + len(always) != len(item.items) or len(always) > 1:
        return False
    q = often[0] if len(often) == 1 else Prop("or", tuple(often))
    if always:
        goal.pairs.append((negation(always[0]), q))
    else:
        goal.often.append(q)
    return True


def _is_often(arm: Nnf) -> bool:
    return isinstance(arm, Box) and isinstance(arm.arg, Diamond) and isinstance(arm.arg.arg, Now)


def _is_finally_always(arm: Nnf) -> bool:
    return isinstance(arm, Diamond) and isinstance(arm.arg, Box) and isinstance(arm.arg.arg, Now)


def negation(prop: Prop) -> Prop:
    """`~prop`."""
    return prop.args[0] if prop.op == "not" else Prop("not", (prop,))


# ---- tableau ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Node:
    """A state of the automaton: `props` must hold here, `later` from the next position on; `owed` is put off."""

    props: tuple[Prop, ...]
    later: tuple[Nnf, ...]
    owed: tuple[Nnf, ...]


@dataclass(slots=True)
class Tableau:
    """A generalized Büchi automaton. `accepting[k]`: nodes one of which a run must visit infinitely often."""

    nodes: list[Node]
    initial: list[int]
    successors: list[list[int]]
    accepting: list[frozenset[int]]


def tableau(formulas: Sequence[Nnf]) -> Tableau:
    """The automaton of a conjunction; of nothing: one node that always holds."""
    numbers: dict[Node, int] = {}
    nodes: list[Node] = []
    known: dict[tuple[Nnf, ...], list[int]] = {}

    def number(node: Node) -> int:
        if node not in numbers:
            numbers[node] = len(nodes)
            nodes.append(node)
        return numbers[node]

    def ways(pending: tuple[Nnf, ...]) -> list[int]:
        if pending not in known:
            known[pending] = list(dict.fromkeys(number(node) for node in _expand(pending)))
        return known[pending]

    initial = ways(tuple(dict.fromkeys(formulas)))
    successors: list[list[int]] = []
    while len(successors) < len(nodes):
        successors.append(ways(nodes[len(successors)].later))
    owed = list(dict.fromkeys(f for node in nodes for f in node.owed))
    accepting = [frozenset(i for i, node in enumerate(nodes) if f not in node.owed) for f in owed]
    return Tableau(nodes, initial, successors, accepting)


def _expand(pending: tuple[Nnf, ...]) -> Iterator[Node]:
    """The ways to satisfy formulas at one position (GPVW, figure 1). Sets are dictionaries, to keep their order."""
    stack: list[tuple[list[Nnf], set[Nnf], dict[Prop, None], dict[Nnf, None], dict[Nnf, None]]] = [
        (list(reversed(pending)), set(), {}, {}, {})
    ]
    while stack:
        new, old, props, later, owed = stack.pop()
        while new:
            item = new.pop()
            if item in old:
                continue
            old.add(item)
            match item:
                case Now():
                    if item.prop == FALSE:
                        break
                    if item.prop != TRUE:
                        props[item.prop] = None
                case And():
                    new.extend(reversed(item.items))
                case Or():
                    first, *others = item.items
                    for other in reversed(others):
                        stack.append(([*new, other], set(old), dict(props), dict(later), dict(owed)))
                    new.append(first)
                case Box():
                    later[item] = None
                    new.append(item.arg)
                case Diamond():
                    put_off = {**later, item: None}, {**owed, item: None}
                    stack.append((list(new), set(old), dict(props), *put_off))
                    new.append(item.arg)
        else:
            yield Node(tuple(props), tuple(later), tuple(owed))
