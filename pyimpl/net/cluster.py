"""Nodes as processes of this machine: start them, kill them, start them again.

A kill is SIGKILL: the process gets no chance to put anything in order. What it wrote to files stays, for the operating
system goes on; that a power failure keeps what was flushed is the disk's promise, and SQLite's.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from pathlib import Path

from pyimpl.net.host import Address
from pyimpl.net.services import Service

ROOT = Path(__file__).resolve().parents[2]
STOP_S = 5.0


class Cluster:
    """The processes of one service in one folder. `kills` counts.

    `names` are the servers. If the service has clients that are nodes of its spec, `clients` of them are in one more
    process, and `spares` in reserve: see `another`. `everyone` are all of them.
    """

    def __init__(
        self, service: Service, names: tuple[str, ...], folder: Path, pace: float = 2.0, clients: int = 1
    ) -> None:
        self.service, self.names, self.folder = service, names, folder
        self.clients, self.spares = service.clients(clients)
        self.everyone = (*names, *self.clients, *self.spares)
        folder.mkdir(parents=True, exist_ok=True)
        ports = free_ports(2 * len(self.everyone))
        self.addresses = {
            name: Address("127.0.0.1", ports[2 * i], ports[2 * i + 1]) for i, name in enumerate(self.everyone)
        }
        nodes = {name: [a.host, a.peer_port, a.client_port] for name, a in self.addresses.items()}
        about = {"protocol": service.protocol, "pace": pace, "nodes": nodes}
        (folder / "cluster.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
        self.kills = 0
        self._reserve: list[str | None] = list(self.spares)
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def servers(self) -> list[tuple[str, int]]:
        """Where one may ask: the servers, or the clients that speak to them."""
        return [self.where(name) for name in self.clients or self.names]

    def where(self, name: str) -> tuple[str, int]:
        """Where one may ask a node."""
        address = self.addresses[name]
        return address.host, address.client_port

    def trace(self, name: str) -> Path:
        """The trace file of a node."""
        return self.folder / f"{name}.ndjson"

    def start(self, *names: str) -> None:
        """Start these servers; by default all, and the clients."""
        for name in names or self.names:
            self._start(name, name)
        if not names and self.clients:
            self._start("clients", *self.clients)

    def another(self) -> str | None:
        """Start a client that is in reserve, and give its name; None if there is none left."""
        name, *self._reserve = self._reserve or [None]
        if name is not None:
            self._start(name, name)
        return name

    def _start(self, process: str, *names: str) -> None:
        with open(self.folder / f"{process}.log", "ab") as log:
            self._running[process] = subprocess.Popen(
                [sys.executable, "-m", "pyimpl.net", str(self.folder), *names],
                cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def kill(self, name: str) -> None:
        """kill -9."""
        process = self._running.pop(name)
        process.kill()
        process.wait()
        self.kills += 1

    def fallen(self) -> list[str]:
        """The nodes that ended by themselves, which none should: see their .log."""
        return [name for name, process in self._running.items() if process.poll() is not None]

    def stop(self) -> None:
        """End all of them."""
        for process in self._running.values():
            process.terminate()
        end = time.monotonic() + STOP_S
        for process in self._running.values():
            try:
                process.wait(max(0.0, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._running.clear()


def free_ports(count: int) -> list[int]:
    """So many ports that nobody listens on now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]
    finally:
        for one in sockets:
            one.close()
