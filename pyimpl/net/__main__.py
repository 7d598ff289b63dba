"""One node as a process, or some: `python -m pyimpl.net DIR NAME…`, where DIR/cluster.json says who is who.

    {"protocol": "raft", "pace": 2.0, "nodes": {"s1": ["127.0.0.1", 40001, 40002], …}}

Keeps DIR/NAME.db (records) and DIR/NAME.ndjson (trace) of each. Ends at SIGTERM.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from pyimpl.net.host import Address, Host, NodeRunner
from pyimpl.net.services import service
from pyimpl.net.store import SqliteStore
from pyimpl.net.tracelog import TraceLog


async def serve(folder: Path, names: Sequence[str]) -> None:
    """Run the nodes until SIGTERM or SIGINT."""
    about = json.loads((folder / "cluster.json").read_text(encoding="utf-8"))
    running = asyncio.gather(*(node_of(folder, about, name) for name in names))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, running.cancel)
    with suppress(asyncio.CancelledError):
        await running


async def node_of(folder: Path, about: dict[str, Any], name: str) -> None:
    """Run one node, until it is cancelled."""
    addresses = {node: Address(*where) for node, where in about["nodes"].items()}
    everyone, what = tuple(addresses), service(about["protocol"])
    make, mapping = what.make(everyone), what.mapping(everyone)

    calls = (peer for peer in what.servers(everyone) if peer != name)
    host = Host(name, addresses, what.codec(), what.speech(everyone), about["pace"], calls)
    runner = NodeRunner(
        name,
        make,
        mapping,
        what.load().environment,
        SqliteStore(folder / f"{name}.db"),
        TraceLog(folder / f"{name}.ndjson", what.header(everyone), name, mapping, mapping.local(make(name, {}))),
        send=host.send,
        reply=host.reply,
        timer=host.timer,
    )
    await host.run(runner)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), sys.argv[2:]))
