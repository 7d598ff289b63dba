"""Counts, verdicts and behaviors of the breadth-first search, on engines written by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_engine import FakeEngine, counters, jugs, predicate

from modelcheck.errors import EvalError
from modelcheck.explore.bfs import Finding, Limits, Progress, Search, Stop, Task
from modelcheck.explore.path import behavior


def searched(engine, task=None, limits=None):
    search = Search(engine, task or Task(), limits)
    return search, search.run()


def test_complete_search_counts():
    search, ended = searched(jugs())
    assert ended is None
    assert (search.generated, search.distinct, search.depth, search.initial) == (97, 16, 8, 1)
    assert search.frontier == 0


def test_invariant_violated_first_state_and_path():
    four_litres = predicate("Not4", lambda s: s[1] != 4)
    search, found = searched(jugs(), Task(invariants=(four_litres,)))
    assert isinstance(found, Finding)
    assert (found.kind, found.predicate) == ("invariant", four_litres)
    path = search.path(found)
    assert len(path) == 7
    assert path[0] == (0, 0) and path[-1] == (3, 4)
    steps = behavior(search.engine, path).steps
    assert steps[0].action is None
    assert [s.action.name for s in steps[1:]] == [
        "FillBig", "BigToSmall", "EmptySmall", "BigToSmall", "FillBig", "BigToSmall",
    ]  # fmt: skip
    assert (search.generated, search.distinct, search.depth) == (73, 14, 7)


def test_first_of_two_invariants_is_reported():
    a, b = predicate("A", lambda s: s[1] < 5), predicate("B", lambda s: s[1] < 5)
    _, found = searched(jugs(), Task(invariants=(a, b)))
    assert found.predicate is a


def test_repeats_count_as_generated():
    twice = FakeEngine(("x",), [(0,), (0,), (1,)], A=lambda s: [((0,), ()), ((0,), ())])
    search, ended = searched(twice)
    assert ended is None
    assert (search.generated, search.distinct, search.initial, search.depth) == (7, 2, 3, 1)


def test_deadlock_is_a_state_without_successor():
    search, found = searched(counters(1))
    assert found == Finding("deadlock", 3)
    assert search.path(found) == [(0, 0), (1, 0), (1, 1)]
    _, ended = searched(counters(1), Task(check_deadlock=False))
    assert ended is None


def test_constraint_keeps_a_state_out_but_its_invariants_are_checked():
    within = predicate("C", lambda s: s[0] + s[1] < 3)
    search, ended = searched(counters(9), Task(constraints=(within,)))
    assert ended is None
    # 6 states inside; each has 2 successors; the four at x + y = 3 are generated only
    assert (search.generated, search.distinct, search.depth) == (13, 6, 3)
    beyond = predicate("I", lambda s: s[0] < 3)
    search, found = searched(counters(9), Task(constraints=(within,), invariants=(beyond,)))
    assert (found.kind, found.target) == ("invariant", (3, 0))
    assert search.path(found) == [(0, 0), (1, 0), (2, 0), (3, 0)]
    assert search.depth == 3


def test_no_deadlock_where_only_the_constraint_cuts_successors():
    within = predicate("C", lambda s: s[0] == 0 and s[1] == 0)
    search, ended = searched(counters(1), Task(constraints=(within,)))
    assert ended is None
    assert (search.generated, search.distinct, search.depth) == (3, 1, 1)


def test_initial_states_outside_the_constraint():
    engine = FakeEngine(("x",), [(n,) for n in range(6)], Up=lambda s: [((s[0] + 1,), ())])
    search, ended = searched(engine, Task(constraints=(predicate("C", lambda s: s[0] < 3),)))
    assert ended is None
    assert (search.generated, search.distinct, search.depth) == (9, 3, 1)
    search, ended = searched(engine, Task(constraints=(predicate("C", lambda s: False),)))
    assert ended is None
    assert (search.generated, search.distinct, search.depth) == (6, 0, 1)
    _, found = searched(
        engine,
        Task(
            constraints=(predicate("C", lambda s: s[0] < 3),),
            invariants=(predicate("I", lambda s: s[0] < 4),),
        ),
    )
    assert (found.kind, found.index, found.target) == ("invariant", None, (4,))


def test_no_initial_state():
    search, ended = searched(FakeEngine(("x",), []))
    assert ended is None
    assert (search.generated, search.distinct, search.depth) == (0, 0, 0)


def test_action_constraint_cuts_steps_not_states():
    one_way = predicate("A", lambda s, t: t[1] == s[1], is_action=True)
    search, ended = searched(counters(2), Task(action_constraints=(one_way,), check_deadlock=False))
    assert ended is None
    assert (search.generated, search.distinct, search.depth) == (6, 3, 3)


def test_step_property_is_checked_on_steps_to_seen_states():
    back = FakeEngine(("x",), [(0,)], Up=lambda s: [((min(2, s[0] + 1),), ())], Reset=lambda s: [((0,), ())])
    never_back = predicate("P", lambda s, t: t[0] >= s[0], is_action=True)
    search, found = searched(back, Task(step_properties=(never_back,)))
    assert (found.kind, found.target) == ("step_property", (0,))
    assert search.path(found) == [(0,), (1,), (0,)]


def test_step_property_is_checked_on_steps_out_of_the_constraint():
    within = predicate("C", lambda s: s[0] + s[1] < 3)
    small = predicate("P", lambda s, t: t[0] < 3, is_action=True)
    _, found = searched(counters(9), Task(constraints=(within,), step_properties=(small,)))
    assert (found.kind, found.target) == ("step_property", (3, 0))


def test_init_property():
    p = predicate("P", lambda s: s[0] == 1)
    _, found = searched(jugs(), Task(init_properties=(p,)))
    assert (found.kind, found.index, found.target, found.predicate) == ("init_property", None, (0, 0), p)


def test_view_decides_identity():
    search, ended = searched(counters(3), Task(check_deadlock=False, identity=lambda s: s[0] + s[1]))
    assert ended is None
    assert search.distinct == 7 and search.depth == 7


def failing(at, before=()):
    def act(s):
        yield from before
        if s[0] == at:
            raise EvalError("E001", "compared 1 with \"a\"")
        yield (s[0] + 1,), ()

    return FakeEngine(("x",), [(0,)], A=act)


def test_error_in_next_gives_the_behavior_up_to_the_state():
    search, found = searched(failing(2))
    assert (found.kind, found.doing, found.error.code) == ("error", "next", "E001")
    assert search.path(found) == [(0,), (1,), (2,)]


def test_a_violation_found_before_the_error_in_next_wins():
    # TLC checks each successor as it is found, so the first one is looked at although the second fails.
    _, found = searched(
        failing(0, before=[((-1,), ())]), Task(invariants=(predicate("I", lambda s: s[0] >= 0),))
    )
    assert (found.kind, found.target) == ("invariant", (-1,))


def test_error_in_an_invariant_names_it():
    def holds(s):
        if s[1] == 5:
            raise EvalError("E009", "not boolean")
        return True

    bad = predicate("Bad", holds)
    _, found = searched(jugs(), Task(invariants=(bad,)))
    assert (found.kind, found.doing, found.predicate, found.target) == ("error", "check", bad, (0, 5))


def test_limits():
    search, ended = searched(counters(50), limits=Limits(states=100))
    assert ended == Stop("states", 100) and 100 < search.distinct <= 102
    search, ended = searched(counters(50), limits=Limits(depth=4))
    assert ended == Stop("depth", 4)
    assert (search.distinct, search.depth, search.frontier) == (15, 5, 5)
    _, ended = searched(counters(50), limits=Limits(seconds=0.0, states=10**9))
    # the clock is looked at every quarter of a second; a search shorter than that may end first
    assert ended in (Stop("seconds", 0.0), Finding("deadlock", 51 * 51 - 1))
    _, ended = searched(counters(2), Task(check_deadlock=False), Limits(states=9, depth=5))
    assert ended is None  # exactly as large as the limits allow


def test_interrupt_keeps_the_counts():
    def act(s):
        if s[0] == 3:
            raise KeyboardInterrupt
        yield (s[0] + 1,), ()

    search, ended = searched(FakeEngine(("x",), [(0,)], A=act))
    assert ended == Stop("interrupted")
    assert (search.generated, search.distinct) == (4, 4)


def test_out_of_memory_is_a_stop():
    def act(s):
        raise MemoryError

    _, ended = searched(FakeEngine(("x",), [(0,)], A=act))
    assert ended == Stop("out_of_memory")


def test_what_tlcget_answers_while_running():
    engine = FakeEngine(("x",), [(0,)], A=lambda s: [((s[0] + 1,), ())] if s[0] < 3 else [])
    log = []

    def look(what, answer=True):
        def holds(*states):
            run = engine.run
            names = ("level", "generated", "distinct", "queue", "diameter")
            log.append((what, states[0][0], *(run.stat(n) for n in names), len(run.trace())))
            return answer

        return holds

    task = Task(
        invariants=(predicate("I", look("inv")),),
        constraints=(predicate("C", look("con")),),
        action_constraints=(predicate("A", look("acon"), True),),
        check_deadlock=False,
    )
    searched(engine, task)
    # level, generated, distinct, queue and diameter as TLC prints them on the same model
    assert log[2:8] == [
        ("con", 1, 2, 2, 1, 0, 1, 2), ("acon", 0, 1, 2, 1, 0, 1, 1), ("inv", 1, 2, 2, 2, 0, 2, 2),
        ("con", 2, 3, 3, 2, 0, 2, 3), ("acon", 1, 2, 3, 2, 0, 2, 2), ("inv", 2, 3, 3, 3, 0, 3, 3),
    ]  # fmt: skip
    with pytest.raises(KeyError):
        engine.run.stat("nonsense")


def test_progress_is_reported(monkeypatch):
    monkeypatch.setattr("modelcheck.explore.bfs._TICK_EVERY_S", 0.0)
    seen: list[Progress] = []
    search = Search(jugs(), Task(), on_progress=seen.append)
    search.run()
    assert len(seen) >= 16
    last = seen[-1]
    assert replace(last, seconds=0.0) == Progress(91, 16, 1, 8, 0.0)
