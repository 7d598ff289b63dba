"""Random behaviors: what is found, what is counted, and that seed and number decide everything."""

from __future__ import annotations

from itertools import pairwise

import pytest
from small_walks import write

from modelcheck.errors import TlaError
from modelcheck.explore.simulate import Plan
from modelcheck.simulate import simulate

QUIET = "CHECK_DEADLOCK FALSE\n"


def walked(path, behaviors=20, depth=100, seed=0, **options):
    return simulate(path, plan=Plan(seed, depth, behaviors), **options)


def test_nothing_found_is_never_called_holding(tmp_path):
    result = walked(write(tmp_path, "Steps"))
    verdict, tally = result.verdict, result.tally
    assert (verdict.name, verdict.exit_code) == ("simulated", 0)
    assert (verdict.behaviors, verdict.depth) == (20, 100)
    assert (tally.behaviors, tally.steps, tally.longest, tally.at_depth) == (20, 2000, 100, 20)
    assert sum(tally.taken) == 2000
    up, down, never = tally.taken
    assert never == 0 and up - down <= 9 * 20 and min(up, down) > 800
    assert verdict.checked == ("deadlock",)
    assert verdict.warnings == (f"action Never was never taken (looked at {result.tried[2]:,} times, never enabled)",)


@pytest.mark.parametrize(
    ("cfg", "exit_code", "name", "length"),
    [
        ("INVARIANT Low", 12, "Low", 6),
        ("PROPERTY Smooth", 12, "Smooth", 5),
        ("INVARIANT Level", 12, "Level", 30),
        ("INVARIANT Odd", 76, "Odd", 4),
        ("INVARIANT Five", 76, "Five", 6),
        ("CONSTRAINT Five", 14, None, 6),
    ],
)
def test_what_is_wrong_is_found_and_shortened(tmp_path, cfg, exit_code, name, length):
    result = walked(write(tmp_path, "Steps", cfg))
    assert result.verdict.exit_code == exit_code
    assert getattr(result.verdict, "property_name", None) == name
    assert len(result.verdict.behavior.steps) == length
    assert result.number >= 1 and result.found_after >= length - 1
    assert [step.action is None for step in result.verdict.behavior.steps] == [True] + [False] * (length - 1)


def test_behavior_can_be_shown_as_it_was_found(tmp_path):
    path = write(tmp_path, "Steps", "INVARIANT Low")
    short, found = walked(path), walked(path, shorten=False)
    assert (short.number, short.found_after) == (found.number, found.found_after)
    assert len(found.verdict.behavior.steps) == found.found_after + 1 > len(short.verdict.behavior.steps) == 6
    states = [state for (state,) in found.verdict.behavior.states]
    assert all(abs(a - b) == 1 for a, b in pairwise(states)) and states[-1] == 5


def test_constraints_end_a_behavior_and_are_no_deadlock(tmp_path):
    result = walked(write(tmp_path, "Turns", "CONSTRAINT One"))
    assert result.verdict.exit_code == 0
    assert (result.tally.outside, result.tally.steps, result.tally.generated) == (20, 0, 1 + 20 * 3)


def test_deadlock(tmp_path):
    result = walked(write(tmp_path, "Turns"))
    assert (result.verdict.name, result.number, result.found_after) == ("deadlock", 1, 3)
    quiet = walked(write(tmp_path, "Turns", QUIET))
    assert (quiet.verdict.exit_code, quiet.tally.no_successor, quiet.tally.steps) == (0, 20, 60)


def test_instances_are_drawn_for_each_process(tmp_path):
    result = walked(write(tmp_path, "Turns", QUIET), behaviors=300)
    # the first of three is always enabled, the second at once or after one of the others, the third after two
    assert result.tally.taken == [900] and result.tally.generated == 1 + 900
    assert 900 + 300 * 3 < result.tried[0] < 900 + 300 * 3 + 300 * 3


@pytest.mark.parametrize(
    ("cfg", "property_name", "stutters"),
    [("PROPERTY All", None, False), ("PROPERTY Catch", "Catch", True)],
)
def test_liveness_on_cycles_of_a_behavior(tmp_path, cfg, property_name, stutters):
    result = walked(write(tmp_path, "Turns", f"{QUIET}{cfg}"))
    assert getattr(result.verdict, "property_name", None) == property_name
    assert result.verdict.exit_code == (13 if property_name else 0)
    if not property_name:
        words = "liveness only on the cycles within each behavior"
        assert result.verdict.checked == ("property All", words)
    if stutters:
        assert result.verdict.stutters and result.verdict.loop == 3


def test_unfair_spec_stutters_at_once(tmp_path):
    result = walked(write(tmp_path, "Steps", "PROPERTY Reaches"))
    assert result.verdict.exit_code == 13
    assert len(result.verdict.behavior.steps) == 1 and result.verdict.stutters


def test_liveness_under_constraints_needs_no_permission(tmp_path):
    result = walked(write(tmp_path, "Turns", f"{QUIET}PROPERTY Catch\nCONSTRAINT Two"))
    assert (result.verdict.exit_code, result.verdict.warnings) == (13, ())
    assert len(result.verdict.behavior.steps) == 4 and result.verdict.stutters


