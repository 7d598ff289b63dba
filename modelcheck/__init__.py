"""A model checker for TLA+: reads specs, finds what they allow, and says what is wrong.

    from modelcheck import check
    verdict = check("DieHard.tla")
    print(verdict.name, verdict.counts.distinct)

Rooms, in the order in which data flows: `syntax`, `module`, `ir`, `engine`, `explore`, `verdict`, `render`; `values`
under all of them. `check` is the whole pipeline in one function. `hypothesis_machine` makes a state machine of a spec,
which drives an implementation.
"""

from typing import TYPE_CHECKING, Any

from modelcheck.check import check

if TYPE_CHECKING:
    from modelcheck.machine import hypothesis_machine

__all__ = ["check", "hypothesis_machine"]


def __getattr__(name: str) -> Any:
    """`hypothesis_machine` is imported when it is asked for, as Hypothesis takes a while."""
    if name == "hypothesis_machine":
        from modelcheck.machine import hypothesis_machine

        return hypothesis_machine
    raise AttributeError(f"module 'modelcheck' has no attribute {name!r}")
