"""A Hypothesis state machine made from a spec: an implementation is driven through the spec's steps, and compared.

Takes a spec with its cfg; gives a class to derive from (Hypothesis' `RuleBasedStateMachine`), with one rule for each
action. The derived class has a method for each action, under its name or that name in snake_case, which does the same
to the implementation; `begin`, which makes it; and `observe`, which says what it has come to:

    class Jugs(hypothesis_machine("Jugs.tla")):
        def begin(self, state): self.jugs = MyJugs()
        def fill_small(self): self.jugs.fill(0)
        ...
        def observe(self): return {"small": self.jugs.content[0]}

    TestJugs = Jugs.TestCase

Hypothesis draws steps that the spec allows, and shrinks a sequence after which no state of the spec fits what was
observed. What is not observed stays open: all states of the spec that fit are kept. `HypothesisMachine.spec_states` are
those at hand.

Values are handed over as Python's: integers, strings, booleans; model values as strings; sequences and tuples as
tuples; sets as frozensets; records and other functions as dictionaries (hashable ones). Observations are compared with
these as TLA+ would: a list is a sequence, a dictionary with the keys 1, 2, ..., n too, and 1 is not True.

Refused: what `check` refuses (`TlaError`), and a class that lacks a method (TypeError).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from modelcheck.engine.closures import ClosureEngine
from modelcheck.engine.protocol import State, Step
from modelcheck.errors import TlaError
from modelcheck.module import load
from modelcheck.values import Bool, Fn, LazyFn, LazySet, ModelValue, Value, elements, normalize, pairs_in_order, show

_SNAKE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class HashableDict(dict[Any, Any]):
    """A dictionary that can be an element of a set; it is not to be changed."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))


def to_python(value: Value) -> Any:
    """A value of the spec as Python's (see the text of the module)."""
    if isinstance(value, LazySet | LazyFn):
        value = normalize(value)
    if isinstance(value, Bool):
        return bool(value)
    if isinstance(value, ModelValue):
        return value.name
    if isinstance(value, tuple):
        return tuple(to_python(item) for item in value)
    if isinstance(value, frozenset):
        return frozenset(to_python(item) for item in elements(value))
    if isinstance(value, Fn):
        return HashableDict((to_python(key), to_python(item)) for key, item in pairs_in_order(value))
    return value


def _key(observed: Any) -> Any:
    """A form that is equal exactly for what is equal in TLA+."""
    if isinstance(observed, bool):
        return "boolean", observed
    if isinstance(observed, list | tuple):
        observed = dict(enumerate(observed, 1))
    if isinstance(observed, set | frozenset):
        return "set", frozenset(_key(item) for item in observed)
    if isinstance(observed, Mapping):
        return "function", frozenset((_key(key), _key(item)) for key, item in observed.items())
    return observed


class _Choice:
    """A step to draw: an action with its arguments, printed as the spec would write it."""

    def __init__(self, action: str, names: tuple[str, ...], values: tuple[Value, ...]) -> None:
        self.action = action
        self.values = values
        self.arguments = {name: to_python(value) for name, value in zip(names, values, strict=True)}
        given = ", ".join(f"{name} = {show(value, 60)}" for name, value in zip(names, values, strict=True))
        self.text = f"{action}({given})" if given else action

    def __repr__(self) -> str:
        return self.text


class _Initial:
    """An initial state to draw."""

    def __init__(self, machine: type[HypothesisMachine], state: State) -> None:
        self.state = state
        self.text = machine.described(state)

    def __repr__(self) -> str:
        return self.text


