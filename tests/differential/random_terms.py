"""Random terms, and the text of a term.

`TermMaker(rng)` makes terms of a wanted type from any generator with the interface of `random.Random`: a seeded one for
volume, Hypothesis's own where a failure should shrink. With `ill` > 0 each subterm is, that often, of another type than
the place wants; operators that may be undefined are left in with the probability `partial`. Types: `"b" "i" "s"`,
`("S", t)` sets, `("F", k, t)` functions, `("R", ((name, t), ...))` records, `("Q", t)` sequences, `("T", (t, ...))`
tuples. Text is parenthesised throughout: precedence has tests of its own.
"""

from __future__ import annotations

import random
from typing import Any, TypeAlias

from plain_eval import Term
from plain_values import STRINGS

Type: TypeAlias = Any
FIELDS = ("a", "b", "z")
INFIX = ("=", "#")


def written(term: Term) -> str:
    """TLA+ text of a term."""
    tag = term[0]
    return str(TEXTS[tag](term))


def literal(v: Any) -> str:
    if isinstance(v, bool):
        return "TRUE" if v else "FALSE"
    return f'"{v}"' if isinstance(v, str) else f"({v})" if v < 0 else str(v)


def listed(terms: Any) -> str:
    return ", ".join(map(written, terms))


def binder(b: Any) -> str:
    names, is_tuple, domain = b
    left = "<<" + ", ".join(names) + ">>" if is_tuple else names[0]
    return f"{left} \\in {written(domain)}"


def binders(many: Any) -> str:
    return ", ".join(map(binder, many))


def step(s: Any) -> str:
    return f".{s[1]}" if s[0] == "fld" else f"[{written(s[1])}]"


def argument(a: Any) -> str:
    if a[0] == "lambda":
        return f"LAMBDA {', '.join(a[1])} : {written(a[2])}"
    return a[1] if a[0] == "opname" else written(a)


def op1(term: Term) -> str:
    _, sign, a = term
    if sign[0].isalpha() and not sign.isupper():
        return f"{sign}({written(a)})"
    return f"({sign} {written(a)})"


def op2(term: Term) -> str:
    _, sign, a, b = term
    return f"Append({written(a)}, {written(b)})" if sign == "Append" else f"({written(a)} {sign} {written(b)})"


def let(term: Term) -> str:
    _, name, params, body, main = term
    head = f"{name}({', '.join(params)})" if params else name
    return f"(LET {head} == {written(body)} IN {written(main)})"


def letrec(term: Term) -> str:
    _, name, params, body, main = term
    under = ", ".join("_" for _ in params)
    return f"(LET RECURSIVE {name}({under}) {name}({', '.join(params)}) == {written(body)} IN {written(main)})"


def case(term: Term) -> str:
    arms = " [] ".join(f"{written(g)} -> {written(e)}" for g, e in term[1])
    return f"(CASE {arms}{'' if term[2] is None else ' [] OTHER -> ' + written(term[2])})"


def except_(term: Term) -> str:
    changes = ", ".join(f"!{''.join(map(step, path))} = {written(e)}" for path, e in term[2])
    return f"[{written(term[1])} EXCEPT {changes}]"


