"""Syntax trees to TLA+ text: reading the text again gives an equal tree (places do not count).

`to_text` takes any node: a module, a unit, an expression, a proof. Parentheses stand where precedence needs them, and
around every quantifier, IF, CASE, LET, label and bulleted list that is an operand. Every part hangs from the column
where it begins, so all of it stands to the right of the bullet around it.

Each method is a generator that yields the parts it wants printed and gets their text, so that the depth of a tree
does not use Python's stack.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Any, TypeAlias

from modelcheck.syntax import nodes as n
from modelcheck.syntax.operators import NEGATION, OPERATORS, PRODUCT, binds_tighter, is_operator

Text: TypeAlias = Generator[n.Node, str, str]
LINE = 80
CHOICE = "()"
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\f": "\\f"})
_OPEN = (n.Quantified, n.Choose, n.If, n.Case, n.Let, n.Label, n.Lambda, n.Junction)
_LOOSE_ENDS = (n.ActionBox, n.ActionAngle, n.Fairness, n.Number, n.Decimal)


def to_text(node: n.Node) -> str:
    """The TLA+ text of a node; several lines for bulleted lists, LET, CASE, units and modules."""
    stack: list[Text] = [_print(node)]
    value: Any = None
    while stack:
        try:
            part = stack[-1].send(value)
        except StopIteration as stop:
            stack.pop()
            value = stop.value
        else:
            stack.append(_print(part))
            value = None
    return str(value)


def _print(node: n.Node) -> Text:
    return _METHODS[type(node)](node)


# ---- layout ----


def hang(*parts: str) -> str:
    """The parts one after the other, the further lines of each indented to the column where it begins."""
    out = ""
    for part in parts:
        if "\n" in part:
            column = len(out) - (out.rfind("\n") + 1)
            part = part.replace("\n", "\n" + " " * column)
        out += part
    return out


def _paren(text: str) -> str:
    return hang("(", text, ")")


def _commas(texts: Sequence[str]) -> str:
    parts = [part for text in texts for part in (", ", text)]
    return hang(*parts[1:])


def _all(nodes: Sequence[n.Node]) -> Generator[n.Node, str, list[str]]:
    out = []
    for node in nodes:
        out.append((yield node))
    return out


# ---- names and operators ----


def _is_symbol(node: n.Node) -> bool:
    return isinstance(node, n.Name) and not node.path and is_operator(node.name)


def _arguments(args: Sequence[n.Expr]) -> Text:
    texts = yield from _all(args)
    inner = _commas(texts)
    return hang("( ", inner, " )") if any(map(_is_symbol, args)) else _paren(inner)  # `(+)` is one token


def _step(name: str, args: Sequence[n.Expr]) -> Text:
    if not args:
        return name
    inner = yield from _arguments(args)
    return inner if name == CHOICE else hang(name, inner)


def _name(node: n.Name) -> Text:
    parts = []
    for step in node.path:
        parts += [(yield from _step(step.name, step.args)), "!"]
    parts.append("" if node.name == CHOICE else node.name)
    for i, part in enumerate(parts[1:], 1):
        if part[:1] == "!" == parts[i - 1]:  # `A! !!`, as `A!!!` begins with the operator `!!`
            parts[i] = " " + part
    if node.path and parts[-1] and not parts[-1][-1].isalnum():  # `A!: >>`, as `A!:>>` has the operator `:>`
        parts.append(" ")
    return hang(*parts)


def _apply(node: n.Apply) -> Text:
    if node.fix == "call":
        name = yield node.op
        if _is_symbol(node.op):
            name = " " + name  # lest it join what stands before it: `(*`, `->`
        return hang(name, (yield from _arguments(node.args)))
    if node.fix == "postfix":
        return hang((yield from _tight(node.args[0])), node.op.name)
    if node.fix == "prefix":
        return (yield from _prefix(node))
    operator = OPERATORS[node.op.name]
    parts = []
    for i, arg in enumerate(node.args):
        text = yield arg
        parts += [f" {node.op.name} ", text if _stands_bare(arg, operator, left=i == 0) else _paren(text)]
    return hang(*parts[1:])


def _prefix(node: n.Apply) -> Text:
    arg = node.args[0]
    text = yield arg
    bare = not isinstance(arg, _OPEN) and not (isinstance(arg, n.Apply) and arg.fix in ("infix", "postfix"))
    symbol = "-" if node.op.name == NEGATION else node.op.name
    if isinstance(arg, n.Apply) and arg.fix == "prefix":
        bare = NEGATION not in (arg.op.name, node.op.name)
    else:
        base: n.Expr = arg  # of `x'[1].a`, the part to which the prime belongs
        while isinstance(base, n.Dot | n.FnApply):
            base = base.record if isinstance(base, n.Dot) else base.fn
        if isinstance(base, n.Apply) and base.fix == "postfix":
            bare = binds_tighter(OPERATORS[node.op.name], OPERATORS[base.op.name]) is False
    space = " " if symbol[0].isalpha() else ""
    return hang(symbol + space, text if bare else _paren(text))


def _stands_bare(arg: n.Expr, operator: Any, *, left: bool) -> bool:
    """Whether `arg` needs no parentheses as an operand of an infix operator."""
    if isinstance(arg, _OPEN):
        return False
    if not isinstance(arg, n.Apply) or arg.fix in ("call", "postfix"):
        return True
    inner = OPERATORS[arg.op.name]
    if inner.name == PRODUCT == operator.name:
        return False
    if arg.fix == "prefix" or left:
        return binds_tighter(inner, operator) is True
    return binds_tighter(operator, inner) is False


def _tight(node: n.Expr) -> Text:
    """An operand of `'`, `.` or `[...]`."""
    text = yield node
    bare = not isinstance(node, (*_OPEN, *_LOOSE_ENDS)) and not _is_symbol(node)
    if isinstance(node, n.Apply) and node.fix in ("infix", "prefix"):
        bare = False
    return text if bare else _paren(text)


# ---- literals and constructors ----


def _number(node: n.Number) -> Text:
    yield from ()
    digits, value = [], node.value
    while value >= 10**4000:  # Python limits the length of str(int)
        value, low = divmod(value, 10**4000)
        digits.append(str(low).zfill(4000))
    return "".join([str(value), *reversed(digits)])


def _plain(text: Callable[[Any], str]) -> Callable[[Any], Text]:
    def method(node: Any) -> Text:
        yield from ()
        return text(node)

    return method


def _junction(node: n.Junction) -> Text:
    items = yield from _all(node.items)
    return "\n".join(hang(node.op + " ", item) for item in items)


def _listed(opening: str, closing: str) -> Callable[[Any], Text]:
    def method(node: Any) -> Text:
        texts = yield from _all(node.items)
        return hang(opening, _commas(texts), closing)

    return method


def _bound(node: n.Bound) -> Text:
    names = ", ".join(name.name for name in node.names)
    if node.is_tuple:
        names = f"<<{names}>>"
    return names if node.domain is None else hang(names + " \\in ", (yield node.domain))


def _set_filter(node: n.SetFilter) -> Text:
    return hang("{", (yield node.bound), " : ", (yield node.predicate), "}")


def _set_map(node: n.SetMap) -> Text:
    body = yield node.body
    if isinstance(node.body, n.Apply) and node.body.op.name == "\\in":
        body = _paren(body)
    return hang("{", body, " : ", _commas((yield from _all(node.bounds))), "}")


def _quantified(node: n.Quantified) -> Text:
    return hang(node.quantifier + " ", _commas((yield from _all(node.bounds))), " : ", (yield node.body))


def _choose(node: n.Choose) -> Text:
    return hang("CHOOSE ", (yield node.bound), " : ", (yield node.body))


def _lambda(node: n.Lambda) -> Text:
    return hang("LAMBDA ", ", ".join(p.name for p in node.params), " : ", (yield node.body))


def _fn_apply(node: n.FnApply) -> Text:
    fn = yield from _tight(node.fn)
    return hang(fn, "[", _commas((yield from _all(node.args))), "]")


def _fn_cons(node: n.FnCons) -> Text:
    return hang("[", _commas((yield from _all(node.bounds))), " |-> ", (yield node.body), "]")


def _fn_set(node: n.FnSet) -> Text:
    return hang("[", (yield node.domain), " -> ", (yield node.codomain), "]")


def _record(node: n.Record | n.RecordSet) -> Text:
    sign = " |-> " if isinstance(node, n.Record) else " : "
    texts = []
    for field in node.fields:
        texts.append(hang(field.name, sign, (yield field.value)))
    return hang("[", _commas(texts), "]")


def _dot(node: n.Dot) -> Text:
    return hang((yield from _tight(node.record)), "." + node.name)


def _except(node: n.Except) -> Text:
    fn = yield node.fn
    updates = []
    for update in node.updates:
        path = []
        for step in update.path:
            if isinstance(step, n.FieldStep):
                path.append("." + step.name)
            else:
                path.append(hang("[", _commas((yield from _all(step.args))), "]"))
        updates.append(hang("!", *path, " = ", (yield update.value)))
    return hang("[", fn, " EXCEPT ", _commas(updates), "]")


# ---- control ----


def _if(node: n.If) -> Text:
    condition, then, otherwise = (yield node.condition), (yield node.then), (yield node.otherwise)
    flat = f"IF {condition} THEN {then} ELSE {otherwise}"
    if "\n" not in flat and len(flat) <= LINE:
        return flat
    return "\n".join((hang("IF ", condition), hang("  THEN ", then), hang("  ELSE ", otherwise)))


def _case(node: n.Case) -> Text:
    arms = []
    for arm in node.arms:
        guard, value = (yield arm.guard), (yield arm.value)
        guard = _paren(guard) if isinstance(arm.guard, _OPEN) else guard
        arms.append(hang(guard, " -> ", _paren(value) if isinstance(arm.value, _OPEN) else value))
    if node.other is not None:
        arms.append(hang("OTHER -> ", (yield node.other)))
    return "\n".join(hang("  [] " if i else "CASE ", arm) for i, arm in enumerate(arms))


def _let(node: n.Let) -> Text:
    defs = yield from _all(node.defs)
    return hang("LET ", "\n".join(defs)) + "\n" + hang("IN  ", (yield node.body))


def _label(node: n.Label) -> Text:
    params = ", ".join(p.name for p in node.params)
    return hang(f"{node.name}({params}) :: " if params else f"{node.name} :: ", (yield node.body))


# ---- actions ----


def _subscript(node: n.Expr) -> Text:
    text = yield node
    if isinstance(node, n.Name | n.Apply):
        name = node if isinstance(node, n.Name) else node.op
        bare = (isinstance(node, n.Name) or node.fix == "call") and not is_operator(name.name)
    else:
        bare = isinstance(node, n.TupleExpr | n.SetEnum)
    return text if bare else _paren(text)


def _action_box(node: n.ActionBox) -> Text:
    return hang("[", (yield node.action), "]_", (yield from _subscript(node.subscript)))


def _action_angle(node: n.ActionAngle) -> Text:
    return hang("<<", (yield node.action), ">>_", (yield from _subscript(node.subscript)))


def _fairness(node: n.Fairness) -> Text:
    return hang(node.kind + "_", (yield from _subscript(node.subscript)), "(", (yield node.action), ")")


# ---- units ----


def _decl(node: n.OpDecl) -> Text:
    yield from ()
    if node.fix == "infix":
        return f"_ {node.name} _"
    if node.fix == "postfix":
        return f"_ {node.name}"
    if node.fix == "prefix":
        return f"{node.name} _"
    return f"{node.name}({', '.join('_' * node.arity)})" if node.arity else node.name


def _declared(word: str) -> Callable[[Any], Text]:
    def method(node: Any) -> Text:
        return hang(word + " ", _commas((yield from _all(node.decls))))

    return method


def _defined(local: bool, head: str, body: str) -> str:
    head = hang("LOCAL " if local else "", head, " ==")
    flat = f"{head} {body}"
    return flat if "\n" not in flat and len(flat) <= LINE else head + "\n" + hang("  ", body)


def _op_def(node: n.OpDef) -> Text:
    params = yield from _all(node.params)
    body = yield node.body
    if node.fix == "infix":
        head = f"{params[0]} {node.name} {params[1]}"
    elif node.fix == "postfix":
        head = f"{params[0]} {node.name}"
    elif node.fix == "prefix":
        head = f"{node.name} {params[0]}"
    else:
        head = f"{node.name}({', '.join(params)})" if params else node.name
    return _defined(node.local, head, body)


def _fn_def(node: n.FnDef) -> Text:
    head = hang(node.name, "[", _commas((yield from _all(node.bounds))), "]")
    return _defined(node.local, head, (yield node.body))


def _instance(node: n.Instance) -> Text:
    text = ("LOCAL " if node.local else "") + f"INSTANCE {node.module}"
    if not node.substitutions:
        return text
    parts = []
    for sub in node.substitutions:
        parts.append(hang(sub.name, " <- ", (yield sub.value)))
    return hang(text, " WITH ", _commas(parts))


def _instance_def(node: n.InstanceDef) -> Text:
    params = yield from _all(node.params)
    head = f"{node.name}({', '.join(params)})" if params else node.name
    return _defined(node.local, head, (yield node.instance))


def _assume(node: n.Assume) -> Text:
    head = f"{node.keyword} {node.name} ==" if node.name else node.keyword
    return hang(head + " ", (yield node.body))


def _new(node: n.NewDecl) -> Text:
    decl = yield node.decl
    text = f"NEW {node.kind} {decl}"
    return text if node.domain is None else hang(text, " \\in ", (yield node.domain))


def _assume_prove(node: n.AssumeProve) -> Text:
    box = "[]" if node.boxed else ""
    label = f"{node.label} :: " if node.label else ""
    assumptions = _commas((yield from _all(node.assumptions)))
    return hang(label, f"{box}ASSUME ", assumptions, f" {box}PROVE ", (yield node.goal))


def _theorem(node: n.Theorem) -> Text:
    head = f"{node.keyword} {node.name} ==" if node.name else node.keyword
    text = hang(head + " ", (yield node.body))
    return text if node.proof is None else text + "\n" + hang("  ", (yield node.proof))


def _facts(word: str, node: n.UseHide | n.ProofLeaf) -> Text:
    text = word + (" ONLY" if node.only else "")
    facts = yield from _all(node.facts)
    defs = yield from _all(node.defs)
    text = hang(text + " ", _commas(facts)) if facts else text
    return hang(text, " DEF ", _commas(defs)) if defs else text


def _use_hide(node: n.UseHide) -> Text:
    return (yield from _facts(node.keyword, node))


def _module(node: n.Module) -> Text:
    lines = [f"---- MODULE {node.name} ----"]
    if node.extends:
        lines.append("EXTENDS " + ", ".join(name.name for name in node.extends))
    lines += yield from _all(node.units)
    return "\n".join([*lines, "===="])


# ---- proofs ----


def _proof_leaf(node: n.ProofLeaf) -> Text:
    return (yield from _facts(node.keyword, node))


def _proof_steps(node: n.ProofSteps) -> Text:
    lines = yield from _all(node.steps)
    return "\n".join((["PROOF"] if node.steps[0].level == "*" else []) + lines)


def _proof_step(node: n.ProofStep) -> Text:
    parts = yield from _all(node.body)
    if node.keyword == "DEFINE":
        body = hang("DEFINE ", "\n".join(parts))
    elif node.keyword == "PICK":
        body = hang("PICK ", _commas(parts[:-1]), " : ", parts[-1])
    elif node.keyword in ("ASSERT", "USE", "HIDE", "INSTANCE"):
        body = _paren(parts[0]) if isinstance(node.body[0], n.Case) else parts[0]
    else:
        body = hang(node.keyword + " ", _commas(parts)) if parts else node.keyword
    number = f"<{node.level}>" + (f"{node.label}." if node.label else "")
    text = hang(number + " ", body)
    return text if node.proof is None else text + "\n" + hang("  ", (yield node.proof))


_METHODS: dict[type, Callable[[Any], Text]] = {
    n.Name: _name,
    n.Apply: _apply,
    n.Number: _number,
    n.Decimal: _plain(lambda node: str(node.text)),
    n.String: _plain(lambda node: '"' + node.value.translate(_ESCAPES) + '"'),
    n.Junction: _junction,
    n.TupleExpr: _listed("<<", ">>"),
    n.SetEnum: _listed("{", "}"),
    n.Bound: _bound,
    n.SetFilter: _set_filter,
    n.SetMap: _set_map,
    n.Quantified: _quantified,
    n.Choose: _choose,
    n.FnApply: _fn_apply,
    n.FnCons: _fn_cons,
    n.FnSet: _fn_set,
    n.Record: _record,
    n.RecordSet: _record,
    n.Dot: _dot,
    n.Except: _except,
    n.At: _plain(lambda _: "@"),
    n.If: _if,
    n.Case: _case,
    n.Let: _let,
    n.Lambda: _lambda,
    n.Label: _label,
    n.ActionBox: _action_box,
    n.ActionAngle: _action_angle,
    n.Fairness: _fairness,
    n.OpDecl: _decl,
    n.ConstantDecl: _declared("CONSTANTS"),
    n.VariableDecl: _plain(lambda node: "VARIABLES " + ", ".join(name.name for name in node.names)),
    n.Recursive: _declared("RECURSIVE"),
    n.OpDef: _op_def,
    n.FnDef: _fn_def,
    n.Instance: _instance,
    n.InstanceDef: _instance_def,
    n.Assume: _assume,
    n.NewDecl: _new,
    n.AssumeProve: _assume_prove,
    n.Theorem: _theorem,
    n.UseHide: _use_hide,
    n.Separator: _plain(lambda _: "-" * 40),
    n.Module: _module,
    n.ModuleFact: _plain(lambda node: f"MODULE {node.name}"),
    n.ProofLeaf: _proof_leaf,
    n.ProofSteps: _proof_steps,
    n.ProofStep: _proof_step,
}
