"""Initial states, steps, names and arguments of the specs of `action_cases.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from action_cases import CASES, Case
from small_models import engine_of_case

from modelcheck.engine.protocol import Engine, State, Step
from modelcheck.errors import EvalError
from modelcheck.module import resolve_expression
from modelcheck.values import pretty

Make = Callable[[Any], Engine]


def printed(state: State) -> str:
    return ", ".join(map(pretty, state))


def told(engine: Engine, step: Step) -> str:
    """A step as the cases write it."""
    info = engine.actions[step.action]
    args = ", ".join(f"{n}={pretty(v)}" for n, v in zip(info.params, step.args, strict=True))
    return f"{info.name}({args}) -> {printed(step.target)}" if args else f"{info.name} -> {printed(step.target)}"


def name_in(line: str) -> str:
    """The action's name in a step as the cases write it."""
    return line.partition(" -> ")[0].partition("(")[0]


def agree(expected: tuple[str, ...], found: Iterator[str]) -> None:
    """The lines found are those expected; an expected error ends them, its code and words being those expected."""
    *lines, last = expected or ("",)
    is_error = last[:1] == "E" and last[1:4].isdigit()
    got: list[str] = []
    try:
        got.extend(found)
    except EvalError as error:
        assert is_error, error
        code, *words = last.split()
        assert error.code == code, error
        assert [word for word in words if word not in error.message] == [], error
        assert error.span is not None, "the error has no place"
        assert got == lines
        return
    assert tuple(got) == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_initial_states(case: Case, engine: Make) -> None:
    _, made = engine_of_case(engine, case)
    agree(case.initial, (printed(state) for state in made.initial()))


@pytest.mark.parametrize("case", [case for case in CASES if case.steps], ids=lambda case: case.name)
def test_steps(case: Case, engine: Make) -> None:
    module, made = engine_of_case(engine, case)
    for at, expected in case.steps.items():
        state = made.evaluate(resolve_expression(module, f"<<{at}>>"))
        agree(expected, (told(made, step) for step in made.steps(state)))
        if not expected or "->" in expected[-1]:
            plain = [f"{made.actions[i].name} -> {printed(target)}" for target, i in made.successors(state)]
            assert plain == [f"{name_in(line)} -> {line.partition(' -> ')[2]}" for line in expected]
        else:
            with pytest.raises(EvalError):
                made.successors(state)


@pytest.mark.parametrize("case", [case for case in CASES if case.steps], ids=lambda case: case.name)
def test_steps_of_one_action(case: Case, engine: Make) -> None:
    """Asking for one action by name gives its steps and no others."""
    module, made = engine_of_case(engine, case)
    for at, expected in case.steps.items():
        if expected and "->" not in expected[-1]:
            continue
        state = made.evaluate(resolve_expression(module, f"<<{at}>>"))
        every = [told(made, step) for step in made.steps(state)]
        for name in {info.name for info in made.actions}:
            only = [told(made, step) for step in made.steps(state, name)]
            assert only == [line for line in every if name_in(line) == name]
        assert list(made.steps(state, "NoSuchAction")) == []
