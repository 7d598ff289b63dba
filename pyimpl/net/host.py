"""Runs one node: what the simulated world does for it, done with sockets, a clock and a disk.

Owes the node what `pyimpl.kernel.node` says: one event at a time, the effects of a step in order, nothing behind a
`Persist` before the record is safe. While the disk works the process waits, as a server inside fsync does; events wait
at the door. A message is sent at most once, to a peer that is connected, else it is lost; peers are connected again
and again.

A client's line is JSON, `{"id": 7, "command": […]}`, answered by `{"id": 7, "result": …}`; or words, answered by a line
of words. Both are answered when the node replies, in any order, and perhaps never.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pyimpl.kernel.effects import Apply, CancelTimer, Effect, Persist, Reply, Send, SetTimer, Taken
from pyimpl.kernel.mapping import Mapping
from pyimpl.kernel.node import Event, Node, Received, Request, Started, TimerFired
from pyimpl.kernel.protocol import EnvironmentAction
from pyimpl.net.speech import Speech
from pyimpl.net.store import Store
from pyimpl.net.tracelog import TraceLog, Vector
from pyimpl.net.wire import Codec, WireError, frame, read_frame

LIVES = 10**9
"""A request's number is that of the life in which it was asked, times this, and its own: no old answer fits it."""
AGAIN_S = 0.05
PENDING_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Address:
    """Where a node listens: for its peers and for clients."""

    host: str
    peer_port: int
    client_port: int


class NodeRunner:
    """The node, its disk and its trace: events in, effects out. Without sockets, so that tests can drive it.

    `send(to, message, vector)`, `reply(request, result)` and `timer(name, delay_ms or None)` carry out what is not
    the disk's or the trace's.
    """

    def __init__(
        self,
        name: str,
        make: Callable[[str, dict[str, Any]], Node],
        mapping: Mapping,
        environment: tuple[EnvironmentAction, ...],
        store: Store,
        trace: TraceLog,
        *,
        send: Callable[[str, Any, Vector], None],
        reply: Callable[[int, Any], None],
        timer: Callable[[str, int | None], None],
        now_ms: Callable[[], int] = lambda: int(time.time() * 1000),
    ) -> None:
        self.name, self.mapping, self.store, self.trace = name, mapping, store, trace
        self.send, self.reply, self.timer, self.now_ms = send, reply, timer, now_ms
        trace.complete(store.told())
        self.node = make(name, store.records())
        self.node.snapshot = mapping.local
        self._door: deque[tuple[Event, Vector]] = deque()
        self._working = False
        self._lines: list[str] = []
        self.node.down = store.life > 1
        if self.node.down:
            self._crashed(environment)

    def _crashed(self, environment: tuple[EnvironmentAction, ...]) -> None:
        """The last life ended in a crash: tell of it, if the spec has that as an action and it changed something."""
        after = self.mapping.local(self.node)
        for known in environment:
            if known.move == "crash" and isinstance(self.node, known.role) and after != self.trace.locals_:
                args = {} if known.node is None else {known.node: self.name}
                self.trace.append([self.trace.line(Taken(known.action, args), (), after, self.now_ms())])

    def start(self) -> None:
        """Give the node its first event."""
        self.take(Started())

    def take(self, event: Event, vector: Vector | None = None) -> None:
        """Give the node an event; one that comes while it works waits."""
        self._door.append((event, vector or {}))
        if self._working:
            return
        self._working = True
        try:
            while self._door:
                self._step(*self._door.popleft())
        finally:
            self._working = False

    def _step(self, event: Event, vector: Vector) -> None:
        self.trace.seen(vector)
        effects = self.node.step(event)
        begin = 0
        for end in (*(i for i, e in enumerate(effects) if isinstance(e, Taken)), len(effects)):
            self._carry_out(effects[begin:end])
            begin = end

    def _carry_out(self, effects: tuple[Effect, ...]) -> None:
        """The effects of one action, or those before the first."""
        if effects and isinstance(effects[0], Taken):
            self._lines.append(self.trace.line(effects[0], effects, effects[0].after, self.now_ms()))
        for effect in effects:
            match effect:
                case Persist(record, value, flush):
                    self.store.write(record, value)
                    if flush:
                        self.store.flush(self._lines)
                        self._tell()
                case Send(to, message):
                    self._tell()
                    self.send(to, message, self.trace.vector)
                case Reply(request, result):
                    self._tell()
                    self.reply(request, result)
                case SetTimer(timer, delay_ms):
                    self.timer(timer, delay_ms)
                case CancelTimer(timer):
                    self.timer(timer, None)
                case Apply() | Taken():
                    pass
        if not any(isinstance(e, Persist) for e in effects):
            self._tell()

    def _tell(self) -> None:
        if self._lines:
            self.trace.append(self._lines)
            self._lines = []

    def close(self) -> None:
        """Close disk and trace, as they are."""
        self.store.close()
        self.trace.close()


