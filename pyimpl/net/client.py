"""A client that asks until it is answered: the same command with the same number, one server after the other.

So a command is carried out at most once, however often it was asked (`pyimpl.kernel.machine`), and if the client gives
up it does not know whether it was. It keeps to the server that answered last.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

PATIENCE_S = 0.5
REST_S = 0.03


class Unanswered(Exception):
    """Nobody answered in time: the command may have been carried out, may be yet, or never."""


class Refused(Exception):
    """The server says that this is no command."""


class Client:
    """`name` is unique among clients. `servers` are pairs (host, port). `number` counts its numbered commands."""

    def __init__(
        self, name: str, servers: Sequence[tuple[str, int]], first: int = 0, patience_s: float = PATIENCE_S
    ) -> None:
        self.name, self.servers, self.patience_s = name, list(servers), patience_s
        self.number = 0
        self._at = first % len(self.servers)
        self._ids = 0
        self._stream: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, command: Sequence[Any], within_s: float = 30.0) -> Any:
        """The answer to ("put", "x", 3), ("read", "x"), …. Raises Unanswered, Refused."""
        sent: Any = list(command)
        if command[0] not in ("read", "join", "leave"):
            self.number += 1
            sent = [self.name, self.number, list(command)]
        loop = asyncio.get_running_loop()
        end = loop.time() + within_s
        while loop.time() < end:
            self._ids += 1
            try:
                return await asyncio.wait_for(self._once(self._ids, sent), self.patience_s)
            except (TimeoutError, OSError):
                self._next()
                await asyncio.sleep(REST_S)
        raise Unanswered(f"no answer to {list(command)} within {within_s:g} s")

    async def _once(self, number: int, command: Any) -> Any:
        """Ask the server at hand. OSError when it goes away."""
        if self._stream is None:
            self._stream = await asyncio.open_connection(*self.servers[self._at])
        reader, writer = self._stream
        writer.write(json.dumps({"id": number, "command": command}).encode() + b"\n")
        while line := await reader.readline():
            answer = json.loads(line)
            if answer.get("id") == number:
                if "error" in answer:
                    raise Refused(answer["error"])
                return answer["result"]
        raise ConnectionResetError

    def _next(self) -> None:
        self.close()
        self._at = (self._at + 1) % len(self.servers)

    def close(self) -> None:
        """Hang up."""
        if self._stream is not None:
            self._stream[1].close()
            self._stream = None