TEXTS: dict[str, Any] = {
    "lit": lambda t: literal(t[1]),
    "boolean": lambda t: "BOOLEAN",
    "var": lambda t: t[1],
    "prime": lambda t: t[1] + "'",
    "at": lambda t: "@",
    "call": lambda t: f"{t[1]}({', '.join(map(argument, t[2]))})" if t[2] else t[1],
    "let": let,
    "letrec": letrec,
    "letfn": lambda t: f"(LET {t[1]}[{binder(t[2])}] == {written(t[3])} IN {written(t[4])})",
    "not": lambda t: f"(~ {written(t[1])})",
    "and": lambda t: "(" + " /\\ ".join(map(written, t[1])) + ")",
    "or": lambda t: "(" + " \\/ ".join(map(written, t[1])) + ")",
    "imp": lambda t: f"({written(t[1])} => {written(t[2])})",
    "equiv": lambda t: f"({written(t[1])} <=> {written(t[2])})",
    "if": lambda t: f"(IF {written(t[1])} THEN {written(t[2])} ELSE {written(t[3])})",
    "case": case,
    "all": lambda t: f"(\\A {binders(t[1])} : {written(t[2])})",
    "some": lambda t: f"(\\E {binders(t[1])} : {written(t[2])})",
    "choose": lambda t: f"(CHOOSE {binder(t[1])} : {written(t[2])})",
    "filter": lambda t: f"{{{binder(t[1])} : {written(t[2])}}}",
    "map": lambda t: f"{{{written(t[1])} : {binders(t[2])}}}",
    "fn": lambda t: f"[{binders(t[1])} |-> {written(t[2])}]",
    "in": lambda t: f"({written(t[2])} {t[1]} {written(t[3])})",
    "enum": lambda t: "{" + listed(t[1]) + "}",
    "tuple": lambda t: "<<" + listed(t[1]) + ">>",
    "rec": lambda t: "[" + ", ".join(f"{n} |-> {written(e)}" for n, e in t[1]) + "]",
    "recset": lambda t: "[" + ", ".join(f"{n} : {written(e)}" for n, e in t[1]) + "]",
    "fnset": lambda t: f"[{written(t[1])} -> {written(t[2])}]",
    "dot": lambda t: f"{written(t[1])}.{t[2]}",
    "apply": lambda t: f"{written(t[1])}[{listed(t[2])}]",
    "except": except_,
    "select": lambda t: f"SelectSeq({written(t[1])}, {argument(t[2])})",
    "op1": op1,
    "op2": op2,
    "subseq": lambda t: f"SubSeq({listed(t[1:])})",
    "unchanged": lambda t: f"UNCHANGED <<{', '.join(t[1])}>>",
}


