"""Messages as bytes."""

from __future__ import annotations

import asyncio
import types
from typing import Any

import pytest

from pyimpl.net.services import SERVICES
from pyimpl.net.wire import Codec, WireError, frame, read_frame
from pyimpl.raft import messages as raft
from pyimpl.sim import Choices
from pyimpl.sim.world import Deliver


def sent_in_a_run(name: str) -> list[Any]:
    """Every message that was on its way at some time of a run."""
    world = SERVICES[name].load().build(Choices.seeded(3), frozenset({"crash", "loss"}), None)
    found: dict[Any, None] = {}
    for _ in range(1500):
        found.update((move.message, None) for _, _, move in world.queue if isinstance(move, Deliver))
        if not world.step():
            break
    return list(found)


@pytest.mark.parametrize("name", SERVICES)
def test_every_message_comes_back(name: str) -> None:
    codec, messages = SERVICES[name].codec(), sent_in_a_run(name)
    assert len({type(m) for m in messages}) > 6
    for message in messages:
        back = codec.from_json(codec.to_json(message))
        assert back == message and type(back) is type(message)
        assert repr(back) == repr(message), "fields that are not compared, too"


def test_sets_are_sorted() -> None:
    codec = SERVICES["raft"].codec()
    assert codec.to_json(raft.Entry(3, servers=frozenset({"s2", "s1"}))) == {
        "is": "Entry",
        "term": 3,
        "ticket": None,
        "servers": {"{}": ["s1", "s2"]},
    }


@pytest.mark.parametrize("value", [1.5, object(), b"x", {1: 1.5}])
def test_values_that_no_message_holds(value: Any) -> None:
    with pytest.raises(WireError):
        SERVICES["raft"].codec().to_json(value)


@pytest.mark.parametrize(
    "data",
    [
        {"is": "Popen", "args": "ls"},
        {"is": "Vote", "term": 1},
        {"is": "Vote", "term": 1, "sender": "a", "to": "b", "more": 1},
        {"is": ["Vote"]},
        {"term": 1},
        {"()": 3},
        {"d": "ab"},
        1.5,
        [{}],
    ],
)
def test_data_that_is_no_message(data: Any) -> None:
    with pytest.raises(WireError):
        SERVICES["raft"].codec().from_json(data)


def test_two_classes_of_one_name() -> None:
    other = types.ModuleType("other")
    other.Vote = type("Vote", (raft.Entry,), {})  # type: ignore[attr-defined]
    with pytest.raises(WireError, match="two classes are called Vote"):
        Codec([raft, other])


def frames(data: bytes) -> list[Any]:
    async def read() -> list[Any]:
        reader = asyncio.StreamReader()
        reader.feed_data(data)
        reader.feed_eof()
        out = []
        while (found := await read_frame(reader)) is not None:
            out.append(found)
        return out

    return asyncio.run(read())


def test_frames() -> None:
    data = frame({"a": [1, "ü"]}) + frame([])
    assert frames(data) == [{"a": [1, "ü"]}, []]
    assert frames(data[:-1]) == [{"a": [1, "ü"]}], "a frame that is cut off is none"
    assert frames(b"") == []


@pytest.mark.parametrize("data", [b"\xff\xff\xff\xff", b"\0\0\0\2{]"])
def test_no_frames(data: bytes) -> None:
    with pytest.raises(WireError):
        frames(data)
