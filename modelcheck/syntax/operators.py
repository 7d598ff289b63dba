"""The operator table of TLA+: every operator symbol, its fixity, precedence range, associativity and synonyms.

Facts from *Specifying Systems*, chapter 15 (tables 5 and 6), and SANY where the two differ (Unicode synonyms,
`\\X` as an operator of any number of operands). Each operator has one canonical name, used in syntax trees;
`canonical` maps every synonym to it. Application `f[x]` (16) and record fields `r.x` (17) bind tighter than all
of these and are no operators here.

Precedences are ranges `low..high`. Of two neighbouring operators the one whose whole range is higher binds
tighter; if the ranges overlap, parentheses are needed, unless both are the same left-associative operator.
"""

from __future__ import annotations

from modelcheck.records import dataclass

INFIX, PREFIX, POSTFIX = "infix", "prefix", "postfix"


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator symbol. `low` and `high` are tenths of the book's scale (`+` is 100, the book's 10)."""

    name: str
    fix: str
    low: int
    high: int
    left_associative: bool = False


# One line per range: fixity, low, high, associativity (l left, n none), then the operators; synonyms after `|`s,
# the canonical name first.
_TABLE = r"""
prefix   40  40 n  ~|\lnot|\neg|¬
prefix   40 150 n  []|□ <>|◇ ENABLED UNCHANGED
prefix  100 130 n  SUBSET UNION DOMAIN
prefix  120 120 n  -.
postfix 150 150 n  '|′ ^+|⁺ ^* ^#
infix    10  10 n  =>|⇒
infix    20  20 n  <=>|\equiv|≡|⇔ ~>|↝ -+->|⇸
infix    30  30 l  /\|\land|∧ \/|\lor|∨
infix    50  50 n  =  /=|#|≠ < > \leq|<=|=<|≤ \geq|>=|≥ \in|∈ \notin|∉
infix    50  50 n  \subseteq|⊆ \subset|⊂ \supset|⊃ \supseteq|⊇
infix    50  50 n  \sqsubset|⊏ \sqsubseteq|⊑ \sqsupset|⊐ \sqsupseteq|⊒
infix    50  50 n  \prec|≺ \preceq|⪯ \succ|≻ \succeq|⪰ \ll|≪ \gg|≫
infix    50  50 n  \sim|∼ \simeq|≃ \approx|≈ \cong|≅ \asymp|≍ \doteq|≐ \propto|∝
infix    50  50 n  |-|⊢ |=|⊨ -||⊣ =||⫤ :=|≔ ::=|⩴
infix    50 140 l  \cdot|⋅
infix    60  60 l  @@
infix    70  70 n  :> <:
infix    80  80 l  \cup|\union|∪ \cap|\intersect|∩
infix    80  80 n  \
infix    90  90 n  ..|‥ ...|…
infix    90 130 l  ## $ $$ ??|⁇ \sqcap|⊓ \sqcup|⊔ \uplus|⊎
infix    90 130 n  !!|‼
infix    90 140 n  \wr|≀
infix   100 100 l  + ++ (+)|\oplus|⊕
infix   100 110 l  | |||‖ %%
infix   100 110 n  %
infix   100 130 l  \X|\times|×
infix   110 110 l  - -- (-)|\ominus|⊖
infix   130 130 l  * ** & && \o|\circ|∘ \star|⋆ \bullet|● \bigcirc|◯ (.)|\odot|⊙ (\X)|\otimes|⊗
infix   130 130 n  / // \div|÷ (/)|\oslash|⊘
infix   140 140 n  ^ ^^
"""

# Symbols in which the separator itself occurs.
_WITH_BAR = {"|-|⊢": ("|-", "⊢"), "|=|⊨": ("|=", "⊨"), "-||⊣": ("-|", "⊣"), "=||⫤": ("=|", "⫤"), "|": ("|",),
             "|||‖": ("||", "‖")}  # fmt: skip


def _read_table() -> tuple[dict[str, Operator], dict[str, str]]:
    operators: dict[str, Operator] = {}
    names: dict[str, str] = {}
    for line in _TABLE.strip().splitlines():
        fix, low, high, associativity, *groups = line.split()
        for group in groups:
            synonyms = _WITH_BAR.get(group) or tuple(group.split("|"))
            name = synonyms[0]
            operators[name] = Operator(name, fix, int(low), int(high), associativity == "l")
            names.update((synonym, name) for synonym in synonyms)
    return operators, names


OPERATORS, _CANONICAL = _read_table()
"""Canonical name to operator, and (private) every spelling to its canonical name."""

SPELLINGS = tuple(_CANONICAL)
"""Every way to write every operator."""

MINUS, NEGATION, PRODUCT = "-", "-.", "\\X"


def canonical(symbol: str) -> str:
    """The canonical name of an operator symbol; any other name is its own."""
    return _CANONICAL.get(symbol, symbol)


def is_operator(symbol: str) -> bool:
    """Whether `symbol` is a spelling of an operator."""
    return symbol in _CANONICAL


def binds_tighter(left: Operator, right: Operator) -> bool | None:
    """Of two operators around one operand, whether `left` takes it. None: neither, parentheses are needed."""
    if left.low > right.high:
        return True
    if left.high < right.low:
        return False
    if left is right and left.left_associative:
        return True
    return None
