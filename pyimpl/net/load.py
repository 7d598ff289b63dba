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
from pyimpl.net.work import Work

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

    def hears(self, client: str, number: int, told: dict[str, Any]) -> None:
        """It is answered: {"answer": …}, and perhaps "at" and "changed"."""
        self._line({"client": client, "number": number} | told)

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
    many answers; the longest that a client waited for an answer. `closed`: sessions that were closed under a command,
    of which nobody knows whether it was carried out."""

    answered: int = 0
    unknown: int = 0
    closed: int = 0
    seconds: float = 0.0
    killed: list[tuple[str, int]] = field(default_factory=list)
    longest_s: float = 0.0


async def drive(cluster: Cluster, plan: Plan, file: Path, say: Callable[[str], None] = lambda text: None) -> Done:
    """Drive a running cluster, to the end of the plan or until a node ends by itself (`Cluster.fallen`)."""
    choices = random.Random(plan.seed)
    done = Done()
    loop = asyncio.get_running_loop()
    with open(file, "w", encoding="utf-8", newline="\n") as out:
        history = History(out, cluster.service.work.kind)
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
    client = _Asker(cluster, "final" if not cluster.clients else cluster.another())
    work = cluster.service.work(random.Random(0), plan.keys)
    for command in work.looks():
        if not await client.ask(command, work, plan, history, done):
            break
    client.close()


async def _client(
    cluster: Cluster, plan: Plan, which: int, seed: int, history: History, done: Done, begin: float
) -> None:
    """One client: a command, its answer, the next."""
    choices, loop = random.Random(seed), asyncio.get_running_loop()
    work = cluster.service.work(choices, plan.keys, plan.reads)
    client = _Asker(cluster, cluster.clients[which] if cluster.clients else f"c{which + 1}", first=which)
    count = 0
    try:
        while not _enough(plan, count, loop.time() - begin):
            count += 1
            asked = loop.time()
            if not await client.ask(work.command(f"c{which + 1}_{count}"), work, plan, history, done):
                return  # a client has one command under way: this one may be, forever
            done.longest_s = max(done.longest_s, loop.time() - asked)
    finally:
        client.close()


class _Asker:
    """Asks as a client of that name; where clients are nodes, at that node, and when its session is closed, at another.

    A name is used for one session: who goes on after it, is another client to the history."""

    def __init__(self, cluster: Cluster, name: str | None, first: int = 0) -> None:
        self.cluster, self.first = cluster, first
        self._begin(name)

    def _begin(self, name: str | None) -> None:
        self.name, self.number = name or "", 0
        self.client: Client | None = None
        if not self.cluster.clients:
            self.client = Client(self.name, self.cluster.servers, self.first)
        elif name is not None:
            self.client = Client(self.name, [self.cluster.where(name)])

    async def ask(self, command: list[Any], work: Work, plan: Plan, history: History, done: Done) -> bool:
        """Ask, and write down what was heard; false when there is nobody to go on with."""
        if self.client is None:
            return False
        self.number += 1
        history.asks(self.name, self.number, command)
        try:
            answer = await self.client.ask(command, plan.give_up_s)
        except Unanswered as why:
            history.never_hears(self.name, self.number, str(why))
            done.unknown += 1
            return False
        told = work.told(answer)
        if told is None:
            history.never_hears(self.name, self.number, "the session is closed")
            done.closed += 1
            self.close()
            self._begin(self.cluster.another())
            return self.client is not None
        history.hears(self.name, self.number, told)
        work.heard(command, answer)
        done.answered += 1
        return True

    def close(self) -> None:
        """Hang up."""
        if self.client is not None:
            self.client.close()


def _enough(plan: Plan, number: int, seconds: float) -> bool:
    if plan.commands is not None and number >= plan.commands:
        return True
    return plan.seconds is not None and seconds >= plan.seconds


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
