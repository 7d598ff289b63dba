"""The lock service keeps what it promises under faults; its leases do no more than `specs/lock/Lease.tla` says."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelcheck.check import check
from modelcheck.verdict import Violated
from pyimpl.lock import PROTOCOL
from pyimpl.lock.client import MARGIN_MS, RELIED_ON_MS
from pyimpl.lock.service import LEASE_MS
from pyimpl.lock.store import Store
from pyimpl.sim import FAULTS, Run, run

SPECS = Path(__file__).parents[2] / "specs"


def journal(result: Run) -> list[int]:
    store = result.world.node("store")
    assert isinstance(store, Store)
    return store.journal


@pytest.mark.parametrize("faults", [(), tuple(FAULTS)], ids=["calm", "storm"])
def test_every_request_is_served_and_writes_stand_in_their_order(faults: tuple[str, ...]) -> None:
    stale = 0
    for seed in range(100):
        result = run(PROTOCOL, seed, faults, record=False)
        written = journal(result)
        assert result.world.done(result.world), seed
        assert written == sorted(set(written)), seed
        answers = [token for tokens in result.world.replies.values() for token in tokens]
        assert set(answers) <= set(written), seed
        service = result.world.node("lock")
        stale += service.issued - len(written)  # type: ignore[attr-defined]
    assert (stale > 100) == bool(faults), "grants that came to nothing"


@pytest.mark.parametrize("faulty", ["NoFencing", "FenceForgotten"])
def test_without_the_fence_writes_stand_out_of_order(faulty: str) -> None:
    mutant = PROTOCOL.mutant(faulty)
    bad = 0
    for seed in range(150):
        written = journal(run(PROTOCOL, seed, mutant.faults, faulty=faulty, record=False))
        bad += written != sorted(set(written))
    assert bad >= 3


def test_a_client_stops_in_time_by_its_own_clock() -> None:
    """Timers are late by up to a quarter: the longest time for which a client relies on a lease is below its length."""
    assert RELIED_ON_MS + RELIED_ON_MS // 4 <= LEASE_MS - MARGIN_MS < LEASE_MS


@pytest.mark.parametrize(("margin", "exclusive"), [(2, True), (1, False)])
def test_the_margin_must_be_the_drift(margin: int, exclusive: bool, tmp_path: Path) -> None:
    config = tmp_path / "Margin.cfg"
    text = (SPECS / "lock" / "MCLease.cfg").read_text(encoding="utf-8")
    config.write_text(text.replace("Margin = 2", f"Margin = {margin}").replace(" Covered", ""), encoding="utf-8")
    verdict = check(SPECS / "lock" / "Lease.tla", config)
    if exclusive:
        assert verdict.name == "holds"
    else:
        assert isinstance(verdict, Violated)
        assert (verdict.property_name, len(verdict.behavior.states)) == ("Exclusive", 12)