class TermMaker:
    """Makes terms. `scope`: (name, type) of what may be read."""

    def __init__(self, rng: random.Random, ill: float = 0.0, partial: float = 1.0) -> None:
        self.rng = rng
        self.partial = partial
        self.ill = ill
        self.named = 0

    # ---- types and names ------------------------------------------------------------------------------------

    def type(self, depth: int = 2) -> Type:
        """A random type."""
        kinds = "bis" if depth <= 0 else "biisSSFRQT"
        kind = self.rng.choice(kinds)
        if kind in "bis":
            return kind
        if kind in "SQ":
            return (kind, self.type(depth - 1))
        if kind == "F":
            return ("F", self.rng.choice("iis"), self.type(depth - 1))
        if kind == "T":
            return ("T", tuple(self.type(depth - 1) for _ in range(2)))
        names = sorted(self.rng.sample(FIELDS, self.rng.randint(1, 2)))
        return ("R", tuple((n, self.type(depth - 1)) for n in names))

    def fresh(self, letter: str = "v") -> str:
        self.named += 1
        return f"{letter}{self.named}"

    def chance(self, p: float) -> bool:
        return self.rng.randint(0, 999) < p * 1000

    # ---- terms ----------------------------------------------------------------------------------------------

    def make(self, t: Type, depth: int, scope: tuple[Any, ...]) -> Term:
        """A term of type `t`, at most about `depth` deep."""
        if self.ill and self.chance(self.ill):
            t = self.type(1)
        known = [("var", n) if p is None else p for n, u, p in scope if u == t]
        if known and self.chance(0.35 if depth > 0 else 0.6):
            return self.rng.choice(known)
        if depth <= 0:
            return self.leaf(t, scope)
        general: tuple[Any, ...] = (self.choice, self.cases, self.lets)
        if self.chance(self.partial):
            general = (*general, self.applied, self.chosen, self.picked, self.headed)
        if self.chance(0.3):
            return self.rng.choice(general)(t, depth - 1, scope)
        own = {"b": self.boolean, "i": self.integer, "s": self.leaf}
        if isinstance(t, str):
            return own[t](t, scope) if t == "s" else own[t](depth - 1, scope)  # type: ignore[operator]
        return {"S": self.set, "F": self.function, "R": self.record, "Q": self.seq, "T": self.tuple}[t[0]](
            t, depth - 1, scope
        )

    def leaf(self, t: Type, scope: tuple[Any, ...] = ()) -> Term:
        """A small constant of the type."""
        if t == "b":
            return ("lit", self.chance(0.5))
        if t == "i":
            return ("lit", self.rng.randint(-2, 4))
        if t == "s":
            return ("lit", self.rng.choice(STRINGS))
        few = range(self.rng.randint(0, 2))
        if t[0] == "S":
            return ("enum", [self.leaf(t[1]) for _ in few])
        if t[0] == "Q":
            return ("tuple", [self.leaf(t[1]) for _ in few])
        if t[0] == "T":
            return ("tuple", [self.leaf(u) for u in t[1]])
        if t[0] == "R":
            return ("rec", [(n, self.leaf(u)) for n, u in t[1]])
        return ("fn", [((self.fresh(),), False, ("enum", [self.leaf(t[1]) for _ in few]))], self.leaf(t[2]))

    def domain(self, t: Type, depth: int, scope: tuple[Any, ...]) -> Term:
        return self.make(("S", t), min(depth, 2), scope)

    def bound(self, depth: int, scope: tuple[Any, ...], t: Type = None) -> tuple[Any, tuple[Any, ...]]:
        """One binder and the scope below it."""
        u = t if t is not None else self.type(1)
        domain = self.domain(u, depth, scope)
        if u[0] == "T" and self.chance(0.5):
            names = tuple(self.fresh() for _ in u[1])
            return (names, True, domain), (*scope, *((n, w, None) for n, w in zip(names, u[1], strict=True)))
        name = self.fresh()
        return ((name,), False, domain), (*scope, (name, u, None))

    def binders(self, depth: int, scope: tuple[Any, ...]) -> tuple[list[Any], tuple[Any, ...]]:
        """One binder or two; the second domain does not see the first name."""
        one, inner = self.bound(depth, scope)
        if not self.chance(0.25):
            return [one], inner
        two, other = self.bound(depth, scope)
        return [one, two], (*inner, *other[len(scope) :])

    # ---- any type -------------------------------------------------------------------------------------------

    def choice(self, t: Type, d: int, scope: tuple[Any, ...]) -> Term:
        return ("if", self.make("b", d, scope), self.make(t, d, scope), self.make(t, d, scope))

    def cases(self, t: Type, d: int, scope: tuple[Any, ...]) -> Term:
        arms = [(self.make("b", d, scope), self.make(t, d, scope)) for _ in range(self.rng.randint(1, 2))]
        return ("case", arms, None if self.chance(0.4 * self.partial) else self.make(t, d, scope))

    def lets(self, t: Type, d: int, scope: tuple[Any, ...]) -> Term:
        """A LET: a value, an operator of one parameter, an operator that takes one, or a recursive one."""
        way, u, op = self.rng.randint(0, 4), self.type(1), self.fresh("Op")
        if way == 0:
            return ("let", op, (), self.make(u, d, scope), self.make(t, d, (*scope, (op, u, None))))
        if way == 1:
            p = self.fresh()
            calls = [("call", op, [self.make(u, d - 1, scope)]) for _ in range(2)]
            inner = (*scope, *((op, t, c) for c in calls))
            return ("let", op, (p,), self.make(t, d, (*scope, (p, u, None))), self.make(t, d, inner))
        if way == 2:
            return self.higher(t, u, op, d, scope)
        p, n = self.fresh(), self.rng.randint(0, 3)
        again = ("op2", "-", ("var", p), ("lit", 1))
        more = ("apply", ("var", op), [again]) if way == 3 else ("call", op, [again])
        inner = (*scope, (p, "i", None), (op, t, more))
        body = ("if", ("op2", "<=", ("var", p), ("lit", 0)), self.make(t, d - 1, scope), self.make(t, d, inner))
        if way == 3:
            where = ((p,), False, ("op2", "..", ("lit", 0), ("lit", 3)))
            return ("letfn", op, where, body, ("apply", ("var", op), [("lit", n)]))
        return ("letrec", op, (p,), body, ("call", op, [("lit", n)]))

    def higher(self, t: Type, u: Type, op: str, d: int, scope: tuple[Any, ...]) -> Term:
        """`LET Op(F(_)) == ... F(e) ... IN Op(LAMBDA p : ...)`."""
        f, p = self.fresh("F"), self.fresh()
        inner = (*scope, (f, t, ("call", f, [self.make(u, d - 1, scope)])))
        given = ("lambda", (p,), self.make(t, d, (*scope, (p, u, None))))
        return ("let", op, (f + "(_)",), self.make(t, d, inner), ("call", op, [given]))

    def applied(self, t: Type, d: int, scope: tuple[Any, ...]) -> Term:
        way = self.rng.randint(0, 3)
        if way == 0:
            return ("apply", self.make(("Q", t), d, scope), [self.make("i", d - 1, scope)])
        if way == 1:
            k = self.rng.choice("is")
            return ("apply", self.make(("F", k, t), d, scope), [self.make(k, d - 1, scope)])
        if way == 2:
            name = self.rng.choice(FIELDS)
            return ("dot", self.make(("R", ((name, t),)), d, scope), name)
        bounds, inner = self.bound(d, scope, "i")
        other, inner2 = self.bound(d, scope, "s")
        f = ("fn", [bounds, other], self.make(t, d, (*inner, *inner2[len(scope) :])))
        return ("apply", f, [self.make("i", 0, scope), self.make("s", 0, scope)])

    def chosen(self, t: Type, d: int, scope: tuple[Any, ...]) -> Term:
        name, domain = self.fresh(), self.domain(t, d, scope)
        return ("choose", ((name,), False, domain), self.make("b", d, (*scope, (name, t, None))))

    def picked(self, t: Type, d: int, scope: tuple[Any, ...]) -> Term:
        """A CHOOSE like Min: an element that compares with all others."""
        x, y = self.fresh(), self.fresh()
        domain = self.domain(t, d, scope)
        how = ("op2", self.rng.choice(["<=", ">="]), ("var", x), ("var", y)) if t == "i" else ("lit", True)
        return ("choose", ((x,), False, domain), ("all", [((y,), False, domain)], how))

    def headed(self, t: Type, d: int, scope: tuple[Any, ...]) -> Term:
        return ("op1", "Head", self.make(("Q", t), d, scope))

    # ---- by type --------------------------------------------------------------------------------------------

    def boolean(self, d: int, scope: tuple[Any, ...]) -> Term:
        way, u = self.rng.randint(0, 12), self.type(1)
        b = lambda: self.make("b", d, scope)  # noqa: E731
        if way == 0:
            return (self.rng.choice(["and", "or"]), [b() for _ in range(self.rng.randint(2, 3))])
        if way == 1:
            return (self.rng.choice(["imp", "equiv"]), b(), b())
        if way == 2:
            return ("not", b())
        if way in (3, 4):
            return ("op2", self.rng.choice(INFIX), self.make(u, d, scope), self.make(u, d, scope))
        if way == 5:
            sign = self.rng.choice(["<", "<=", ">", ">="])
            return ("op2", sign, self.make("i", d, scope), self.make("i", d, scope))
        if way in (6, 7):
            sign = self.rng.choice(["\\in", "\\in", "\\notin"])
            return ("in", sign, self.make(u, d, scope), self.make(("S", u), d, scope))
        if way == 8:
            return ("op2", "\\subseteq", self.make(("S", u), d, scope), self.make(("S", u), d, scope))
        if way == 9:
            name = self.fresh()
            kept = ("filter", ((name,), False, self.domain(u, d, scope)), self.make("b", d, (*scope, (name, u, None))))
            return ("in", "\\in", self.make(u, d, scope), kept)
        bounds, inner = self.binders(d, scope)
        return (self.rng.choice(["all", "some"]), bounds, self.make("b", d, inner))

    def integer(self, d: int, scope: tuple[Any, ...]) -> Term:
        way, u = self.rng.randint(0, 9), self.type(1)
        i = lambda: self.make("i", d, scope)  # noqa: E731
        if way < 4:
            return ("op2", self.rng.choice(["+", "-", "+", "-", "*"]), i(), i())
        if way == 4 and self.chance(self.partial):
            return ("op2", self.rng.choice(["\\div", "%", "^"]), i(), i())
        if way == 5:
            return ("op1", "-", i())
        if way == 6:
            return ("op1", "Len", self.make(("Q", u), d, scope))
        if way < 9:
            return ("op1", "Cardinality", self.make(("S", u), d, scope))
        return self.leaf("i")

    def set(self, t: Type, d: int, scope: tuple[Any, ...]) -> Term:
        u, way = t[1], self.rng.randint(0, 12)
        again = lambda: self.make(t, d, scope)  # noqa: E731
        special = self.special_set(u, d, scope) if self.chance(0.3) else None
        if special is not None:
            return special
        if way < 3:
            return ("enum", [self.make(u, d, scope) for _ in range(self.rng.randint(0, 3))])
        if way < 6:
            return ("op2", self.rng.choice(["\\cup", "\\cap", "\\"]), again(), again())
        if way < 8:
            name = self.fresh()
            return ("filter", ((name,), False, again()), self.make("b", d, (*scope, (name, u, None))))
        if way < 10:
            bounds, inner = self.binders(d, scope)
            return ("map", self.make(u, d, inner), bounds)
        if way == 10:
            return ("op1", "UNION", self.make(("S", t), d, scope))
        if u in ("i", "s"):
            w = self.type(1)
            f = ("Q", w) if u == "i" and self.chance(0.4) else ("F", u, w)
            return ("op1", "DOMAIN", self.make(f, d, scope))
        return ("enum", [self.make(u, d, scope)])

    def special_set(self, u: Type, d: int, scope: tuple[Any, ...]) -> Term | None:
        """The form that sets of such elements have of their own."""
        if u == "i":
            return ("op2", "..", self.make("i", d - 1, scope), self.make("i", d - 1, scope))
        if u == "b":
            return ("boolean",)
        if u == "s":
            return None
        if u[0] == "S":
            return ("op1", "SUBSET", self.make(u, min(d, 1), scope))
        if u[0] == "F":
            sets = [self.make(("S", w), min(d, 1), scope) for w in u[1:]]
            return ("fnset", *sets)
        if u[0] == "T":
            return ("op2", "\\X", *[self.make(("S", w), min(d, 1), scope) for w in u[1]])
        if u[0] == "R":
            return ("recset", [(n, self.make(("S", w), min(d, 1), scope)) for n, w in u[1]])
        return None

    def function(self, t: Type, d: int, scope: tuple[Any, ...]) -> Term:
        if self.chance(0.6):
            name = self.fresh()
            where = ((name,), False, self.domain(t[1], d, scope))
            return ("fn", [where], self.make(t[2], d, (*scope, (name, t[1], None))))
        return self.changed(t, ("ix", self.make(t[1], d - 1, scope)), t[2], d, scope)

    def changed(self, t: Type, first: Any, u: Type, d: int, scope: tuple[Any, ...]) -> Term:
        """An EXCEPT, one step deeper where that is possible, sometimes with two updates."""
        path, at = [first], u
        if u[0] == "F" and self.chance(0.5):
            path, at = [first, ("ix", self.make(u[1], 0, scope))], u[2]
        elif u[0] == "R" and self.chance(0.5):
            name, at = self.rng.choice(u[1])
            path = [first, ("fld", name)]
        outside = tuple(s for s in scope if s[0] != "@")
        updates = [(path, self.make(at, d, (*outside, ("@", at, ("at",)))))]
        if self.chance(0.2):
            updates.append((path, self.make(at, d - 1, outside)))
        return ("except", self.make(t, d, scope), updates)

    def record(self, t: Type, d: int, scope: tuple[Any, ...]) -> Term:
        if self.chance(0.65):
            return ("rec", [(n, self.make(u, d, scope)) for n, u in t[1]])
        name, u = self.rng.choice(t[1])
        return self.changed(t, ("fld", name), u, d, scope)

    def tuple(self, t: Type, d: int, scope: tuple[Any, ...]) -> Term:
        return ("tuple", [self.make(u, d, scope) for u in t[1]])

    def seq(self, t: Type, d: int, scope: tuple[Any, ...]) -> Term:
        way = self.rng.randint(0, 7)
        again = lambda: self.make(t, d, scope)  # noqa: E731
        if way < 2:
            return ("tuple", [self.make(t[1], d, scope) for _ in range(self.rng.randint(0, 3))])
        if way == 2:
            return ("op2", "Append", again(), self.make(t[1], d, scope))
        if way == 3:
            return ("op2", "\\o", again(), again())
        if way in (4, 5) and not self.chance(self.partial):
            return again()
        if way == 4:
            return ("op1", "Tail", again())
        if way == 5:
            return ("subseq", again(), self.make("i", d - 1, scope), self.make("i", d - 1, scope))
        if way == 6:
            name = self.fresh()
            return ("select", again(), ("lambda", (name,), self.make("b", d, (*scope, (name, t[1], None)))))
        return self.changed(t, ("ix", self.make("i", 0, scope)), t[1], d, scope)
