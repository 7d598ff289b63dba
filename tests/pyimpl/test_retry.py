"""Calls are carried out once, whatever is lost; the small libraries do what they say."""

from __future__ import annotations

import pytest

from pyimpl.retry import PROTOCOL
from pyimpl.retry.backoff import Backoff
from pyimpl.retry.server import Server
from pyimpl.retry.sessions import Sessions
from pyimpl.sim import FAULTS, Run, run


def journal(result: Run) -> list[tuple[str, int, str]]:
    server = result.world.node("server")
    assert isinstance(server, Server)
    return server.journal


@pytest.mark.parametrize("faults", [(), tuple(FAULTS)], ids=["calm", "storm"])
def test_each_request_is_carried_out_once(faults: tuple[str, ...]) -> None:
    for seed in range(100):
        result = run(PROTOCOL, seed, faults, record=False)
        done = journal(result)
        assert result.world.done(result.world), seed
        assert len({(c, n) for c, n, _ in done}) == len(done) == len(result.world.replies), seed
        answers = sorted(answer for given in result.world.replies.values() for answer in given)
        assert answers == list(range(1, len(done) + 1)), seed


@pytest.mark.parametrize("faulty", ["NoTable", "TableNotLogged"])
def test_without_the_table_some_are_carried_out_twice(faulty: str) -> None:
    mutant = PROTOCOL.mutant(faulty)
    runs = (journal(run(PROTOCOL, seed, {*mutant.faults, "loss"}, faulty=faulty)) for seed in range(100))
    assert sum(len({(c, n) for c, n, _ in done}) < len(done) for done in runs) >= 5


def test_waiting_grows_and_differs_between_clients() -> None:
    times = [[Backoff(40, 400, place, 3, tries).wait_ms() for tries in range(6)] for place in range(3)]
    assert times[0] == [40, 80, 160, 320, 400, 400]
    assert times[1] == [46, 93, 186, 373, 466, 466]
    assert times[2] == [53, 106, 213, 426, 533, 533]
    backoff = Backoff()
    assert [backoff.wait_ms(), backoff.wait_ms()] == [40, 80]
    backoff.reset()
    assert backoff.wait_ms() == 40
    assert Backoff(tries=10_000).wait_ms() == 400


def test_sessions_remember_the_last_call_of_each_client() -> None:
    sessions = Sessions()
    assert sessions.is_new("c1", 1) and sessions.answer("c1", 1) is None
    sessions.done("c1", 1, "one")
    sessions.done("c2", 5, "five")
    sessions = Sessions.of(sessions.as_record())
    assert not sessions.is_new("c1", 1) and sessions.is_new("c1", 2) and not sessions.is_new("c2", 4)
    assert (sessions.answer("c1", 1), sessions.answer("c2", 4), sessions.answer("c2", 5)) == ("one", None, "five")
