"""Clients by the dozen, kills in between, and the history of what was asked and answered.

A history (`tlapair.history/1`) is NDJSON: a header, then a line when a client asks and a line when it is answered, in
the order in which that happened (all clients are in one process, so there is such an order).

    {"schema": "tlapair.history/1", "object": "key-value"}
    {"client": "c1", "number": 1, "ask": ["put", "x", 3]}
    {"client": "c1", "number": 1, "answer": "ok"}
    {"client": "c2", "number": 4, "unknown": "no answer within 30 s"}
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from pyimpl.net.client import Client, Unanswered
from pyimpl.net.cluster import Cluster

SCHEMA = "tlapair.history/1"
FOR_EVER_S = 10.0**9


class History:
    """Writes a history."""

    def __init__(self, file: TextIO, kind: str = "key-value") -> None:
        self._file = file
        self._line({"schema": SCHEMA, "object": kind})

    def _line(self, data: dict[str, Any]) -> None:
        self._file.write(json.dumps(data, ensure_ascii=False) + "\n")

    def asks(self, client: str, number: int, command: list[Any]) -> None:
        """A client asks."""
        self._line({"client": client, "number": number, "ask": command})

    def hears(self, client: str, number: int, answer: Any) -> None:
        """It is answered."""
        self._line({"client": client, "number": number, "answer": answer})

    def never_hears(self, client: str, number: int, why: str) -> None:
        """It gives up."""
        self._line({"client": client, "number": number, "unknown": why})


@dataclass(frozen=True)
class Plan:
    """What to do. It ends after `seconds`, or when each client has had `commands` answers.

    `kills` are spread at random over the seconds, or over the commands; a killed node is started again after
    `down_s` at the least and at the most.
    """

    clients: int = 4
    seconds: float | None = None
    commands: int | None = None
    kills: int = 0
    seed: int = 0
    keys: int = 4
    reads: bool = False
    down_s: tuple[float, float] = (0.1, 0.6)
    give_up_s: float = 120.0


@dataclass
class Done:
    """What came of it: commands answered and not, in how many seconds of load; which node was killed, and after how
    many answers; the longest that a client waited for an answer."""

    answered: int = 0
    unknown: int = 0
    seconds: float = 0.0
    killed: list[tuple[str, int]] = field(default_factory=list)
    longest_s: float = 0.0


async def drive(cluster: Cluster, plan: Plan, file: Path, say: Callable[[str], None] = lambda text: None) -> Done:
    """Drive a running cluster, to the end of the plan or until a node ends by itself (`Cluster.fallen`)."""
    choices = random.Random(plan.seed)
    done = Done()
    loop = asyncio.get_running_loop()
    with open(file, "w", encoding="utf-8", newline="\n") as out:
        history = History(out)
        begin = loop.time()
        clients = [
            asyncio.ensure_future(_client(cluster, plan, i, choices.randrange(2**32), history, done, begin))
            for i in range(plan.clients)
        ]
        killer = asyncio.ensure_future(_kill(cluster, plan, choices, done, begin, say))

        async def all_of_it() -> None:
            await asyncio.gather(*clients)
            if not clients:
                await asyncio.sleep(plan.seconds if plan.seconds is not None else FOR_EVER_S)
            done.seconds = loop.time() - begin
            await killer
            if clients:
                await _look(cluster, plan, history, done)

        work, watch = asyncio.ensure_future(all_of_it()), asyncio.ensure_future(_until_one_falls(cluster))
        try:
            ended, _ = await asyncio.wait((work, watch), return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                task.result()
        finally:
            for task in (work, watch, *clients, killer):
                task.cancel()
    return done


async def _until_one_falls(cluster: Cluster) -> None:
    """Returns when a node ended by itself: there is no sense in going on then."""
    while not cluster.fallen():
        await asyncio.sleep(0.2)


async def _look(cluster: Cluster, plan: Plan, history: History, done: Done) -> None:
    """At last, one client looks at all there is: what was acknowledged must be there."""
    client = Client("final", cluster.servers)
    for number, key in enumerate((f"{n}k{i + 1}" for n in ("", "n") for i in range(plan.keys)), start=1):
        history.asks(client.name, number, ["get", key])
        try:
            history.hears(client.name, number, await client.ask(["get", key], plan.give_up_s))
            done.answered += 1
        except Unanswered as why:
            history.never_hears(client.name, number, str(why))
            done.unknown += 1
            break
    client.close()


async def _client(
    cluster: Cluster, plan: Plan, which: int, seed: int, history: History, done: Done, begin: float
) -> None:
    """One client: a command, its answer, the next."""
    choices, loop = random.Random(seed), asyncio.get_running_loop()
    client = Client(f"c{which + 1}", cluster.servers, first=which)
    number = 0
    try:
        while not _enough(plan, number, loop.time() - begin):
            number += 1
            command = command_of(choices, plan, f"{client.name}_{number}")
            history.asks(client.name, number, command)
            asked = loop.time()
            try:
                answer = await client.ask(command, plan.give_up_s)
            except Unanswered as why:
                history.never_hears(client.name, number, str(why))
                done.unknown += 1
                return  # a client has one command under way: this one may be, forever
            history.hears(client.name, number, answer)
            done.answered += 1
            done.longest_s = max(done.longest_s, loop.time() - asked)
    finally:
        client.close()


def _enough(plan: Plan, number: int, seconds: float) -> bool:
    if plan.commands is not None and number >= plan.commands:
        return True
    return plan.seconds is not None and seconds >= plan.seconds


def command_of(choices: random.Random, plan: Plan, unique: str) -> list[Any]:
    """A command: half of them change something."""
    key = f"k{choices.randrange(plan.keys) + 1}"
    what = choices.choice(("put", "add", "cas", "get", "read", "read"))
    if what == "add":
        return ["add", f"n{key}", 1]
    if what == "put":
        return ["put", key, unique]
    if what == "cas":
        return ["cas", key, None if choices.randrange(4) == 0 else f"c{choices.randrange(9) + 1}_1", unique]
    key = choices.choice((key, f"n{key}"))
    return ["read" if what == "read" and plan.reads else "get", key]


async def _kill(
    cluster: Cluster, plan: Plan, choices: random.Random, done: Done, begin: float, say: Callable[[str], None]
) -> None:
    """Kill nodes, and start them again."""
    times = sorted(choices.uniform(0.05, 0.9) for _ in range(plan.kills))
    for at in times:
        await _until(plan, at, done, begin)
        name = choices.choice(cluster.names)
        cluster.kill(name)
        done.killed.append((name, done.answered))
        say(f"kill -9 {name} after {done.answered} answers")
        await asyncio.sleep(choices.uniform(*plan.down_s))
        cluster.start(name)


async def _until(plan: Plan, at: float, done: Done, begin: float) -> None:
    """Wait until that part of the load is done."""
    loop = asyncio.get_running_loop()
    while True:
        if plan.seconds is not None and loop.time() - begin >= at * plan.seconds:
            return
        if plan.commands is not None and done.answered >= at * plan.commands * plan.clients:
            return
        if 0 < plan.clients <= done.unknown:
            return
        await asyncio.sleep(0.01)
