"""The operators of the language itself: their symbols, arities and levels.

Gives `BUILTINS`, every spelling of every built-in operator to its one `Builtin` symbol, and `LEVELS`, how the level
of an application follows from the levels of its operands (*Specifying Systems*, section 17.2; the same table as
SANY's, so that the same specs are accepted).
"""

from __future__ import annotations

from modelcheck.module.tree import Builtin, Level
from modelcheck.records import dataclass

CONSTANT, STATE, ACTION, TEMPORAL = Level.CONSTANT, Level.STATE, Level.ACTION, Level.TEMPORAL


@dataclass(frozen=True, slots=True)
class LevelRule:
    """`level`: of the operator itself; `most`: the highest level an operand may have; `carries`: whether the
    operands' levels count for the application's. One entry per operand; the last one repeats."""

    level: Level
    most: tuple[Level, ...]
    carries: bool


def _rule(level: Level, *most: Level, carries: bool = True) -> LevelRule:
    return LevelRule(level, most, carries)


_VALUE = _rule(CONSTANT, ACTION)
_LOGIC = _rule(CONSTANT, TEMPORAL)

_TABLE: tuple[tuple[str, int, LevelRule, tuple[str, ...]], ...] = (
    ("TRUE", 0, _VALUE, ()),
    ("FALSE", 0, _VALUE, ()),
    ("BOOLEAN", 0, _VALUE, ()),
    ("STRING", 0, _VALUE, ()),
    ("=", 2, _VALUE, ()),
    ("/=", 2, _VALUE, ("#", "≠")),
    ("~", 1, _LOGIC, ("\\lnot", "\\neg", "¬")),
    ("/\\", 2, _LOGIC, ("\\land", "∧")),
    ("\\/", 2, _LOGIC, ("\\lor", "∨")),
    ("=>", 2, _LOGIC, ("⇒",)),
    ("<=>", 2, _LOGIC, ("\\equiv", "⇔", "≡")),
    ("\\in", 2, _VALUE, ("∈",)),
    ("\\notin", 2, _VALUE, ("∉",)),
    ("\\cup", 2, _VALUE, ("\\union", "∪")),
    ("\\cap", 2, _VALUE, ("\\intersect", "∩")),
    ("\\", 2, _VALUE, ()),
    ("\\subseteq", 2, _VALUE, ("⊆",)),
    ("\\X", -1, _VALUE, ("\\times", "×")),
    ("SUBSET", 1, _VALUE, ()),
    ("UNION", 1, _VALUE, ()),
    ("DOMAIN", 1, _VALUE, ()),
    ("'", 1, _rule(ACTION, STATE, carries=False), ()),
    ("UNCHANGED", 1, _rule(ACTION, STATE, carries=False), ()),
    ("ENABLED", 1, _rule(STATE, ACTION, carries=False), ()),
    ("\\cdot", 2, _rule(ACTION, ACTION, carries=False), ("⋅",)),
    ("[]", 1, _rule(TEMPORAL, TEMPORAL, carries=False), ("□",)),
    ("<>", 1, _rule(TEMPORAL, TEMPORAL, carries=False), ("◇",)),
    ("~>", 2, _rule(TEMPORAL, TEMPORAL, carries=False), ("\\leadsto", "⇝", "↝")),
    ("-+->", 2, _rule(TEMPORAL, TEMPORAL, carries=False), ("⇸", "⍆")),
)

BUILTINS: dict[str, Builtin] = {}
LEVELS: dict[Builtin, LevelRule] = {}
for _name, _arity, _levels, _spellings in _TABLE:
    _symbol = Builtin(_name, None, "", _arity)
    LEVELS[_symbol] = _levels
    for _spelling in (_name, *_spellings):
        BUILTINS[_spelling] = _symbol

# Levels of the constructs that have no operator symbol.
BOX_ACTION = LevelRule(ACTION, (ACTION, STATE), False)  # [A]_v and <<A>>_v: the action, the subscript
FAIRNESS = LevelRule(TEMPORAL, (STATE, ACTION), False)  # WF_v(A) and SF_v(A): the subscript, the action
VALUE = _VALUE  # set, tuple, record, application, EXCEPT: operands are values
LOGIC = _LOGIC  # IF, CASE, quantifier bodies, function bodies: operands may be temporal
TEMPORAL_BODY = LevelRule(TEMPORAL, (TEMPORAL,), False)  # \AA and \EE