@pytest.mark.parametrize(("prop", "code"), [("Leaves", 13), ("Reaches", 13)])
def test_fairness_of_actions(tmp_path, prop, code):
    path = write(tmp_path, "Steps", f"SPECIFICATION Climbs\nPROPERTY {prop}", spec=False)
    result = walked(path)
    assert result.verdict.exit_code == code
    assert len(result.verdict.behavior.steps) > 1 and not result.verdict.stutters
    assert result.verdict.back.action.name == "Down"


def test_liveness_property_that_cannot_be_evaluated(tmp_path):
    result = walked(write(tmp_path, "Steps", "PROPERTY Broken"))
    assert (result.verdict.exit_code, result.verdict.property_name) == (77, "Broken")
    assert [state for (state,) in result.verdict.behavior.states] == [0, 1, 2, 3]


def everything(result):
    shown = getattr(result.verdict, "behavior", None)
    states = None if shown is None else [(step.state, step.action and step.action.name) for step in shown.steps]
    return result.tally, result.tried, result.verdict.name, result.number, result.found_after, states


@pytest.mark.parametrize("cfg", ["", "INVARIANT Low", "PROPERTY Reaches", "INVARIANT Level"])
def test_workers_change_nothing(tmp_path, cfg):
    path = write(tmp_path, "Steps", cfg)
    alone = everything(walked(path, behaviors=50, seed=3))
    assert everything(walked(path, behaviors=50, seed=3, workers=3)) == alone
    if not cfg:
        assert everything(walked(path, behaviors=50, seed=4)) != alone


def test_chance_in_the_spec_follows_the_seed(tmp_path):
    path = write(tmp_path, "Dice", "INVARIANT Six")
    one = everything(walked(path, seed=5))
    assert one == everything(walked(path, seed=5)) == everything(walked(path, seed=5, workers=2))
    assert one[2] == "violated" and one[5][-1] == ((6,), "Next")


def test_more_seeds_more_behaviors(tmp_path):
    path = write(tmp_path, "Dice", "INVARIANT Six")
    assert len({everything(walked(path, seed=seed))[4] for seed in range(12)}) > 4


def test_registers_need_one_worker(tmp_path):
    path = write(tmp_path, "Dice", "CONSTRAINT Counted")
    assert walked(path).verdict.exit_code == 0
    with pytest.raises(TlaError) as caught:
        walked(path, workers=2)
    assert (caught.value.code, caught.value.exit_code) == ("U011", 151)


def test_spec_can_ask_to_stop(tmp_path):
    result = walked(write(tmp_path, "Dice", "CONSTRAINT Quit"), behaviors=1000)
    assert result.verdict.asked and result.verdict.exit_code == 0 and result.tally.behaviors < 10


def test_facts_of_the_run(tmp_path):
    assert walked(write(tmp_path, "Steps", "INVARIANT Small")).verdict.exit_code == 0
    assert walked(write(tmp_path, "Steps", "INVARIANT Small"), behaviors=21).verdict.exit_code == 12
    assert walked(write(tmp_path, "Steps", "POSTCONDITION Done")).verdict.exit_code == 0
    assert walked(write(tmp_path, "Steps", "POSTCONDITION Done"), behaviors=21).verdict.exit_code == 10


def test_alias_is_shown(tmp_path):
    result = walked(write(tmp_path, "Steps", "INVARIANT Low\nALIAS Shown"))
    assert [dict(pairs)["twice"] for pairs in result.verdict.behavior.alias] == [0, 2, 4, 6, 8, 10]


def test_initial_predicate_of_a_property_is_a_warning(tmp_path):
    path = write(tmp_path, "Steps", "PROPERTY One")
    path.write_text(path.read_text().replace("====\n", "One == x = 1\n====\n"))
    result = walked(path)
    assert result.verdict.exit_code == 0
    assert result.verdict.warnings[0] == "the initial predicate of property One is false where x = 0"


def test_no_initial_state_is_refused(tmp_path):
    path = write(tmp_path, "Steps", "CONSTRAINT Nowhere")
    path.write_text(path.read_text().replace("====\n", "Nowhere == x > 20\n====\n"))
    with pytest.raises(TlaError) as caught:
        walked(path)
    assert (caught.value.code, caught.value.exit_code) == ("U010", 151)


def test_invariant_of_an_initial_state(tmp_path):
    path = write(tmp_path, "Steps", "INVARIANT Above")
    path.write_text(path.read_text().replace("====\n", "Above == x > 0\n====\n"))
    result = walked(path)
    assert (result.verdict.exit_code, result.number, len(result.verdict.behavior.steps)) == (12, 0, 1)


def test_time_ends_it(tmp_path):
    path = write(tmp_path, "Steps")
    for workers in (1, 2):
        result = simulate(path, plan=Plan(behaviors=None, seconds=0.3), workers=workers)
        assert result.verdict.exit_code == 0 and result.tally.behaviors > 1
        assert 0.25 < result.verdict.counts.seconds < 5
