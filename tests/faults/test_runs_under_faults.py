"""Every implementation under no fault, each fault alone, and all together: every run is a behavior of its spec, and
between them they take every action. A few runs of each by default, more than 2,000 of each when slow tests are asked
for."""

from __future__ import annotations

import pytest

from traces import pairs
from traces.faults import fault_table
from traces.manifest import read_manifest
from traces.validate import forget

MANY = 2000
CRASHES = {"twophase": {"TMCrash", "TMRestart", "RMCrash", "RMRestart"}, "zab": {"Crash"}, "versions": {"ClientCrash"}}


@pytest.mark.parametrize("name", pairs.names())
def test_a_few_runs_under_each_fault(name: str) -> None:
    table = fault_table(name, 1, first_seed=5000)
    assert table.rejected == () and table.all_runs == len(pairs.protocol(name).faults) + 2
    assert table.events == sum(sum(column.values()) for column in table.counts.values()) > table.all_runs
    assert set().union(*table.counts.values()) <= set(table.actions)


@pytest.mark.slow
@pytest.mark.parametrize("name", pairs.names())
def test_thousands_of_runs(name: str) -> None:
    columns = len(pairs.protocol(name).faults) + 2
    table = fault_table(name, -(-MANY // columns))
    forget()
    assert table.all_runs >= MANY and not table.rejected, table.lines()
    assert table.never() == []
    assert set(table.only().values()) <= {"crash"}, "what only one fault leads to is a crash, or follows one"
    assert CRASHES.get(name, set()) <= set(table.only())


def test_every_protocol_is_here() -> None:
    assert set(pairs.names()) == {m.protocol for m in read_manifest()} and len(pairs.names()) >= 17
    assert CRASHES.keys() <= set(pairs.names())