class HypothesisMachine(RuleBasedStateMachine):
    """What `hypothesis_machine` derives its classes from."""

    engine: ClassVar[ClosureEngine]

    def __init__(self) -> None:
        super().__init__()
        self._states: tuple[State, ...] = ()
        self._steps: list[Step] = []
        missing = [name for name in self._names() if self._method(name) is None]
        if missing:
            raise TypeError(f"{type(self).__name__} has no method for the actions {', '.join(missing)}")

    # ---- what a derived class says ----

    def begin(self, state: dict[str, Any]) -> None:
        """Make the implementation, in the initial state given: the values of the spec's variables by name."""

    def observe(self) -> Mapping[str, Any]:
        """What is seen of the implementation: values of some of the spec's variables, by name."""
        raise TypeError(f"{type(self).__name__} has no method observe, so nothing would be compared")

    @property
    def spec_states(self) -> list[dict[str, Any]]:
        """The states of the spec that fit all that was observed so far."""
        return [self._by_name(state) for state in self._states]

    # ---- the machine ----

    @initialize(data=st.data())
    def initial_state(self, data: Any) -> None:
        """Draw an initial state, and begin."""
        states = list(dict.fromkeys(self.engine.initial()))
        if not states:
            raise TlaError("U010", "Init of the spec has no solution")
        drawn = data.draw(st.sampled_from([_Initial(type(self), state) for state in states]))
        self.begin(self._by_name(drawn.state))
        self._narrow([drawn.state], "the initial state")

    def _take(self, action: str, data: Any) -> None:
        """Draw one of the steps of an action, do it, and compare."""
        chosen = {(s.action, s.args): s for s in self._steps if self.engine.actions[s.action].name == action}
        choices = [_Choice(action, self.engine.actions[s.action].params, s.args) for s in chosen.values()]
        choice: _Choice = data.draw(st.sampled_from(choices))
        method = self._method(action)
        assert method is not None
        method(**choice.arguments)
        targets = [
            s.target for s in self._steps if self.engine.actions[s.action].name == action and s.args == choice.values
        ]
        self._narrow(targets, str(choice))

    def _enabled(self, action: str) -> bool:
        return any(self.engine.actions[step.action].name == action for step in self._steps)

    def _stuck(self) -> bool:
        return bool(self._states) and not self._steps

    def _narrow(self, states: Sequence[State], after: str) -> None:
        """Keep the states that fit what is observed now. AssertionError when there is none."""
        observed = self.observe()
        unknown = [name for name in observed if name not in self.engine.variables]
        if unknown:
            raise TypeError(f"observe gives {', '.join(unknown)}, which the spec does not have as a variable")
        fitting = [state for state in dict.fromkeys(states) if self._fits(state, observed)]
        if not fitting:
            raise AssertionError("\n".join(self._mismatch(states, observed, after)))
        self._states = tuple(fitting)
        self._steps = [step for state in fitting for step in self.engine.steps(state)]

    def _fits(self, state: State, observed: Mapping[str, Any]) -> bool:
        of = self._by_name(state)
        return all(_key(of[name]) == _key(value) for name, value in observed.items())

    def _mismatch(self, states: Sequence[State], observed: Mapping[str, Any], after: str) -> list[str]:
        lines = [f"after {after} the implementation is in no state that the spec allows"]
        for name, value in observed.items():
            allowed = {_key(of): of for of in (self._by_name(state)[name] for state in states)}
            mark = " " if _key(value) in allowed else "*"
            shown = " or ".join(repr(of) for of in list(allowed.values())[:5])
            lines.append(f"{mark} {name}: observed {value!r}, the spec allows {shown}")
        return lines

    # ---- names ----

    @classmethod
    def described(cls, state: State) -> str:
        """A state on one line."""
        return ", ".join(f"{name} = {show(value, 60)}" for name, value in zip(cls.engine.variables, state, strict=True))

    @classmethod
    def _by_name(cls, state: State) -> dict[str, Any]:
        return {name: to_python(value) for name, value in zip(cls.engine.variables, state, strict=True)}

    @classmethod
    def _names(cls) -> list[str]:
        return list(dict.fromkeys(info.name for info in cls.engine.actions))

    def _method(self, action: str) -> Callable[..., object] | None:
        name = action.replace("!", "_")
        found = getattr(self, name, None) or getattr(self, _SNAKE.sub("_", name).lower(), None)
        return found if callable(found) else None


def hypothesis_machine(
    path: str | Path, config: str | Path | None = None, *, library: Sequence[str | Path] = ()
) -> type[HypothesisMachine]:
    """The class for the spec at `path`; `config`: its cfg, by default the one beside it. `TlaError`."""
    model = load(path, config, library)
    engine = ClosureEngine(model)
    body: dict[str, Any] = {"engine": engine, "__doc__": f"Behaviors of {model.root.name}."}
    for name in dict.fromkeys(info.name for info in engine.actions):
        body[f"step_{name.replace('!', '_')}"] = _rule(name)
    body["step_nothing"] = rule()(precondition(HypothesisMachine._stuck)(_nothing))
    return type(f"{model.root.name}Machine", (HypothesisMachine,), body)


def _rule(action: str) -> Any:
    """The rule that takes a step of an action."""

    def step(self: HypothesisMachine, data: Any) -> None:
        self._take(action, data)

    step.__name__ = f"step_{action.replace('!', '_')}"
    return rule(data=st.data())(precondition(lambda self: self._enabled(action))(step))


def _nothing(self: HypothesisMachine) -> None:
    """The spec has no step any more."""
