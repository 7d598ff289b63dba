"""Traces join specs and implementations: record what an implementation did, and ask the spec whether it allows it.

    from traces.record import record, as_trace
    from traces.validate import validate
    validate(as_trace(record("paxos", seed=7, faults=("loss", "crash")))).accepted

Data flows `event` (text to events) → `spec` (header to model) → `claims` (events against the spec's names) → `search`
(set of states) → `validate` (verdict) → `explain`, `report`, `coverage`. `record` runs `pyimpl`, `merge` joins the logs
of single nodes, `verify` does everything for every bundled pair.
"""