class Link:
    """The way to one peer: connected again whenever it breaks; what cannot be sent at once is lost.

    `hear` is given each letter that comes back on it: a peer that does not call us itself answers there.
    """

    def __init__(self, own: str, address: Address, hear: Callable[[Any], None]) -> None:
        self.own, self.address, self.hear = own, address, hear
        self._writer: asyncio.StreamWriter | None = None

    def send(self, data: bytes) -> None:
        """Send, if there is a connection that takes it."""
        send_on(self._writer, data)

    async def keep(self) -> None:
        """Connect, and again; never returns."""
        while True:
            try:
                reader, writer = await asyncio.open_connection(self.address.host, self.address.peer_port)
                writer.write(frame({"from": self.own}))
                self._writer = writer
                while (letter := await read_frame(reader)) is not None:
                    self.hear(letter)
                writer.close()
            except WireError as error:
                writer.close()
                print(f"a connection is closed: {error}", flush=True)
            except OSError:
                pass
            self._writer = None
            await asyncio.sleep(AGAIN_S)


def send_on(writer: asyncio.StreamWriter | None, data: bytes) -> None:
    """Send, if there is a connection that takes it."""
    if writer is not None and not writer.is_closing() and writer.transport.get_write_buffer_size() < 1 << 24:
        writer.write(data)


