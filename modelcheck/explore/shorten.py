"""A shorter behavior to the same wrong thing: breadth first over the states that a random behavior went through.

Takes a simulation and its finding; gives the states of a shortest behavior to it that goes through no other states, or
None when that is no shorter, or no longer wrong (a property may speak of the level or of the trace).
Steps outside the constraints are not taken.
"""

from __future__ import annotations

from collections import deque

from modelcheck.engine.protocol import State
from modelcheck.errors import EvalError
from modelcheck.explore.bfs import Finding
from modelcheck.explore.simulate import Simulation


def shortened(simulation: Simulation, finding: Finding) -> list[State] | None:
    """The states of a shorter behavior that leads to the finding, the offending state last; None when none is found."""
    found = simulation.path(finding)
    if finding.index is None or (finding.kind == "error" and finding.doing == "next"):
        return None
    through = found if finding.target is None else found[:-1]
    goal = None if finding.kind in ("step_property", "deadlock") else finding.target
    path = _shortest(simulation, through, goal)
    if goal is None and finding.target is not None:
        path.append(finding.target)
    if len(path) < len(found) and simulation.check_again(finding, path):
        return path
    return None


def _shortest(simulation: Simulation, through: list[State], goal: State | None) -> list[State]:
    """From the first of the states to `goal`, one step out of them (None: to the last of them)."""
    inside, last = set(through), through[-1]
    constraints = simulation.task.action_constraints
    came: dict[State, State] = {}
    seen = {through[0]}
    queue = deque([through[0]])
    while queue:
        state = queue.popleft()
        if goal is None and state == last:
            return _back(came, state)
        try:
            targets = [target for target, _ in simulation.engine.successors(state)]
            if goal is not None and goal in targets:
                return [*_back(came, state), goal]
            for target in targets:
                if target not in seen and target in inside and all(p.holds(state, target) for p in constraints):
                    seen.add(target)
                    came[target] = state
                    queue.append(target)
        except EvalError:
            continue  # the behavior goes on from here without meeting this error
    return through if goal is None else [*through, goal]


def _back(came: dict[State, State], state: State) -> list[State]:
    path = [state]
    while path[-1] in came:
        path.append(came[path[-1]])
    return path[::-1]
