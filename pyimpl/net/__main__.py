"""One node as a process: `python -m pyimpl.net DIR NAME`, where DIR/cluster.json says who is who.

    {"protocol": "raft", "pace": 2.0, "nodes": {"s1": ["127.0.0.1", 40001, 40002], …}}

Keeps DIR/NAME.db (records) and DIR/NAME.ndjson (trace). Ends at SIGTERM.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from contextlib import suppress
from pathlib import Path

from pyimpl.net.host import Address, Host, NodeRunner
from pyimpl.net.services import service
from pyimpl.net.store import SqliteStore
from pyimpl.net.tracelog import TraceLog


async def serve(folder: Path, name: str) -> None:
    """Run the node until SIGTERM or SIGINT."""
    about = json.loads((folder / "cluster.json").read_text(encoding="utf-8"))
    addresses = {node: Address(*where) for node, where in about["nodes"].items()}
    names, what = tuple(addresses), service(about["protocol"])
    protocol = what.load()

    host = Host(name, addresses, what.codec(), what.speech(names), about["pace"])
    runner = NodeRunner(
        name,
        what.make(names),
        protocol.mapping,
        protocol.environment,
        SqliteStore(folder / f"{name}.db"),
        TraceLog(
            folder / f"{name}.ndjson",
            what.header(names),
            name,
            protocol.mapping,
            protocol.mapping.local(what.make(names)(name, {})),
        ),
        send=host.send,
        reply=host.reply,
        timer=host.timer,
    )
    running = asyncio.ensure_future(host.run(runner))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, running.cancel)
    with suppress(asyncio.CancelledError):
        await running


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), sys.argv[2]))
