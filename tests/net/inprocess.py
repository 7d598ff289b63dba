"""Nodes with real stores and trace files, and a network and clocks that the test moves by hand."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import Any

from pyimpl.kernel.node import Received, Request, TimerFired
from pyimpl.net.host import NodeRunner
from pyimpl.net.services import service
from pyimpl.net.store import SqliteStore, Store
from pyimpl.net.tracelog import TraceLog
from traces.event import Trace, as_data, read_log, trace_of
from traces.merge import merge


class Net:
    """The nodes `names` of a service, in a folder; `stores` by node, SQLite if not given."""

    def __init__(self, protocol: str, folder: Path, stores: dict[str, Store] | None = None) -> None:
        self.service, self.folder = service(protocol), folder
        self.names = self.service.names(3)
        self.stores = stores or {}
        self.codec = self.service.codec()
        self.letters: deque[tuple[str, str, Any, dict[str, int]]] = deque()
        self.timers: dict[str, dict[str, int]] = {}
        self.replies: dict[int, Any] = {}
        self.nodes: dict[str, NodeRunner] = {}
        for name in self.names:
            self.start(name)

    def start(self, name: str) -> None:
        """Start a node, with what its store and its trace file hold."""
        protocol = self.service.load()
        self.timers[name] = {}

        def timer(which: str, delay_ms: int | None) -> None:
            self.timers[name].pop(which, None)
            if delay_ms is not None:
                self.timers[name][which] = delay_ms

        self.nodes[name] = NodeRunner(
            name,
            self.service.make(self.names),
            protocol.mapping,
            protocol.environment,
            self.stores.get(name) or SqliteStore(self.folder / f"{name}.db"),
            TraceLog(
                self.folder / f"{name}.ndjson",
                self.service.header(self.names),
                name,
                protocol.mapping,
                protocol.mapping.local(self.service.make(self.names)(name, {})),
            ),
            send=lambda to, message, vector: self.letters.append((name, to, self.wired(message), vector)),
            reply=lambda request, result: self.replies.__setitem__(request, result),
            timer=timer,
            now_ms=lambda: 0,
        )
        self.nodes[name].start()

    def wired(self, message: Any) -> Any:
        """The message as it comes out at the other end."""
        there = self.codec.from_json(self.codec.to_json(message))
        assert there == message
        return there

    def stop(self, name: str) -> None:
        """End a node, without a word."""
        self.nodes.pop(name).close()

    def deliver(self) -> None:
        """Deliver letters until there are none."""
        while self.letters:
            sender, to, message, vector = self.letters.popleft()
            if to in self.nodes:
                self.nodes[to].take(Received(sender, message), vector)

    def fire(self, name: str, timer: str) -> None:
        """Let a timer be due."""
        del self.timers[name][timer]
        self.nodes[name].take(TimerFired(timer))

    def elect(self, name: str) -> None:
        """Raft: make this node leader."""
        self.fire(name, "election")
        self.deliver()

    def ask(self, name: str, number: int, *command: Any) -> Any:
        """Ask a node, and deliver until nothing moves; the answer, if there is one."""
        request = 1000 * number + len(self.replies)
        self.nodes[name].take(Request(request, command if command[0] == "read" else ["c1", number, list(command)]))
        self.deliver()
        return self.replies.get(request)

    def merged(self) -> Trace:
        """The traces of all nodes, as one."""
        joined = merge([read_log(self.folder / f"{name}.ndjson") for name in self.names])
        events = [as_data(event) for event in joined.events]
        data = dict(joined.header.data)
        data["constants"] = data["constants"] | self.service.cover(self.names, events)
        made = trace_of(data, events)
        return Trace(made.name, made.header, made.events, made.file, joined.notes)
