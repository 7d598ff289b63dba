"""How fast, and in how much memory, a long trace of Raft is validated: with all variables, and with some.

    python tests/bench/bench_validate.py [EVENTS] [FOLDER]

Three servers in the simulator, eight clients with commands without end, crashes and lost messages throughout. Each
validation runs in a process of its own, which gives its peak memory.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from pyimpl.net.services import service  # noqa: E402
from pyimpl.raft import MAPPING, SERVERS  # noqa: E402
from pyimpl.raft.mapping import ENVIRONMENT  # noqa: E402
from pyimpl.raft.node import Server  # noqa: E402
from pyimpl.sim import Ask, Choices, Weather, World  # noqa: E402
from traces.event import dumps  # noqa: E402
from traces.pairs import protocol  # noqa: E402
from traces.record import Differences  # noqa: E402

NAMES = SERVERS[:3]
CLIENTS = 8
PARTIAL = ("currentTerm", "role", "commitIndex")


class Endless(World):
    """Each client asks again as soon as it is answered."""

    def step(self) -> bool:
        """One move, and the next question of whoever was answered."""
        moved = super().step()
        for number in [n for n in self.open if n in self.replies]:
            self.open.remove(number)
            self.ask(number + CLIENTS)
        return moved

    open: list[int]

    def ask(self, number: int) -> None:
        """Question `number`, of the client whose turn it is."""
        self.open.append(number)
        client, count = number % CLIENTS, number // CLIENTS + 1
        first = number % len(NAMES)
        command = (f"c{client}", count, ("add", "x", 1))
        self.schedule(1, Ask(number, command, (*NAMES[first:], *NAMES[:first])))


def write_trace(path: Path, count: int) -> None:
    """A run with so many events."""
    weather = Weather(loss_one_in=50, duplicate_one_in=50, crash_every_ms=1000, calm_ms=10**9)
    make = {name: partial(Server, everyone=NAMES, initial=NAMES) for name in NAMES}
    world = Endless(make, MAPPING, Choices.seeded(1), weather, environment=ENVIRONMENT)  # type: ignore[arg-type]
    world.open = []
    told = Differences(protocol("raft"))
    told._before = world.state()
    events: list[dict[str, Any]] = []
    world.observe(lambda event: events.append(told.told(event)))
    for number in range(CLIENTS):
        world.ask(number)
    while len(events) < count and world.step():
        pass
    del events[count:]
    what = service("raft")
    header = what.header(NAMES) | {"observed": list(MAPPING.names)}
    header["constants"] = header["constants"] | what.cover(NAMES, events)
    path.write_text(dumps(header, events), encoding="utf-8")
    crashes, size = world.happened["crash"], path.stat().st_size / 1e6
    print(f"{path}: {len(events):,} events, {crashes} crashes, {size:.0f} MB")


def with_some(path: Path, variables: tuple[str, ...]) -> Path:
    """The same trace with fewer variables."""
    out = path.with_suffix(".some.ndjson")
    with open(path, encoding="utf-8") as lines, open(out, "w", encoding="utf-8") as written:
        for number, line in enumerate(lines):
            data = json.loads(line)
            if number:
                data["changes"] = {name: c for name, c in data["changes"].items() if name in variables}
            else:
                data["observed"] = list(variables)
            written.write(json.dumps(data) + "\n")
    return out


def judge(path: Path) -> None:
    """Validate one trace, and print figures as JSON."""
    from traces.validate import validate_file

    begin, begin_cpu = perf_counter(), process_time()
    verdict = validate_file(path)
    seconds, cpu = perf_counter() - begin, process_time() - begin_cpu
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([verdict.accepted, verdict.explained, verdict.seen, seconds, cpu, peak_mb]))


def main() -> None:
    """Write, validate, print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(tempfile.mkdtemp())
    path = folder / "raft.ndjson"
    if not path.exists():
        write_trace(path, count)
    for name, trace in (("all variables", path), (", ".join(PARTIAL), with_some(path, PARTIAL))):
        done = subprocess.run(
            [sys.executable, __file__, "--judge", str(trace)], capture_output=True, text=True, check=True
        )
        accepted, explained, seen, seconds, cpu, peak_mb = json.loads(done.stdout)
        print(
            f"{name}: {'accepted' if accepted else 'REFUSED'}, {explained:,} events, {seen:,} states, "
            f"{seconds:.1f} s ({explained / seconds:,.0f} events/s), {cpu:.1f} s of CPU "
            f"({explained / cpu:,.0f} events/s), peak {peak_mb:.0f} MB"
        )


if __name__ == "__main__":
    judge(Path(sys.argv[2])) if sys.argv[1:2] == ["--judge"] else main()
