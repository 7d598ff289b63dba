"""The vocabulary: what `@action` accepts and adds, the JSON of values, the mapping, and the rooms' walls."""

from __future__ import annotations

import ast
from collections.abc import Mapping as Map
from pathlib import Path
from typing import Any

import pytest

from pyimpl.kernel import (
    DISABLED,
    Effects,
    InApplied,
    InMessages,
    Mapping,
    Node,
    OfNode,
    PerNode,
    Persist,
    Received,
    Send,
    Taken,
    TimerFired,
    action,
    actions_of,
    to_json,
)
from pyimpl.kernel.mapping import History

PYIMPL = Path(__file__).parents[2] / "pyimpl"


class Counter(Node):
    def recover(self, records: Map[str, Any]) -> None:
        self.value = records.get("value", 0)

    @action("Add", node="n", witness=("sender",))
    def add(self, by: int, sender: str) -> Effects:
        if not by > 0:
            return DISABLED
        self.value += by
        return Send(sender, "added")

    @action("Reset")
    def reset(self) -> Effects:
        self.value = 0
        return ()

    def on_message(self, sender: str, message: Any) -> Effects:
        return self.add(message, sender) + self.reset() if message == 7 else self.add(message, sender)


def test_an_action_is_marked_with_the_specs_names() -> None:
    node = Counter("n1", {})
    assert node.step(Received("n2", 3)) == (Taken("Add", {"n": "n1", "by": 3}, {"sender": "n2"}), Send("n2", "added"))
    assert node.value == 3


def test_a_disabled_action_leaves_no_mark() -> None:
    node = Counter("n1", {"value": 5})
    assert node.add(0, "n2") is DISABLED
    assert node.step(Received("n2", 0)) == ()
    assert node.step(TimerFired("any")) == ()
    assert node.value == 5


def test_each_action_of_a_step_carries_what_it_left_behind() -> None:
    node = Counter("n1", {})
    node.snapshot = lambda n: n.value  # type: ignore[attr-defined]
    marks = [e for e in node.step(Received("n2", 7)) if isinstance(e, Taken)]
    assert [(m.action, m.after) for m in marks] == [("Add", 7), ("Reset", 0)]


def test_a_record_is_written_as_it_was_when_its_effect_was_made() -> None:
    items, more = {"a": [1]}, [2]
    effect = Persist("items", (items, more, "text"))
    items["a"].append(3)
    del items["a"]
    more.clear()
    assert effect == Persist("items", ({"a": [1]}, [2], "text")) and type(effect.value) is tuple
    with pytest.raises(AttributeError):
        effect.value = 0  # type: ignore[misc]


def test_the_actions_of_a_class_in_order() -> None:
    class Faulty(Counter):
        @action("Add", node="n", witness=("sender",))
        def add(self, by: int, sender: str) -> Effects:
            return ()

    assert [(a.name, a.parameters, a.method) for a in actions_of(Faulty)] == [
        ("Add", ("n", "by"), "add"),
        ("Reset", (), "reset"),
    ]
    assert actions_of(Counter)[0].line < actions_of(Faulty)[0].line


def test_an_override_must_say_which_action_it_is() -> None:
    class Silent(Counter):
        def reset(self) -> Effects:
            return ()

    with pytest.raises(TypeError, match=r"Silent\.reset overrides action Reset"):
        actions_of(Silent)


def test_a_witness_must_be_a_parameter() -> None:
    with pytest.raises(TypeError, match="no parameter 'm'"):
        action("A", witness=("m",))(Counter.on_timer)


@pytest.mark.parametrize(
    ("value", "json"),
    [
        (True, True),
        (-1, -1),
        ((1, "a"), [1, "a"]),
        (frozenset({3, 1, 2}), {"#set": [1, 2, 3]}),
        ({"a": {2, 1}}, {"a": {"#set": [1, 2]}}),
        ({2: "x", 1: "y"}, {"#map": [[1, "y"], [2, "x"]]}),
        ({}, {}),
        ({frozenset({"q"}): 0}, {"#map": [[{"#set": ["q"]}, 0]]}),
    ],
)
def test_json_of_values(value: Any, json: Any) -> None:
    assert to_json(value) == json


@pytest.mark.parametrize("value", [None, 1.5, {1: None}, object()])
def test_what_is_no_value_of_a_spec_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="no TLA"):
        to_json(value)


def test_a_mapping_joins_the_parts() -> None:
    class Word:
        def __init__(self, text: str) -> None:
            self.text = text

        def spec(self) -> dict[str, str]:
            return {"word": self.text}

    class Other(Node):
        kind = "other"

    mapping = Mapping(
        (
            PerNode("count", Counter, lambda n: n.value, "", ""),
            OfNode("kind", Other, lambda n: n.kind, "", ""),
            InMessages("said", lambda m: m.text != "psst", "", ""),
            InApplied("done", "", ""),
        )
    )
    history = History(mapping)
    for text in ("b", "a", "psst", "b"):
        history.sent(Word(text))
    for value in (2, 1, 2):
        history.applied(value)
    nodes = [Counter("n1", {"value": 4}), Counter("n2", {}), Other("o", {})]
    state = mapping.state({n.name: mapping.local(n) for n in nodes}, history)
    assert state == {
        "count": {"n1": 4, "n2": 0},
        "kind": "other",
        "said": {"#set": [{"word": "b"}, {"word": "a"}]},
        "done": {"#set": [2, 1]},
    }
    assert mapping.state({}, history, only=["done"]) == {"done": {"#set": [2, 1]}}


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, path
            found.add(node.module or "")
    return found


def test_walls() -> None:
    """Implementations know nothing of the checker; nodes and the kernel know nothing of clocks, sockets and
    disks."""
    outside = {"time", "random", "socket", "os", "asyncio", "threading", "datetime", "pathlib", "sqlite3", "secrets"}
    files = sorted(PYIMPL.rglob("*.py"))
    assert len(files) > 15
    for path in files:
        tops = {name.split(".")[0] for name in imports(path)}
        assert not tops & {"modelcheck", "traces"}, path
        if path.parent.name in ("kernel", "paxos", "twophase"):
            assert not tops & outside, path
        if path.name in ("node.py", "coordinator.py", "participant.py", "messages.py", "effects.py"):
            assert not any(name.startswith("pyimpl.sim") for name in imports(path)), path
