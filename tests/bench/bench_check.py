"""States per second of `check` on a few models, and what the search adds to the engine.

Run as `python tests/bench/bench_check.py`.

Prints one line a model; asserts nothing, as times depend on the machine.
"""

from __future__ import annotations

import sys
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from modelcheck.engine.closures import ClosureEngine  # noqa: E402
from modelcheck.explore.bfs import Limits, Search, Task  # noqa: E402
from modelcheck.explore.task import make_task  # noqa: E402
from modelcheck.module import load  # noqa: E402

EXAMPLES = ROOT.parent / "shared" / "corpus" / "examples"
MODELS = [
    ROOT / "specs" / "twophase" / "MCTwoPhase.tla",
    ROOT / "specs" / "paxos" / "MCPaxos.tla",
    EXAMPLES / "transaction_commit" / "2PCwithBTM.tla",
    EXAMPLES / "lamport_mutex" / "MCLamportMutex.tla",
]


def measure(path: Path, seconds_max: float = 20.0) -> None:
    """Search with all checks; then again with none, to tell the steps from the checks."""
    begin = perf_counter()
    model = load(path)
    engine = ClosureEngine(model)
    loaded = perf_counter() - begin
    rates = []
    for task in (make_task(model, engine), Task(check_deadlock=False)):
        search = Search(engine, task, Limits(seconds=seconds_max))
        begin = perf_counter()
        search.run()
        spent = perf_counter() - begin
        rates.append(search.generated / spent)
    begin = perf_counter()
    generated = sum(len(engine.successors(state)) for state in search.states)
    bare = generated / (perf_counter() - begin)
    print(
        f"{path.stem:<16} read {loaded:5.2f} s   {search.generated:>9,} generated   "
        f"checked {rates[0]:>8,.0f}/s   unchecked {rates[1]:>8,.0f}/s   successors alone {bare:>8,.0f}/s"
    )


if __name__ == "__main__":
    chosen = [Path(argument) for argument in sys.argv[1:]] or [path for path in MODELS if path.exists()]
    for path in chosen:
        measure(path)
