"""Why a lasso is a counterexample: where the property fails on it, and what keeps each fairness condition satisfied.

Takes the states of a lasso and formulas over atoms; a formula is evaluated at every position of the infinite behavior
stem cycle cycle … from the definitions of `[]` and `<>`. States are named by their number in the output, from 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from modelcheck.engine.protocol import State
from modelcheck.explore.lasso import Lasso
from modelcheck.explore.truths import AtomTest
from modelcheck.ir import temporal as tl
from modelcheck.records import dataclass

TEXT_MAX = 120


@dataclass(frozen=True, slots=True)
class Condition:
    """A fairness condition that a counterexample satisfies: `WF` or `SF`, its action, and how it is satisfied.

    `kind` is empty for a condition of another form; `action` is then the formula.
    """

    kind: str
    action: str
    why: str

    @property
    def text(self) -> str:
        """In one line."""
        return f"{self.kind} of {self.action}: {self.why}" if self.kind else f"{self.action}: {self.why}"


@dataclass(frozen=True, slots=True)
class Reasons:
    """`property`: where it fails, in words (may be empty); `fairness`: each condition of the specification."""

    property: tuple[str, ...]
    fairness: tuple[Condition, ...]


class OnLasso:
    """Formulas evaluated on one lasso."""

    def __init__(self, lasso: Lasso, states: Sequence[State], test_of: Callable[[tl.Atom], AtomTest]) -> None:
        self.states = [states[n] for n in (*lasso.stem, *lasso.cycle[1:])]
        self.loop = len(lasso.stem) - 1
        self._test_of = test_of
        self._known: dict[tl.Temporal, list[bool]] = {}

    @property
    def stops(self) -> bool:
        """Whether the cycle is one state."""
        return self.loop == len(self.states) - 1

    def after(self, i: int) -> int:
        """The position after i."""
        return i + 1 if i + 1 < len(self.states) else self.loop

    def from_(self, i: int) -> range:
        """The positions that come at i or later."""
        return range(min(i, self.loop), len(self.states))

    def holds(self, formula: tl.Temporal, i: int = 0) -> bool:
        """Whether the formula is true of the behavior from position i on."""
        known = self._known.get(formula)
        if known is None:
            known = self._known[formula] = self._everywhere(formula)
        return known[i]

    def _everywhere(self, formula: tl.Temporal) -> list[bool]:
        positions = range(len(self.states))
        match formula:
            case tl.Atom():
                test = self._test_of(formula)
                return [test(self.states[i], self.states[self.after(i) if formula.is_step else i]) for i in positions]
            case tl.Not():
                return [not self.holds(formula.arg, i) for i in positions]
            case tl.All():
                return [all(self.holds(item, i) for item in formula.items) for i in positions]
            case tl.Any_():
                return [any(self.holds(item, i) for item in formula.items) for i in positions]
            case tl.Always():
                return [all(self.holds(formula.arg, j) for j in self.from_(i)) for i in positions]
            case tl.Eventually():
                return [any(self.holds(formula.arg, j) for j in self.from_(i)) for i in positions]
            case tl.Fair():
                return self._everywhere(formula.unfolded)


def reasons_for(
    lasso: Lasso,
    states: Sequence[State],
    fairness: Sequence[tl.Temporal],
    formula: tl.Temporal,
    test_of: Callable[[tl.Atom], AtomTest],
) -> tuple[Reasons, bool]:
    """Why the lasso violates the formula and is fair; and whether it does and is, evaluated again from scratch."""
    word = OnLasso(lasso, states, test_of)
    genuine = not word.holds(formula) and all(word.holds(condition) for condition in fairness)
    conditions = tuple(_condition(fair, word) for fair in _conditions(fairness))
    return Reasons(tuple(_false(formula, 0, word)) if genuine else (), conditions), genuine


# ---- fairness -----------------------------------------------------------------------------------------------


def _conditions(fairness: Sequence[tl.Temporal]) -> Iterator[tl.Temporal]:
    for formula in fairness:
        if isinstance(formula, tl.All):
            yield from _conditions(formula.items)
        else:
            yield formula


def _condition(fair: tl.Temporal, word: OnLasso) -> Condition:
    if not isinstance(fair, tl.Fair):
        return Condition("", _short(_words(fair)), "true")
    cycle = word.from_(word.loop)
    off = [i for i in cycle if not word.holds(fair.enabled, i)]
    taken = next((i for i in cycle if word.holds(fair.taken, i)), None)
    if len(off) == len(cycle):
        why = f"disabled in state {off[0] + 1}" if len(cycle) == 1 else "never enabled in the cycle"
    elif taken is not None:
        why = f"taken from state {taken + 1} to state {word.after(taken) + 1}"
    elif off:
        why = f"disabled in state {off[0] + 1}"
    else:
        why = "enabled in every state of the cycle and never taken"  # seen only under symmetry and views
    return Condition(fair.kind, _short(fair.text), why)


# ---- the property -------------------------------------------------------------------------------------------


def _false(formula: tl.Temporal, i: int, word: OnLasso) -> Iterator[str]:
    """Why the formula is false at position i."""
    match formula:
        case tl.Fair():
            taken = f"<<{_short(formula.text)}>>"
            if word.stops:
                yield f"{taken} is enabled in state {word.loop + 1}, the last, and never taken"
            elif formula.kind == "WF":
                yield f"{taken} is enabled in every state of the cycle and never taken"
            else:
                yield f"{taken} is enabled again and again and never taken"
        case tl.Any_((tl.Not(antecedent), consequent)):
            yield from _true(antecedent, i, word)
            yield from _false(consequent, i, word)
        case tl.Any_():
            for item in formula.items:
                yield from _false(item, i, word)
        case tl.All():
            yield from _false(next(item for item in formula.items if not word.holds(item, i)), i, word)
        case tl.Always(tl.Eventually(arg)):
            if word.stops:
                yield f"{_words(arg)} is false in state {word.loop + 1}, the last"
            else:
                yield f"{_words(arg)} is true in no {_place(arg)} of the cycle"
        case tl.Eventually(tl.Always(arg)):
            j = next(j for j in word.from_(word.loop) if not word.holds(arg, j))
            where = ", the last" if word.stops else " of the cycle, so again and again"
            yield f"{_words(arg)} is false in state {j + 1}{where}"
        case tl.Always(arg):
            yield from _false(arg, next(j for j in _in_order(i, word) if not word.holds(arg, j)), word)
        case tl.Eventually(arg):
            yield f"{_words(arg)} is true in no {_place(arg)} from state {i + 1} on"
        case tl.Not(arg):
            yield from _true(arg, i, word)
        case tl.Atom():
            yield f"{_words(formula)} is false in {_where(formula, i, word)}"


def _true(formula: tl.Temporal, i: int, word: OnLasso) -> Iterator[str]:
    """Why the formula is true at position i."""
    match formula:
        case tl.Any_():
            yield from _true(next(item for item in formula.items if word.holds(item, i)), i, word)
        case tl.All():
            for item in formula.items:
                yield from _true(item, i, word)
        case tl.Not(arg):
            yield from _false(arg, i, word)
        case tl.Eventually(tl.Atom() as atom):
            j = next(j for j in _in_order(i, word) if word.holds(atom, j))
            yield f"{_words(atom)} is true in {_where(atom, j, word)}"
        case tl.Atom():
            yield f"{_words(formula)} is true in {_where(formula, i, word)}"
        case _:
            yield f"{_words(formula)} is true from state {i + 1} on"


def _in_order(i: int, word: OnLasso) -> Iterator[int]:
    """Positions from i on, as the behavior meets them."""
    yield from range(i, len(word.states))
    yield from range(word.loop, min(i, len(word.states)))


def _where(atom: tl.Atom, i: int, word: OnLasso) -> str:
    return f"the step from state {i + 1} to state {word.after(i) + 1}" if atom.is_step else f"state {i + 1}"


def _place(formula: tl.Temporal) -> str:
    return "step" if isinstance(formula, tl.Atom) and formula.is_step else "state"


def _words(formula: tl.Temporal) -> str:
    """The formula as text."""
    match formula:
        case tl.Atom():
            return _short(formula.text)
        case tl.Fair():
            return f"{formula.kind} of {_short(formula.text)}"
        case tl.Not():
            return f"~({_words(formula.arg)})"
        case tl.Always():
            return f"[]({_words(formula.arg)})"
        case tl.Eventually():
            return f"<>({_words(formula.arg)})"
        case tl.All():
            return " /\\ ".join(f"({_words(item)})" for item in formula.items) or "TRUE"
        case tl.Any_((tl.Not(antecedent), consequent)):
            return f"({_words(antecedent)}) => ({_words(consequent)})"
        case tl.Any_():
            return " \\/ ".join(f"({_words(item)})" for item in formula.items) or "FALSE"


def _short(text: str) -> str:
    return text if len(text) <= TEXT_MAX else text[: TEXT_MAX - 1] + "…"
