"""Simulating a model, from a path to a result: the counterpart of `check.py` for random behaviors.

`simulate` reads the module and its cfg, evaluates the assumptions, walks random behaviors (`explore/simulate.py`), and
judges what they ended with. It raises `TlaError` for text, cfg or options that are wrong. A result without a violation
is never `Holds`: it says how many behaviors of how many steps were looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelcheck.records import dataclass, replace

if TYPE_CHECKING:
    from modelcheck.engine.closures import ClosureEngine
    from modelcheck.engine.protocol import ActionInfo
    from modelcheck.explore.bfs import Stop, Task
    from modelcheck.explore.path import Behavior
    from modelcheck.explore.simulate import Plan, Simulation, Tally, Wrong
    from modelcheck.module.model import Model
    from modelcheck.stdlib.registry import Access
    from modelcheck.verdict import Verdict


@dataclass(frozen=True, slots=True)
class SimulationResult:
    """What a simulation ended with. `actions` are what the tally's `taken` and `enabled` count; `tried`: by action.

    `number`: the behavior (from 1) in which something is wrong, 0 if none; `found_after`: how many steps it had then;
    the verdict's behavior may be a shorter one.
    """

    verdict: Verdict
    plan: Plan
    tally: Tally
    actions: tuple[ActionInfo, ...]
    tried: list[int]
    number: int = 0
    found_after: int = 0


def simulate(
    path: str | Path,
    config: str | Path | None = None,
    *,
    plan: Plan | None = None,
    workers: int = 1,
    library: Sequence[str | Path] = (),
    check_deadlock: bool | None = None,
    shorten: bool = True,
    on_progress: Callable[[Tally, float], None] | None = None,
    output: Callable[[str], None] | None = None,
    access: Access | None = None,
) -> SimulationResult:
    """Walk random behaviors of the spec at `path`, as `plan` says (by default 1,000 of up to 100 steps, seed 0).

    `config`: the cfg, by default the one beside the spec with its name. `workers`: processes; the result is the same
    for any number of them. `library`: more folders to look for modules in. `check_deadlock`: overrides the cfg.
    `shorten`: look for a shorter behavior to what was found. `on_progress` is called a few times a second. `output`
    gets what the spec prints (default: standard output). `access`: which files and programs the spec may reach. Raises
    `TlaError`.
    """
    from modelcheck.engine.closures import ClosureEngine
    from modelcheck.explore.simulate import Plan
    from modelcheck.module import load

    model = load(path, config, library)
    engine = ClosureEngine(model)
    if output is not None:
        engine.context.out = output
    if access is not None:
        access.grant(engine.context)
    chosen = plan or Plan()
    return simulate_model(model, engine, chosen, workers, check_deadlock, shorten, on_progress)


def simulate_model(
    model: Model,
    engine: ClosureEngine,
    plan: Plan,
    workers: int = 1,
    check_deadlock: bool | None = None,
    shorten: bool = True,
    on_progress: Callable[[Tally, float], None] | None = None,
) -> SimulationResult:
    """Simulate a model that is loaded."""
    from modelcheck.explore.bfs import Finding, Stop
    from modelcheck.explore.simulate import Simulation
    from modelcheck.explore.simworkers import run_in_workers
    from modelcheck.explore.task import make_task
    from modelcheck.explore.unsound import has_liveness
    from modelcheck.explore.walklive import WalkLiveness
    from modelcheck.judge import false_assumption

    task = make_task(model, engine, check_deadlock)
    liveness = WalkLiveness(model, engine) if has_liveness(model) else None
    simulation = Simulation(engine, task, plan, liveness, on_progress)
    engine.set_run(simulation)
    wrong_first = false_assumption(model, engine)
    if wrong_first is not None:
        return SimulationResult(wrong_first, plan, simulation.tally, engine.actions, simulation.tried_by_action())
    ended: Wrong | Stop | None = simulation.begin()
    if ended is None:
        ended = _walk(simulation, run_in_workers, workers)
    number, after = simulation.number, len(simulation.steps_by)
    if isinstance(ended, Finding) and ended.target is not None:
        after += 1
    verdict = _judged(model, simulation, ended, task, shorten)
    if ended is None or isinstance(ended, Stop):
        number = after = 0
    tried = simulation.tried_by_action()
    return SimulationResult(verdict, plan, simulation.tally, engine.actions, tried, number, after)


def _walk(simulation: Simulation, run: Callable[..., Any], workers: int) -> Wrong | Stop | None:
    from modelcheck.explore.bfs import Stop

    try:
        ended: Wrong | Stop | None = run(simulation, workers)
    except KeyboardInterrupt:
        return Stop("interrupted")
    except MemoryError:
        return Stop("out_of_memory")
    finally:
        simulation.late()
    return ended


def _judged(
    model: Model, simulation: Simulation, ended: Wrong | Stop | None, task: Task, shorten: bool
) -> Verdict:
    from modelcheck.explore.bfs import Finding, Stop
    from modelcheck.explore.fair import LivenessFinding
    from modelcheck.explore.shorten import shortened
    from modelcheck.explore.task import in_words
    from modelcheck.judge import counts_of, false_postcondition, judge, judge_liveness
    from modelcheck.verdict import AssertFailed, Deadlock, EvalFailure, Simulated, Violated

    checked = in_words(task, model)
    if simulation.liveness is not None:
        checked = (*checked, "liveness only on the cycles within each behavior")
    if isinstance(ended, LivenessFinding):
        # a behavior of the spec, whatever SYMMETRY, VIEW or constraints leave out: nothing to warn of
        return replace(judge_liveness(model, simulation, ended), warnings=())
    if isinstance(ended, Finding):
        if shorten:
            simulation.short = shortened(simulation, ended)
        verdict = judge(model, simulation, ended, checked)
        if simulation.short is None and isinstance(verdict, Violated | Deadlock | AssertFailed | EvalFailure):
            verdict = replace(verdict, behavior=_with_actions(simulation, verdict.behavior))
        return verdict
    if isinstance(ended, Stop):
        return judge(model, simulation, ended, checked)
    counts = counts_of(simulation)
    wrong = false_postcondition(model, simulation.engine, counts)
    if wrong is not None:
        return wrong
    tally = simulation.tally
    return Simulated(
        counts=counts,
        checked=checked,
        behaviors=tally.behaviors,
        depth=simulation.plan.depth,
        asked=simulation.exit_asked,
        warnings=_warnings(simulation),
    )


def _warnings(simulation: Simulation) -> tuple[str, ...]:
    """Initial states outside a property's initial predicate; actions that were never taken."""
    tally, actions = simulation.tally, simulation.engine.actions
    dead = tuple(
        f"action {info.name} was never taken ({f'looked at {tried:,} times' if tried != 1 else 'looked at once'}, "
        f"{'never enabled' if not enabled else f'enabled {enabled:,} times' if enabled != 1 else 'enabled once'})"
        for info, taken, tried, enabled in zip(
            actions, tally.taken, simulation.tried_by_action(), tally.enabled, strict=True
        )
        if not taken
    )
    return (*simulation.init_warnings.values(), *dead)


def _with_actions(simulation: Simulation, shown: Behavior) -> Behavior:
    """The names of actions whose steps the engine does not find again (they were random), as the walk knows them."""
    from modelcheck.engine.protocol import ActionInfo

    known = [*simulation.steps_by, simulation.last_action]
    steps = list(shown.steps)
    for place, step in enumerate(steps[1:], 1):
        if step.action is None and place <= len(known):
            info = simulation.engine.actions[known[place - 1]]
            steps[place] = replace(step, action=ActionInfo(info.name, (), info.span))
    return replace(shown, steps=tuple(steps))
