"""From reductions of the grammar to nodes: expressions.

One method per `-> name` in tla.lark; its parameters are the parts of the rule: a token is its index in the bulleted
stream, a chain is a list (see `precedence`). Cover forms are sorted here. A node's place runs from its first part
to `self.end`, the end of the last token that the parser has consumed.
"""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

from modelcheck.errors import TlaError
from modelcheck.source import Span
from modelcheck.syntax import nodes as n
from modelcheck.syntax.junctions import Bulleted
from modelcheck.syntax.operators import OPERATORS, Operator, canonical
from modelcheck.syntax.precedence import (
    INFIX_SYMBOLS,
    PREFIX_SYMBOLS,
    Chain,
    Op,
    Operand,
    Paren,
    apply_postfix,
    bare,
    resolve,
)

T = TypeVar("T")
MAX_PATH = 200  # steps of a compound name
CHOICE = "()"  # the name of the selector `!(x, y)`, whose arguments choose bound values
_BASES = {"b": 2, "o": 8, "h": 16}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", '"': '"', "\\": "\\"}


class ExpressionBuilder:
    """Makes the nodes of expressions from one stream of bulleted tokens."""

    def __init__(self, bulleted: Bulleted) -> None:
        tokens = bulleted.tokens
        self.source = tokens.source
        self.kinds = bulleted.kinds
        self.texts = [tokens.texts[i] for i in bulleted.indexes]
        self.starts = [tokens.starts[i] for i in bulleted.indexes]
        self.last = 0  # index of the token consumed last; the parser keeps it
        self.label_operators: dict[int, Operator] = {}  # see `label`

    # ---- places and lists ----

    @property
    def end(self) -> int:
        """Offset after the token consumed last."""
        return self.starts[self.last] + len(self.texts[self.last])

    def from_token(self, j: int) -> Span:
        """From token `j` to the end of what is consumed."""
        return Span(self.source, self.starts[j], self.starts[self.last] + len(self.texts[self.last]))

    def from_node(self, node: n.Node | Paren) -> Span:
        """From the start of `node` to the end of what is consumed."""
        return Span(self.source, node.span.start, self.end)

    def token_span(self, j: int) -> Span:
        """The place of token `j` alone."""
        start = self.starts[j]
        return Span(self.source, start, start + len(self.texts[j]))

    def empty(self) -> list[Any]:
        return []

    def first(self, item: T, *_: Any) -> T:
        return item

    def second(self, _: int, item: T) -> T:
        return item

    def list_first(self, item: T) -> list[T]:
        return [item]

    def list_next(self, items: list[T], _: int, item: T) -> list[T]:
        items.append(item)
        return items

    def append(self, items: list[T], item: T) -> list[T]:
        items.append(item)
        return items

    def token(self, j: int) -> int:
        return j

    # ---- chains ----

    def resolve(self, chain: Chain) -> n.Expr:
        if len(chain) == 1:
            item = chain[0]
            return item.node if type(item) is Paren else item  # type: ignore[return-value]
        return resolve(chain, self.label_operators.get(id(chain[-1])) if self.label_operators else None)

    def op(self, j: int) -> Op:
        symbols = PREFIX_SYMBOLS if self.kinds[j] == "PREFIX" else INFIX_SYMBOLS
        symbol = self.texts[j]
        return Op(symbols[symbol], symbol, self.token_span(j))

    def chain_first(self, item: Operand | int) -> Chain:
        return [self.op(item) if type(item) is int else item]  # type: ignore[list-item]

    def chain_operand(self, chain: Chain, operand: Operand) -> Chain:
        chain.append(operand)
        return chain

    def chain_operator(self, chain: Chain, j: int) -> Chain:
        chain.append(self.op(j))
        return chain

    def chain_postfix(self, chain: Chain, j: int) -> Chain:
        symbol = self.texts[j]
        apply_postfix(chain, Op(OPERATORS[canonical(symbol)], symbol, self.token_span(j)))
        return chain

    def chain_field(self, chain: Chain, _: int, j: int) -> Chain:
        record: Any = chain[-1]
        chain[-1] = n.Dot(self.from_node(record), bare(record), self.texts[j])
        return chain

    def chain_apply(self, chain: Chain, _open: int, args: list[n.Expr], _close: int) -> Chain:
        fn: Any = chain[-1]
        chain[-1] = n.FnApply(self.from_node(fn), bare(fn), tuple(args))
        return chain

    # ---- names ----

    def path_name(self, j: int) -> n.Name:
        text = self.texts[j]
        start = self.starts[j]
        span = Span(self.source, start, start + len(text))
        return n.Name(span, canonical(text) if self.kinds[j] == "OPNAME" else text)

    def path_args(self, name: n.Name, _open: int, args: list[n.Expr], _close: int) -> n.Apply:
        return n.Apply(self.from_node(name), name, tuple(args))

    def path_step(self, before: n.Name | n.Apply, _: int, j: int) -> n.Name:
        name = self.texts[j]
        if self.kinds[j] == "OPNAME":
            name = canonical(name)
        elif name in ("⟨", "⟩"):
            name = "<<" if name == "⟨" else ">>"
        return n.Name(self.from_node(before), name, self.path(before))

    def path_choice(self, before: n.Name | n.Apply, _b: int, _o: int, args: list[n.Expr], _close: int) -> n.Apply:
        span = self.from_node(before)
        return n.Apply(span, n.Name(span, CHOICE, self.path(before)), tuple(args))

    def path(self, before: n.Name | n.Apply) -> tuple[n.PathStep, ...]:
        """The steps that a compound name has so far."""
        name, args = (before, ()) if isinstance(before, n.Name) else (before.op, before.args)
        if len(name.path) >= MAX_PATH:
            raise TlaError("P016", f"a name of more than {MAX_PATH} steps", before.span)
        start = name.path[-1].span.end if name.path else name.span.start
        return (*name.path, n.PathStep(Span(self.source, start, before.span.end), name.name, args))

    # ---- literals ----

    def number(self, j: int) -> n.Number:
        text = self.texts[j]
        based = text[0] == "\\"
        value = int(text[2:], _BASES[text[1].lower()]) if based else decimal_value(text)
        return n.Number(self.token_span(j), value)

    def decimal(self, j: int) -> n.Decimal:
        return n.Decimal(self.token_span(j), self.texts[j])

    def string(self, j: int) -> n.String:
        text = self.texts[j][1:-1]
        if "\\" in text:
            text = self.unescape(text, j)
        return n.String(self.token_span(j), text)

    def unescape(self, text: str, j: int) -> str:
        out, parts = [], iter(text)
        for char in parts:
            if char == "\\":
                escaped = next(parts)
                if escaped not in _ESCAPES:
                    raise TlaError("P005", f"'\\{escaped}' is no escape of TLA+ strings", self.token_span(j),
                                   cause="in a string a backslash begins an escape",
                                   mend='escapes are \\\\ \\" \\n \\t \\r \\f; write \\\\ for one backslash')
                char = _ESCAPES[escaped]
            out.append(char)
        return "".join(out)

    def at(self, j: int) -> n.At:
        return n.At(self.token_span(j))

    # ---- bound names ----

    def bounds(self, chains: list[Chain], *, bounded: bool = False, tuples: bool = False) -> tuple[n.Bound, ...]:
        """`x, y \\in S, <<a, b>> \\in T`, or `x, y` where that is allowed; anything else is P013.

        `bounded`: a set is required. `tuples`: one tuple may stand without a set (CHOOSE).
        """
        out: list[n.Bound] = []
        waiting: list[n.BoundName] = []
        for chain in chains:
            names, is_tuple = self.bound_names(chain[0])
            if len(chain) == 1 and (not is_tuple or (tuples and len(chains) == 1)):
                waiting += names
                if is_tuple:
                    return (n.Bound(chain[0].span, names, None, True),)
                continue
            if len(chain) == 1 or not is_member(chain[1]) or (is_tuple and waiting):
                self.bad_bound(chain[-1].span)
            domain = self.resolve(chain[2:])
            start = waiting[0].span if waiting else chain[0].span
            out.append(n.Bound(start.to(chain[-1].span), (*waiting, *names), domain, is_tuple))
            waiting = []
        if waiting and (out or bounded):
            self.bad_bound(waiting[-1].span, "is bound without a set")
        if waiting:
            out.append(n.Bound(waiting[0].span.to(waiting[-1].span), tuple(waiting), None))
        return tuple(out)

    def bound_names(self, item: Operand | Op) -> tuple[tuple[n.BoundName, ...], bool]:
        is_tuple = isinstance(item, n.TupleExpr)
        parts: tuple[Any, ...] = item.items if isinstance(item, n.TupleExpr) else (item,)
        if not parts:
            self.bad_bound(item.span)
        for part in parts:
            if not is_identifier(part):
                self.bad_bound(part.span)
        return tuple(n.BoundName(part.span, part.name) for part in parts), is_tuple

    def bad_bound(self, span: Span, what: str = "is not a bound name 'x' or 'x \\in S'") -> NoReturn:
        raise TlaError("P013", f"'{shortened(span.text)}' {what}", span)

    # ---- open expressions ----

    def quantified(self, j: int, chains: list[Chain], _: int, body: n.Expr) -> n.Quantified:
        text = self.texts[j]
        quantifier = {"\\forall": "\\A", "∀": "\\A", "\\exists": "\\E", "∃": "\\E"}.get(text, text)
        bounds = self.bounds(chains)
        if len(quantifier) == 3 and bounds[0].domain is not None:
            self.bad_bound(bounds[0].span, f"has a set, but {quantifier} binds names only")
        return n.Quantified(self.from_token(j), quantifier, bounds, body)

    def choose(self, j: int, chain: Chain, _: int, body: n.Expr) -> n.Choose:
        return n.Choose(self.from_token(j), self.bounds([chain], tuples=True)[0], body)

    def lambda_(self, j: int, chains: list[Chain], _: int, body: n.Expr) -> n.Lambda:
        bounds = self.bounds(chains)
        if bounds[0].domain is not None:
            self.bad_bound(bounds[0].span, "has a set, but LAMBDA takes names only")
        return n.Lambda(self.from_token(j), bounds[0].names, body)

    def if_then_else(self, j: int, condition: n.Expr, _t: int, then: n.Expr, _e: int, otherwise: n.Expr) -> n.If:
        return n.If(self.from_token(j), condition, then, otherwise)

    def case(self, j: int, arms: list[n.Arm], *rest: Any) -> n.Case:
        return n.Case(self.from_token(j), tuple(arms), rest[-1] if rest else None)

    def arm(self, guard: n.Expr, _: int, value: n.Expr) -> n.Arm:
        return n.Arm(self.from_node(guard), guard, value)

    def let(self, j: int, defs: list[n.Unit], _: int, body: n.Expr) -> n.Let:
        return n.Let(self.from_token(j), tuple(defs), body)

    def label(self, head: n.Name | n.Apply, j: int, chain: Chain) -> n.Label:
        name, args = (head, ()) if isinstance(head, n.Name) else (head.op, head.args)
        if not is_identifier(name) or not all(is_identifier(arg) for arg in args):
            raise TlaError("P017", f"'{shortened(head.span.text)}' before '::' is no label", head.span)
        body = self.resolve(chain)
        params = tuple(n.BoundName(arg.span, arg.name) for arg in args if isinstance(arg, n.Name))
        label = n.Label(self.from_node(head), name.name, params, body)
        in_parentheses = isinstance(chain[0], Paren) and len(chain) == 1
        if isinstance(body, n.Apply) and body.fix in ("infix", "postfix") and not in_parentheses:
            self.label_operators[id(label)] = OPERATORS[body.op.name]
        return label

    # ---- enclosed expressions ----

    def junction(self, j: int, items: list[n.Expr], _: int) -> n.Junction:
        op = "/\\" if self.kinds[j] == "JAND" else "\\/"
        return n.Junction(self.from_token(j), op, tuple(items))

    def parentheses(self, j: int, node: n.Expr, _: int) -> Paren:
        return Paren(node, self.from_token(j))

    def tuple(self, j: int, *rest: Any) -> n.TupleExpr:
        return n.TupleExpr(self.from_token(j), tuple(rest[0]) if len(rest) > 1 else ())

    def action_angle(self, j: int, action: n.Expr, _: int, subscript: Operand) -> n.ActionAngle:
        return n.ActionAngle(self.from_token(j), action, bare(subscript))

    def action_box(self, j: int, chain: Chain, _: int, subscript: Operand) -> n.ActionBox:
        return n.ActionBox(self.from_token(j), self.resolve(chain), bare(subscript))

    def fairness(self, j: int, subscript: Operand, _o: int, action: n.Expr, _c: int) -> n.Fairness:
        return n.Fairness(self.from_token(j), self.texts[j][:2], bare(subscript), action)

    def fairness_path(self, j: int, value: n.Name | n.Apply) -> n.Fairness:
        """`WF_v(A)`: the last arguments of the name after `WF_` are the action."""
        if isinstance(value, n.Name) or len(value.args) != 1 or value.op.name == CHOICE:
            kind = self.texts[j]
            message = f"{kind} needs a subscript and one action: {kind}vars(Action)"
            raise TlaError("P014", message, self.from_token(j))
        return n.Fairness(self.from_token(j), self.texts[j][:2], value.op, value.args[0])

    def set_enum(self, j: int, *rest: Any) -> n.SetEnum:
        items = rest[0] if len(rest) > 1 else []
        return n.SetEnum(self.from_token(j), tuple(self.resolve(chain) for chain in items))

    def set_of(self, j: int, chain: Chain, _: int, chains: list[Chain], _close: int) -> n.SetFilter | n.SetMap:
        span = self.from_token(j)
        if len(chain) > 1 and is_member(chain[1]) and is_bindable(chain[0]):
            if len(chains) > 1:
                raise TlaError("P014", "'{x \\in S : p}' has one condition after the colon", chains[1][0].span)
            return n.SetFilter(span, self.bounds([chain])[0], self.resolve(chains[0]))
        body = self.resolve(chain)
        if len(chain) > 1 and isinstance(body, n.Apply) and body.op.name == "\\in":
            raise TlaError("P014", "'{a \\in S : ...}' binds a name, and what stands before \\in is none",
                           chain[0].span, mend="put the expression before the colon in parentheses")
        return n.SetMap(span, body, self.bounds(chains, bounded=True))

    def fn_or_record(self, j: int, chains: list[Chain], _: int, body: n.Expr, _c: int) -> n.FnCons | n.Record:
        if len(chains) == 1 and len(chains[0]) == 1 and is_identifier(chains[0][0]):
            return n.Record(self.from_token(j), (self.first_field(chains, body),))
        return n.FnCons(self.from_token(j), self.bounds(chains, bounded=True), body)

    def record(self, j: int, chains: list[Chain], _m: int, value: n.Expr, _c: int, fields: list[n.Field],
               _close: int) -> n.Record:  # fmt: skip
        return n.Record(self.from_token(j), (self.first_field(chains, value), *fields))

    def record_set(self, j: int, chain: Chain, _: int, value: n.Expr, *rest: Any) -> n.RecordSet:
        more = rest[1] if len(rest) > 1 else []
        return n.RecordSet(self.from_token(j), (self.first_field([chain], value), *more))

    def first_field(self, chains: list[Chain], value: n.Expr) -> n.Field:
        name: Any = chains[-1][-1]
        if len(chains) > 1 or len(chains[0]) > 1 or not is_identifier(name):
            raise TlaError("P014", f"'{shortened(name.span.text)}' is not the name of a field", name.span)
        return n.Field(name.span.to(value.span), name.name, value)

    def field(self, j: int, _: int, value: n.Expr) -> n.Field:
        return n.Field(self.from_token(j), self.texts[j], value)

    def fn_set(self, j: int, chain: Chain, _: int, codomain: n.Expr, _c: int) -> n.FnSet:
        return n.FnSet(self.from_token(j), self.resolve(chain), codomain)

    def except_(self, j: int, chain: Chain, _: int, updates: list[n.Update], _c: int) -> n.Except:
        return n.Except(self.from_token(j), self.resolve(chain), tuple(updates))

    def update(self, j: int, path: list[n.IndexStep | n.FieldStep], equals: int, value: n.Expr) -> n.Update:
        if self.texts[equals] != "=":
            raise TlaError("P008", f"expected '=' after the path in EXCEPT, found '{self.texts[equals]}'",
                           self.token_span(equals))
        return n.Update(self.from_token(j), tuple(path), value)

    def index_step(self, j: int, args: list[n.Expr], _: int) -> n.IndexStep:
        return n.IndexStep(self.from_token(j), tuple(args))

    def field_step(self, j: int, name: int) -> n.FieldStep:
        return n.FieldStep(self.from_token(j), self.texts[name])


def is_identifier(item: Any) -> bool:
    """Whether an operand is a plain identifier."""
    return isinstance(item, n.Name) and not item.path and (item.name[0].isalnum() or item.name[0] == "_")


def is_bindable(item: Any) -> bool:
    """Whether an operand may stand before `\\in` in a binder: a name, or a tuple of names."""
    return is_identifier(item) or (isinstance(item, n.TupleExpr) and all(is_identifier(i) for i in item.items))


def is_member(item: Any) -> bool:
    """Whether an item of a chain is the operator `\\in`."""
    return isinstance(item, Op) and item.operator.name == "\\in"


def shortened(text: str, width: int = 40) -> str:
    """`text` on one line, cut to `width`."""
    text = " ".join(text.split())
    return text if len(text) <= width else text[: width - 1] + "…"


def decimal_value(text: str) -> int:
    """The value of a row of digits of any length, in less than quadratic time for long ones."""
    if len(text) <= 4000:
        return int(text)
    half = len(text) // 2
    scale: int = 10**half
    return decimal_value(text[:-half]) * scale + decimal_value(text[-half:])
