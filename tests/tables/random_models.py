r"""Random small models of the kinds that tables are made for: message sets, records, functions, sequences, counters.

A model is text, made from choices of a `random.Random`; the same seed gives the same text. Some parts fail to evaluate
in some states (a record without the field that is asked for, `Tail` of the empty sequence, incomparable values), some
invariants and properties are false in some states, some states have no successor.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

HEADER = """---- MODULE T ----
EXTENDS Naturals, Sequences, FiniteSets
VARIABLES msgs, st, q, c, b
vars == <<msgs, st, q, c, b>>
P == 1..2
Sent(t, p) == {m \\in msgs : m.type = t /\\ m.who = p}
Level == [p \\in P |-> {m.n : m \\in {x \\in msgs : x.type = "a" /\\ x.who = p}}]
"""
INITS = (
    "msgs = {} /\\ st = [p \\in P |-> 0] /\\ q = <<>> /\\ c = 0 /\\ b = [on |-> FALSE, k |-> {}]",
    'msgs = {[type |-> "a", n |-> 0, who |-> 1]} /\\ st \\in [P -> 0..1] /\\ q = <<>> /\\ c = 1 '
    "/\\ b = [on |-> TRUE, k |-> {1}]",
)
GUARDS = (
    "st[p] < 2", "st[1] = st[2]", "c < 3", "Len(q) < 2", "q # <<>>", "b.on", "~b.on", "p \\in b.k", "b.k = {}",
    "c \\in b.k => st[p] > 0",
    '\\E m \\in msgs : m.type = "a" /\\ m.n >= st[p]',
    '\\A m \\in msgs : m.type = "b" => m.n <= c',
    '\\A x, y \\in msgs : x.type = "b" /\\ y.type = "b" => x.n = y.n',
    "\\A m \\in msgs : m.who # p",
    '\\E x \\in P : x # p /\\ \\E m \\in Sent("a", x) : m.n = c',
    'Cardinality({m \\in msgs : m.type = "a" /\\ m.who = p}) < 2',
    '[type |-> "a", n |-> 1, who |-> p] \\in msgs',
    '[type |-> "b", n |-> c, who |-> p] \\notin msgs',
    '{m.n : m \\in Sent("a", p)} # {}',
    "msgs = {}", "Cardinality(msgs) < 3",
    "LET hi == {m \\in msgs : m.n > st[p]} IN hi = {} \\/ (CHOOSE m \\in hi : \\A o \\in hi : m.n >= o.n).who = p",
    "(IF b.on THEN c ELSE st[p]) < 2",
    "c \\in Level[p]", "Level[1] = Level[2]",
    "(st[p] = 0 \\/ st[p] < 2 \\/ b.on)",
)  # fmt: skip
ILL = ("\\E m \\in msgs : m.extra = 1", "Head(q) < 2", "c = q", "st[c] = 0", "\\A m \\in msgs : m.n < m.extra \\/ b.on")
UPDATES = {
    "msgs": (
        'msgs \\cup {[type |-> "a", n |-> st[p], who |-> p]}',
        'msgs \\cup {[type |-> "b", n |-> c, who |-> p]}',
        'msgs \\cup {[type |-> "c", extra |-> 1, n |-> 0, who |-> 1]}',
        "{m \\in msgs : m.who # p}", "msgs \\ {m \\in msgs : m.n = c}", "msgs", "msgs", "{}",
    ),
    "st": (
        "[st EXCEPT ![p] = (@ + 1) % 3]", "[st EXCEPT ![p] = c]", "[i \\in P |-> IF i = p THEN 0 ELSE st[i]]", "st",
        "[st EXCEPT ![1] = st[2], ![2] = @]", "[st EXCEPT ![3] = 0]",
    ),
    "q": ("Append(q, st[p])", "IF q = <<>> THEN q ELSE Tail(q)", "q", "q", "<<>>",
          "IF Len(q) > 2 THEN <<>> ELSE q \\o <<p>>"),
    "c": ("(c + 1) % 4", "c", "c", "0", "Len(q)", "IF b.on THEN c ELSE Cardinality(msgs)"),
    "b": ("[b EXCEPT !.on = ~@]", "b", "b", "[b EXCEPT !.k = @ \\cup {p}]", "[b EXCEPT !.k = {}, !.on = c > 1]",
          "[on |-> b.on, k |-> b.k \\ {p}]"),
}  # fmt: skip
CHOICES = (
    "", "", "\\E w \\in msgs", '\\E w \\in {x \\in msgs : x.type = "a"}', "\\E w \\in {x \\in msgs : x.n >= st[p]}",
    '\\E w \\in msgs \\ {[type |-> "a", n |-> 0, who |-> p]}', "\\E w \\in b.k", "\\E w, v \\in b.k",
    "\\E w \\in {x \\in P : st[x] < c}", "\\E w \\in DOMAIN q",
)  # fmt: skip
OF_W = ("w.who = p", 'w.type = "a"', "w.n >= c")
INVARIANTS = (
    "c \\in 0..3", "st \\in [P -> 0..2]", "Len(q) <= 3", "b \\in [on : BOOLEAN, k : SUBSET P]",
    'msgs \\subseteq ([type : {"a", "b"}, n : 0..3, who : P] \\cup [type : {"c"}, n : {0}, who : {1}, extra : {1}])',
    "\\A m \\in msgs : m.n < 3", '\\A m \\in msgs : m.type = "a" => \\E x \\in P : m.who = x /\\ m.n <= 2',
    "Cardinality(msgs) < 6", "\\A p \\in P : st[p] < 3 \\/ Level[p] # {}", "~(c = 3 /\\ b.on /\\ st[1] = 2)",
    "\\A x, y \\in msgs : x.who = y.who \\/ x.n + y.n < 4",
)  # fmt: skip
CONSTRAINTS = (
    "c < 3",
    "Cardinality(msgs) < 4",
    "\\A m \\in msgs : m.n < 2",
    "st[1] + st[2] < 3 \\/ b.on",
    "Len(q) < 3",
)
ACTION_CONSTRAINTS = (
    "c' >= c",
    "Cardinality(msgs') <= Cardinality(msgs) + 1 /\\ st'[1] < 2",
    "b'.on = b.on \\/ q' = q",
)
PROPERTIES = (
    "[][\\E p \\in P, n \\in 0..2 : Level' \\in {[Level EXCEPT ![p] = @ \\cup {n}], [Level EXCEPT ![p] = {}]} "
    "\\/ Level' = [Level EXCEPT ![p] = {n}, ![3] = st[4]] \\/ c' = c]_Level",
    "[][\\A p \\in P : Level' = [i \\in P |-> IF i = p THEN Level[i] \\cup {c} ELSE Level'[i]] \\/ st'[p] < 3]_Level",
    "[][[k |-> c', on |-> b'.on] = [k |-> (c + 1) % 4, on |-> ~b.on] \\/ c' # c + 1 \\/ Head(q) < 4]_<<b, c>>",
    "[][c' # c => c' < 4]_c",
    "[][\\E p \\in P : Level'[p] # Level[p]]_Level",
    "[][\\E p \\in P : st' = [st EXCEPT ![p] = st'[p]]]_st",
    "[][q' = <<>> \\/ Len(q') >= Len(q) \\/ Len(q') = Len(q) - 1]_q",
    '[][\\A m \\in msgs : m.type = "b" => m \\in msgs\' \\/ m.n <= 3]_msgs',
    "[][UNCHANGED st \\/ \\E p \\in P : \\E k \\in 0..3 : st'[p] = k /\\ st[p] # k]_<<st, b>>",
    "[][b'.k \\subseteq b.k \\/ b.k \\subseteq b'.k]_(b.k)",
)


class Maker:
    """Puts parts together; bound names are renamed, each use its own."""

    def __init__(self, rng: random.Random, ill: float) -> None:
        self.rng = rng
        self.ill = ill
        self._uses = 0

    def part(self, texts: Sequence[str]) -> str:
        """One of the texts, in parentheses."""
        self._uses += 1
        text = re.sub(r"(?<![.\\])\b(m|x|y|o|hi|i)\b(?! \|->)", rf"\g<1>{self._uses}", self.rng.choice(texts))
        return f"({text})"

    def guard(self) -> str:
        """A guard; now and then one that may fail."""
        return self.part(ILL if self.rng.random() < self.ill else GUARDS)

    def action(self) -> str:
        """One disjunct of Next."""
        rng = self.rng
        choice = self.part(CHOICES)[1:-1]
        inner = [self.guard() for _ in range(rng.choice((0, 1, 1, 2)))]
        before = [self.guard() for _ in range(rng.choice((0, 0, 1)))]
        updates = {v: f"{v}' = {self.part(texts)}" for v, texts in UPDATES.items()}
        if "msgs" in choice:
            inner[:0] = rng.choice(([], [self.part(OF_W)]))
            if rng.random() < 0.3:
                updates["msgs"] = "msgs' = msgs \\ {w}"
        if rng.random() < 0.25:
            updates["c"] = "c' \\in {0, c, 2}"
        last = conjunction(list(updates.values()))
        if rng.random() < 0.2:
            last = f"(IF {self.guard()} THEN {last} ELSE ((b.on \\/ c > 0) /\\ {last}))"
        elif rng.random() < 0.2:
            last = f"({last} \\/ (b.on /\\ {last}))"
        made = conjunction([*inner, last])
        if choice:
            made = f"({choice} : {made})"
        return f"\\E p \\in P : {conjunction([*before, made])}"


def conjunction(items: list[str]) -> str:
    """In parentheses."""
    return "(" + " /\\ ".join(items) + ")"


def model(rng: random.Random, ill: float) -> tuple[str, str]:
    """The text of a module `T` and of its cfg."""
    lines = [HEADER, f"Init == {rng.choice(INITS)}"]
    maker = Maker(rng, ill)
    lines.append("Next == \\/ " + "\n        \\/ ".join(f"({maker.action()})" for _ in range(rng.randint(2, 4))))
    cfg = ["INIT Init", "NEXT Next", f"CHECK_DEADLOCK {rng.choice(('TRUE', 'FALSE', 'FALSE'))}"]
    kinds = (
        ("INVARIANT", "Inv", INVARIANTS, (0, 1, 2, 3)),
        ("CONSTRAINT", "Con", CONSTRAINTS, (0, 1, 1, 2)),
        ("ACTION_CONSTRAINT", "Act", ACTION_CONSTRAINTS, (0, 0, 1)),
        ("PROPERTY", "Prop", PROPERTIES, (0, 1, 1)),
    )
    for keyword, prefix, texts, numbers in kinds:
        for i in range(rng.choice(numbers)):
            lines.append(f"{prefix}{i} == {rng.choice(texts)}")
            cfg.append(f"{keyword} {prefix}{i}")
    lines.append(f"Small == Cardinality(msgs) < {rng.choice((3, 4))} /\\ Len(q) < 3")
    cfg.append("CONSTRAINT Small")
    return "\n".join(lines) + "\n====\n", "\n".join(cfg) + "\n"


SYMMETRIC = """---- MODULE T ----
EXTENDS Naturals, Sequences, FiniteSets, TLC
CONSTANTS P, None
VARIABLES f, s, q, n, r
Sym == Permutations(P)
Init == f = [p \\in P |-> 0] /\\ s = {} /\\ q = <<>> /\\ n = 0 /\\ r = [of |-> None, by |-> {}]
"""
SYMMETRIC_GUARDS = (
    "f[p] < 2", "p \\in s", "p \\notin s", "q # <<>>", "Len(q) < 2", "n < 3", "r.of = None", "r.of = p", "r.of # p",
    "q # <<>> /\\ Head(q) = p", "\\A o \\in P : f[o] <= f[p]", "s \\subseteq r.by", "\\E o \\in s : o # p",
    "Cardinality(s) < 2", "p \\in r.by", "<<p, n>> \\notin {<<o, f[o]>> : o \\in P}",
)  # fmt: skip
SYMMETRIC_UPDATES = {
    "f": ("[f EXCEPT ![p] = (@ + 1) % 3]", "f", "f", "[o \\in P |-> IF o \\in s THEN 0 ELSE f[o]]"),
    "s": ("s \\cup {p}", "s \\ {p}", "s", "{o \\in P : f[o] = 1}"),
    "q": ("IF Len(q) < 2 THEN Append(q, p) ELSE q", "IF q = <<>> THEN q ELSE Tail(q)", "q", "q"),
    "n": ("(n + 1) % 4", "n", "n", "Cardinality(s)"),
    "r": ("[r EXCEPT !.of = p]", "r", "r", "[of |-> None, by |-> r.by \\cup {p}]", "[r EXCEPT !.by = s]"),
}
SYMMETRIC_INVARIANTS = (
    "f \\in [P -> 0..2]", "s \\subseteq P", "n < 4", "q \\in Seq(P)", "~(r.of # None /\\ n = 3 /\\ Cardinality(s) = 2)",
    "\\A p \\in P : f[p] = 2 => n < 3 \\/ p \\in s \\/ q = <<>>", "Cardinality(r.by) <= 2 \\/ s # P",
)  # fmt: skip


def symmetric_model(rng: random.Random) -> tuple[str, str]:
    """The same of a model that takes permuted states for one."""
    arms = []
    for _ in range(rng.randint(3, 5)):
        guards = rng.sample(SYMMETRIC_GUARDS, rng.choice((0, 1, 1)))
        arms.append("\\E p \\in P : " + " /\\ ".join(
            [f"({part})" for part in guards]
            + [f"{v}' = ({rng.choice(texts)})" for v, texts in SYMMETRIC_UPDATES.items()]
        ))  # fmt: skip
    lines = [SYMMETRIC, "Next == \\/ " + "\n        \\/ ".join(f"({arm})" for arm in arms)]
    size = rng.choice((2, 3, 3))
    members = ", ".join(f"p{i}" for i in range(size))
    cfg = ["INIT Init", "NEXT Next", "SYMMETRY Sym", f"CONSTANTS P = {{{members}}} None = None",
           f"CHECK_DEADLOCK {rng.choice(('TRUE', 'FALSE', 'FALSE'))}"]  # fmt: skip
    for i, text in enumerate(rng.sample(SYMMETRIC_INVARIANTS, rng.choice((0, 1, 2)))):
        lines.append(f"Inv{i} == {text}")
        cfg.append(f"INVARIANT Inv{i}")
    if rng.random() < 0.4:
        lines.append("Con == n < 3 \\/ s = {}")
        cfg.append("CONSTRAINT Con")
    if rng.random() < 0.3:
        lines.append("Prop == [][n' = n \\/ n' = (n + 1) % 4 \\/ n' = Cardinality(s)]_n")
        cfg.append("PROPERTY Prop")
    return "\n".join(lines) + "\n====\n", "\n".join(cfg) + "\n"


def symmetric_view(rng: random.Random) -> tuple[str, str]:
    """The same of a model with SYMMETRY and with a VIEW that leaves variables out, or turns their order round."""
    text, cfg = symmetric_model(rng)
    names = re.findall(r"\w+", re.findall(r"VARIABLES? (.*)", text)[0])
    seen = rng.sample(names, rng.randint(1, len(names) - 1))
    text = text.replace("\nInit ==", f"\nView == <<{', '.join(seen)}>>\nInit ==", 1)
    assert "\nView ==" in text
    return text, cfg + "VIEW View\n"
