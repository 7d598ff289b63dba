"""A model checker for TLA+: reads specs, finds what they allow, and says what is wrong.

    from modelcheck import check
    verdict = check("DieHard.tla")
    print(verdict.name, verdict.counts.distinct)

Rooms, in the order in which data flows: `syntax`, `module`, `ir`, `engine`, `explore`, `verdict`, `render`; `values`
under all of them. `check` is the whole pipeline in one function.
"""

from modelcheck.check import check

__all__ = ["check"]
