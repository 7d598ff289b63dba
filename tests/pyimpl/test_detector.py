"""The failure detector finds the dead, clears the living, and its timeouts do what they say."""

from __future__ import annotations

from functools import partial

import pytest

from pyimpl.detector import MEMBERS, PROTOCOL
from pyimpl.detector.mapping import ENVIRONMENT, MAPPING
from pyimpl.detector.member import Member
from pyimpl.detector.patience import Accrual, Fixed, Growing, Patience
from pyimpl.sim import FAULTS, run
from pyimpl.sim.choices import Choices
from pyimpl.sim.faults import Weather
from pyimpl.sim.world import Ask, World

KINDS = pytest.mark.parametrize(
    "patience", [lambda: Fixed(90), lambda: Growing(90), lambda: Accrual(90)], ids=["fixed", "growing", "accrual"]
)


def calm(patience: object, seed: int, workload: list[tuple[int, Ask]] | None = None) -> World:
    make = {name: partial(Member, peers=MEMBERS, patience=patience) for name in MEMBERS}
    return World(make, MAPPING, Choices.seeded(seed), Weather(), workload=workload or (), environment=ENVIRONMENT)


def views_of(world: World, q: str) -> list[tuple[int, bool]]:
    nodes = [world.node(p) for p in MEMBERS if p != q]
    return [n.view[q] for n in nodes if isinstance(n, Member) and not n.down]


def until(world: World, ms: int) -> None:
    while world.now_ms < ms and world.step():
        pass


@pytest.mark.parametrize("faults", [(), tuple(FAULTS)], ids=["calm", "storm"])
def test_in_the_end_nobody_alive_is_suspected(faults: tuple[str, ...]) -> None:
    for seed in range(60):
        result = run(PROTOCOL, seed, faults, record=False)
        assert result.world.done(result.world), seed


@KINDS
def test_the_dead_are_suspected_by_all_and_cleared_when_they_come_back(patience: object) -> None:
    for seed in range(10):
        world = calm(patience, seed)
        until(world, 500)
        assert views_of(world, "m1") == [(0, False)] * 2
        world.crash("m1")
        until(world, 1500)
        assert views_of(world, "m1") == [(0, True)] * 2
        world.start("m1")
        until(world, 2000)
        assert views_of(world, "m1") == [(1, False)] * 2


@KINDS
def test_a_check_says_whether_there_was_an_answer(patience: object) -> None:
    world = calm(patience, 1, [(200, Ask(1, "m2", ("m1",))), (400, Ask(2, "m2", ("m1",)))])
    until(world, 300)
    world.crash("m2")
    until(world, 1000)
    assert world.replies == {1: ["alive"], 2: ["suspect"]}


def test_accrual_waits_longer_where_intervals_vary() -> None:
    steady, wild = Accrual(1000), Accrual(1000)
    for n in range(50):
        steady.heard(20)
        wild.heard(20 + (n % 2) * 60)
    assert 20 < steady.timeout_ms() < wild.timeout_ms() < 1000
    for patience in (steady, wild):
        assert patience.level(patience.timeout_ms() - 2) < 8 <= patience.level(patience.timeout_ms())


@pytest.mark.parametrize("patience", [Growing(100), Accrual(100)])
def test_patience_grows_with_mistakes(patience: Patience) -> None:
    before = patience.timeout_ms()
    patience.mistaken()
    assert patience.timeout_ms() == before * 3 // 2
    fixed = Fixed(100)
    fixed.mistaken()
    assert fixed.timeout_ms() == 100
