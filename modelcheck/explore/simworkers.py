"""Random behaviors in several processes, with the result of one.

Takes a `Simulation` whose initial states are known; gives what its `run` gives, and the same tally. Workers are forked,
so nothing need be sent to them; behavior k is the same in each. They do blocks of behaviors in turn and stop at the
first that is wrong; the block with the smallest number decides, and the behavior is walked again in this process, so
that only numbers are sent back. What a spec prints is shown in the order of the behaviors.

Refused (U011): registers (`TLCSet`), which one process carries from behavior to behavior and several cannot. Where
processes cannot be forked, one process does all: only time is lost.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection
from typing import Any, Literal, NoReturn

from modelcheck.errors import TlaError
from modelcheck.explore.bfs import Stop
from modelcheck.explore.simulate import Simulation, Tally, Wrong
from modelcheck.records import dataclass, field

BLOCK = 32


@dataclass(slots=True)
class _Report:
    """What became of one block. `number`: the behavior that is wrong. `refused`: code and message."""

    tally: Tally
    end: Literal["done", "wrong", "exit", "late", "refused", "crashed"] = "done"
    number: int = 0
    printed: list[str] = field(default_factory=list)
    refused: tuple[str, str] = ("", "")


class _Registers(dict[Any, Any]):
    """Registers as the initial states left them; writing one is refused."""

    def __setitem__(self, key: Any, value: Any) -> NoReturn:
        raise TlaError("U011", f"the spec sets the register {key!r} in a behavior, and there are several workers")


def run_in_workers(simulation: Simulation, workers: int) -> Wrong | Stop | None:
    """All behaviors of the simulation's plan, done by `workers` processes."""
    if workers < 2 or "fork" not in get_all_start_methods():
        return simulation.run()
    return _Pool(simulation, workers).run()


class _Pool:
    def __init__(self, simulation: Simulation, workers: int) -> None:
        self.simulation = simulation
        self.workers = workers
        self.out = simulation.engine.context.out

    def run(self) -> Wrong | Stop | None:
        context = get_context("fork")
        ends: list[Connection[Any, Any]] = []
        processes = []
        for worker in range(self.workers):
            here, there = context.Pipe(duplex=False)
            process = context.Process(target=self._work, args=(worker, there), daemon=True)
            process.start()
            there.close()
            ends.append(here)
            processes.append(process)
        try:
            return self._collect(ends)
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.join()

    # ---- in this process ----

    def _collect(self, ends: list[Connection[Any, Any]]) -> Wrong | Stop | None:
        simulation = self.simulation
        late: set[int] = set()  # workers that have met the end of the time
        wrong: int | None = None
        for block, _ in self._blocks():
            worker = block % self.workers
            if len(late) == self.workers:
                break
            if worker in late:
                continue
            report = self._receive(ends[worker])
            simulation.tally.add(report.tally)
            for text in report.printed:
                self.out(text)
            if report.end == "refused":
                raise TlaError(*report.refused)
            if report.end == "crashed":
                raise RuntimeError(f"a worker failed: {report.refused[1]}")
            if report.end == "wrong":
                wrong = report.number
                break
            if report.end == "exit":
                simulation.exit_asked = True
                break
            if report.end == "late":
                late.add(worker)
            if simulation.on_progress is not None:
                simulation.late()
                simulation.on_progress(simulation.tally, simulation.seconds)
        simulation.late()
        return None if wrong is None else self._again(wrong)

    def _receive(self, end: Connection[Any, Any]) -> _Report:
        try:
            report: _Report = end.recv()
        except EOFError:
            return _Report(Tally(), "crashed", refused=("", "it ended without a word"))
        return report

    def _again(self, number: int) -> Wrong:
        """Walk the behavior that a worker found wrong."""
        simulation = self.simulation
        tally, simulation.tally = simulation.tally, simulation.new_tally()
        simulation.engine.context.out = lambda text: None
        try:
            found = simulation.behavior(number)
        finally:
            simulation.tally = tally
            simulation.engine.context.out = self.out
        if found is None:
            text = f"behavior {number + 1} went wrong in a worker, and does not when it is walked again"
            raise TlaError("U011", text, cause="the spec reads a clock or a file")
        return found

    def _blocks(self) -> Iterator[tuple[int, range]]:
        """The number of each block, and its behaviors."""
        behaviors = self.simulation.plan.behaviors
        size = BLOCK if behaviors is None else max(1, min(BLOCK, behaviors // (4 * self.workers)))
        block = 0
        while behaviors is None or block * size < behaviors:
            last = (block + 1) * size if behaviors is None else min((block + 1) * size, behaviors)
            yield block, range(block * size, last)
            block += 1

    # ---- in a worker ----

    def _work(self, worker: int, end: Connection[Any, Any]) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        simulation = self.simulation
        simulation.on_progress = None
        simulation.alone(False)
        context = simulation.engine.context
        before = dict(context.registers)
        for block, behaviors in self._blocks():
            if block % self.workers == worker:
                context.registers = _Registers(before)
                report = self._block(behaviors)
                try:
                    end.send(report)
                except BrokenPipeError:
                    break
                if report.end != "done":
                    break
        end.close()
        os._exit(0)  # nothing of the parent's is to be flushed or closed here

    def _block(self, behaviors: range) -> _Report:
        simulation = self.simulation
        simulation.tally = simulation.new_tally()
        report = _Report(simulation.tally)
        simulation.engine.context.out = report.printed.append
        try:
            for k in behaviors:
                if simulation.behavior(k) is not None:
                    report.end, report.number = "wrong", k
                elif simulation.exit_asked:
                    report.end = "exit"
                elif simulation.late():
                    report.end = "late"
                if report.end != "done":
                    break
        except TlaError as error:
            report.end, report.refused = "refused", (error.code, error.message)
        except Exception as error:
            report.end, report.refused = "crashed", ("", f"{type(error).__name__}: {error}")
        return report