class Host:
    """One node on its sockets, until the task is cancelled. `pace` multiplies the node's timeouts.

    `calls`: those to whom it connects. Others connect to it, and are answered on their own connection.
    """

    def __init__(
        self,
        name: str,
        addresses: dict[str, Address],
        codec: Codec,
        speech: Speech,
        pace: float,
        calls: Iterable[str],
    ) -> None:
        self.name, self.addresses, self.codec, self.speech, self.pace = name, addresses, codec, speech, pace
        self.links = {peer: Link(name, addresses[peer], self._hears(peer)) for peer in calls}
        self.callers: dict[str, asyncio.StreamWriter] = {}
        self.runner: NodeRunner | None = None
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._asked: dict[int, Callable[[Any], None]] = {}
        self._requests = self._talks = 0

    async def run(self, runner: NodeRunner) -> None:
        """Listen, start the node, and go on."""
        self.runner = runner
        own = self.addresses[self.name]
        servers = [
            await asyncio.start_server(self._on_peer, own.host, own.peer_port),
            await asyncio.start_server(self._on_client, own.host, own.client_port),
        ]
        keepers = [asyncio.ensure_future(link.keep()) for link in self.links.values()]
        runner.start()
        try:
            await asyncio.gather(*(server.serve_forever() for server in servers), *keepers)
        finally:
            runner.close()

    # ---- what the node asks for ----

    def send(self, to: str, message: Any, vector: Vector) -> None:
        """Send a message; to itself, after this step."""
        if to == self.name:
            self._take(Received(self.name, message), vector)
            return
        letter = frame({"vector": vector, "message": self.codec.to_json(message)})
        if to in self.links:
            self.links[to].send(letter)
        else:
            send_on(self.callers.get(to), letter)

    def timer(self, name: str, delay_ms: int | None) -> None:
        """Set a timer, or cancel it."""
        old = self._timers.pop(name, None)
        if old is not None:
            old.cancel()
        if delay_ms is not None:
            delay_s = delay_ms * self.pace / 1000
            self._timers[name] = asyncio.get_running_loop().call_later(delay_s, self._fire, name)

    def _fire(self, name: str) -> None:
        del self._timers[name]
        self._take(TimerFired(name))

    def _take(self, event: Event, vector: Vector | None = None) -> None:
        """Give the node an event. A node that fails is ended, as by a crash: what it holds cannot be trusted."""
        assert self.runner is not None
        try:
            self.runner.take(event, vector)
        except Exception:
            traceback.print_exc()
            os._exit(70)

    def reply(self, request: int, result: Any) -> None:
        """Answer a client, if it is still there."""
        answer = self._asked.pop(request, None)
        if answer is not None:
            answer(result)

    # ---- what comes in ----

    def _hears(self, sender: str) -> Callable[[Any], None]:
        """What is to be done with each letter of that sender."""
        return lambda letter: self._take(Received(sender, self._message(letter)), letter["vector"])

    async def _on_peer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sender = None
        try:
            hello = await read_frame(reader)
            sender = hello.get("from") if isinstance(hello, dict) else None
            if sender not in self.addresses:
                return
            hear = self._hears(sender)
            if sender not in self.links:
                self.callers[sender] = writer
            while (letter := await read_frame(reader)) is not None:
                hear(letter)
        except WireError as error:
            print(f"a peer's connection is closed: {error}", flush=True)
        except (OSError, asyncio.CancelledError):  # the peer is gone, or this process is about to be
            pass
        finally:
            if sender is not None and self.callers.get(sender) is writer:
                del self.callers[sender]
            writer.close()

    def _message(self, letter: Any) -> Any:
        """The message in a letter: `{"vector": {node: count}, "message": …}`."""
        if not (isinstance(letter, dict) and isinstance(letter.get("vector"), dict) and "message" in letter):
            raise WireError("a letter has a vector and a message")
        return self.codec.from_json(letter["message"])

    async def _on_client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._talks += 1
        talk = Talk(self, writer, f"{self.name}_{self._life()}_{self._talks}")
        try:
            while line := await reader.readline():
                talk.hear(line.decode(errors="replace").strip())
        except (OSError, ValueError, asyncio.CancelledError):  # gone, or a line too long; or we are ending
            pass
        finally:
            writer.close()

    def _life(self) -> int:
        assert self.runner is not None
        return self.runner.store.life

    def ask(self, command: Any, answer: Callable[[Any], None]) -> None:
        """Hand a client's command to the node; `answer` is called with the result, or never."""
        self._requests += 1
        number = self._life() * LIVES + self._requests
        if len(self._asked) >= PENDING_MAX:
            del self._asked[next(iter(self._asked))]
        self._asked[number] = answer
        self._take(Request(number, command))


class Talk:
    """One client's connection. Who speaks in words has no number for a command: it gets those of the connection."""

    def __init__(self, host: Host, writer: asyncio.StreamWriter, name: str) -> None:
        self.host, self.writer, self.name = host, writer, name
        self.number = 0

    def hear(self, line: str) -> None:
        """One line of the client."""
        if not line:
            return
        if line.startswith("{"):
            self._hear_json(line)
            return
        command = self.host.speech.command(line.split(), self.name, self.number + 1)
        if command is None:
            self._say(f"error: say {self.host.speech.help}")
            return
        self.number += 1
        self.host.ask(command, lambda result: self._say(_in_words(result)))

    def _hear_json(self, line: str) -> None:
        try:
            asked = json.loads(line)
            number, command = asked["id"], asked["command"]
        except (ValueError, KeyError, TypeError):
            self._say(json.dumps({"error": 'a request is {"id": number, "command": [...]}'}))
            return
        if not self.host.speech.valid(command):
            self._say(json.dumps({"id": number, "error": f"no such command: {self.host.speech.help}"}))
            return
        self.host.ask(command, lambda result: self._say(json.dumps({"id": number, "result": result})))

    def _say(self, text: str) -> None:
        if not self.writer.is_closing():
            self.writer.write(text.encode() + b"\n")


def _in_words(result: Any) -> str:
    return result if isinstance(result, str) else "none" if result is None else json.dumps(result)
