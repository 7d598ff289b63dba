"""`tlapair search`: Hypothesis looks for a run of an implementation that its spec does not explain, and makes it small.

A run is its sequence of choices (`pyimpl.sim.choices`): `search` has Hypothesis draw them and shrink a failing run to
few that matter; `table` counts which actions each kind of fault leads to; `command` is the command.
"""

from __future__ import annotations

from traces.faults.search import Found, Searched, search
from traces.faults.table import FaultTable, fault_table

__all__ = ["FaultTable", "Found", "Searched", "fault_table", "search"]
