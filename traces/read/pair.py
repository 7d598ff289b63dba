"""A pair lined up: which unit of the spec stands beside which part of the Python, for `layout` to draw.

Takes a protocol's name; gives a `Pair`. What does not fit is refused (T031), at its place in the spec or by the line of
the Python: an `@action` that the spec does not define or whose parameters differ, an action of Next that nothing in
Python takes, a variable without a row in the mapping, a row without a variable.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from modelcheck.errors import TlaError
from modelcheck.source import Span
from modelcheck.syntax import nodes as n
from pyimpl.kernel.action import ActionInfo
from pyimpl.kernel.mapping import InMessages
from pyimpl.kernel.protocol import EnvironmentAction, Protocol
from traces.event import did_you_mean
from traces.places import specs_folder
from traces.read.bands import Primes, code_bands, primes_of, spec_bands
from traces.read.codetext import CodeText, Part, code_texts
from traces.read.pieces import Marked, Piece
from traces.read.spectext import SpecText, Unit, anchor, spec_texts


@dataclass(frozen=True, slots=True)
class Counterpart:
    """A part of the Python beside a unit of the spec."""

    text: CodeText
    part: Part


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action: its unit, and the method that takes it, or the move of the world that it is (`environment`)."""

    name: str
    unit: Unit
    spec: list[range]
    method: Counterpart | None
    code: list[range]
    environment: EnvironmentAction | None


@dataclass(frozen=True, slots=True)
class VariableRow:
    """A variable: what the spec's comment says of it, and where and how the Python keeps it."""

    name: str
    meaning: str
    python: str
    json: str
    places: tuple[tuple[str, str], ...]
    """(text in `python`, anchor)"""


@dataclass(frozen=True)
class Pair:
    """Everything of a protocol that stands on its page, apart from what was recorded."""

    protocol: Protocol
    title: str
    specs: tuple[SpecText, ...]
    codes: tuple[CodeText, ...]
    actions: dict[str, ActionRow]
    beside: dict[str, Counterpart]
    """Other definitions of the spec -> the part of the Python of the same name."""
    variables: tuple[VariableRow, ...]

    @property
    def spec(self) -> SpecText:
        """The module that the implementation is paired with."""
        return self.specs[0]


def pair_of(protocol: Protocol) -> Pair:
    """Line up a protocol. Raises TlaError T030, T031, and those of reading the spec."""
    folder = specs_folder()
    specs = spec_texts(folder / protocol.spec, folder)
    package = Path(__file__).resolve().parents[2] / "pyimpl" / protocol.name
    codes = code_texts(package, protocol.name)
    spec = specs[0]
    messages = {v.name for v in protocol.mapping.variables if isinstance(v, InMessages)}
    primes = primes_of(spec, messages)
    actions = _actions(protocol, spec, codes, messages, primes)
    beside, variables = _beside(spec, codes, actions), _variables(protocol, spec, codes)
    return crossed(Pair(protocol, spec.name, specs, codes, actions, beside, variables))


# ---- actions ----


def _actions(
    protocol: Protocol, spec: SpecText, codes: tuple[CodeText, ...], messages: set[str], primes: Primes
) -> dict[str, ActionRow]:
    rows = {}
    for info in protocol.actions():
        unit, found = _defined(spec, info.name, info.parameters, info), _method(codes, info)
        assert found is not None, info
        bands = spec_bands(spec, unit, messages, primes)
        rows[info.name] = ActionRow(info.name, unit, bands, found, code_bands(found.part), None)
    for move in protocol.environment:
        unit = _defined(spec, move.action, (move.node,) if move.node else (), None)
        bands = spec_bands(spec, unit, messages, primes)
        rows[move.action] = ActionRow(move.action, unit, bands, _recover(codes, move), [], move)
    _all_taken(spec, rows)
    return {unit.name: rows[unit.name] for unit in spec.units if unit.name in rows}


def _defined(spec: SpecText, name: str, parameters: tuple[str, ...], info: ActionInfo | None) -> Unit:
    unit = spec.definition(name)
    where = f"{info.file}:{info.line}" if info is not None else "the mapping's ENVIRONMENT"
    if unit is None or not isinstance(unit.node, n.OpDef):
        known = [u.name for u in spec.units if u.name]
        raise TlaError(
            "T031",
            f"the Python takes an action {name!r}, which {spec.name} does not define{did_you_mean(name, known)}",
            mend=f"see {_short(where)}",
        )
    own = tuple(p.name for p in unit.node.params)
    if own != parameters:
        raise TlaError(
            "T031",
            f"{name} has the parameters ({', '.join(own)}) in the spec, and ({', '.join(parameters)}) in Python",
            unit.node.name_span,
            mend=f"see {_short(where)}",
        )
    return unit


def _short(file: str) -> str:
    at = file.replace("\\", "/").rfind("/pyimpl/")
    return file[at + 1 :] if at >= 0 else file


def _method(codes: tuple[CodeText, ...], info: ActionInfo) -> Counterpart | None:
    """By the line of the decorator, which is the first of the method."""
    file = Path(info.file).name
    for text in codes:
        if Path(text.path).name == file:
            for part in text.parts:
                if part.kind == "function" and part.first == info.line and part.own_name == info.method:
                    return Counterpart(text, part)
    return None


def _recover(codes: tuple[CodeText, ...], move: EnvironmentAction) -> Counterpart | None:
    """What a node is after a crash: its `recover`."""
    for text in codes:
        part = text.part(f"{move.role.__name__}.recover")
        if part is not None:
            return Counterpart(text, part)
    return None


def _all_taken(spec: SpecText, rows: dict[str, ActionRow]) -> None:
    """Whatever Next reaches and primes something by itself must be somebody's action."""
    bodies = {u.name: u.node for u in spec.units if isinstance(u.node, n.OpDef)}
    seen, todo = set[str](), ["Next"]
    while todo:
        node = bodies.get(todo.pop())
        if node is None:
            continue
        for name in _called(node.body):
            if name in bodies and name not in seen and name not in rows:
                seen.add(name)
                inner = bodies[name]
                if "'" in inner.body.span.text or "UNCHANGED" in inner.body.span.text:
                    raise TlaError(
                        "T031", f"no method and no move of the world takes the action {name}", inner.name_span
                    )
                todo.append(name)


def _called(root: n.Node) -> list[str]:
    from traces.read.bands import _nodes

    return [node.name for node in _nodes(root) if isinstance(node, n.Name)]


# ---- the other names ----


OF_THE_SPEC_ALONE = frozenset(["Next", "Spec", "FairSpec", "Send", "Sent", "TypeOK"])
"""Names that the Python may have too, for something else."""


def _is_tuple(unit: Unit) -> bool:
    """`vars == <<x, y>>`"""
    return isinstance(unit.node, n.OpDef) and isinstance(unit.node.body, n.TupleExpr)


def _plain(name: str) -> str:
    return name.rpartition(".")[2].replace("_", "").lower()


def _beside(spec: SpecText, codes: tuple[CodeText, ...], actions: dict[str, ActionRow]) -> dict[str, Counterpart]:
    """Parts of the same name, and `recover` beside Init. Of several, that of the class with the actions."""
    shown = {
        (row.method.text.stem, line)
        for row in actions.values() if row.method is not None and row.environment is None
        for line in row.method.part.lines
    }  # fmt: skip
    homes = {row.method.text.stem for row in actions.values() if row.method is not None}
    found: dict[str, list[Counterpart]] = {}
    for text in codes:
        if text.stem in ("broken", "plot", "mapping", "__init__"):
            continue
        for part in text.parts:
            if part.kind in ("function", "class"):
                found.setdefault(_plain(part.name), []).append(Counterpart(text, part))
    out: dict[str, Counterpart] = {}
    for unit in spec.units:
        if unit.kind != "definition" or unit.name in actions or unit.name in OF_THE_SPEC_ALONE or _is_tuple(unit):
            continue
        named = found.get("recover" if unit.name == "Init" else _plain(unit.name), [])
        for near in sorted(named, key=lambda c: (c.text.stem not in homes, c.text.stem, c.part.first)):
            lines = {(near.text.stem, line) for line in near.part.lines}
            if not lines & shown:
                shown |= lines
                out[unit.name] = near
                break
    return out


# ---- variables ----


def _variables(protocol: Protocol, spec: SpecText, codes: tuple[CodeText, ...]) -> tuple[VariableRow, ...]:
    declared = {v.name: v for v in spec.resolved.variables}
    rows = {name: (python, json) for name, python, json in protocol.mapping.table()}
    for name in rows:
        if name not in declared:
            raise TlaError(
                "T031",
                f"the mapping has a row {name!r}, and {spec.name} has no such variable{did_you_mean(name, declared)}",
                mend=f"see pyimpl/{protocol.name}/mapping.py",
            )
    for name, symbol in declared.items():
        if name not in rows:
            raise TlaError(
                "T031",
                f"the mapping has no row for the variable {name}",
                symbol.span,
                mend=f"see pyimpl/{protocol.name}/mapping.py",
            )
    return tuple(
        VariableRow(name, meaning(spec, symbol.span), *rows[name], _places(rows[name][0], codes))
        for name, symbol in declared.items()
    )


def meaning(spec: SpecText, span: Span | None) -> str:
    """What the comment to the right of a declaration says, with the lines below that go on with it."""
    if span is None or span.file is not spec.file:
        return ""
    line = span.begin.line
    found = re.search(r"\\\*\s*(.*)$", spec.marked.plain(line))
    words = [found[1].strip()] if found else []
    while line + 1 <= spec.marked.count:
        line += 1
        more = re.match(r"\s+\\\*\s?(.*)$", spec.marked.plain(line))
        if not found or not more:
            break
        words.append(more[1].strip())
    return " ".join(words)


def _places(python: str, codes: tuple[CodeText, ...]) -> tuple[tuple[str, str], ...]:
    """`Class` and `Class.attribute` in a text, with the anchors of those that the files define."""
    out = {}
    for found in re.finditer(r"\b([A-Z]\w*)(?:\.(\w+))?", python):
        for text in codes:
            if text.stem == "broken":
                continue
            part = text.part(f"{found[1]}.{found[2]}") if found[2] else text.part(found[1])
            if part is not None:
                out[found[0]] = part.anchor
                break
    return tuple(out.items())


# ---- across ----


def crossed(pair: Pair) -> Pair:
    """The pair with each name that stands on both sides linked from where it is defined on the one to the other: action
    and method, variable and attribute, definition and function, a message's type and its class."""
    there: dict[str, str] = {}
    back: dict[str, str] = {}

    def both(name: str, python: str) -> None:
        there.setdefault(anchor(pair.spec.name, name), python)
        back.setdefault(python, anchor(pair.spec.name, name))

    for row in pair.actions.values():
        if row.method is not None and row.environment is None:
            both(row.name, row.method.part.anchor)
        elif row.method is not None:
            there[anchor(pair.spec.name, row.name)] = row.method.part.anchor
    for name, counterpart in pair.beside.items():
        both(name, counterpart.part.anchor)
    for variable in sorted(pair.variables, key=lambda v: not any(_plain(t) == v.name.lower() for t, _ in v.places)):
        for text, python in variable.places[:1]:
            if "." in text:
                both(variable.name, python)
    types = message_types(pair.codes)
    if types and pair.spec.definition("Message"):
        back |= {python: anchor(pair.spec.name, "Message") for python in types.values() if python not in back}
    _relink(
        pair.spec.marked,
        lambda p, text: there.get(p.anchor or "") or (types.get(text[1:-1]) if p.kind == "s" else None),
    )
    taken = {f'"{row.name}"': anchor(pair.spec.name, row.name) for row in pair.actions.values()}
    for code in pair.codes:
        lines = {
            line
            for p in code.parts
            if p.kind == "function" and p.anchor in back
            for line in range(p.first, p.last)
            if code.marked.plain(line).lstrip().startswith("@action(")
        }
        _relink_code(code.marked, back, taken, lines)
    return pair


def _relink(marked: Marked, href: Callable[[Piece, str], str | None]) -> None:
    marked.pieces = [replace(p, href=p.href or href(p, marked.text[p.start : p.end])) for p in marked.pieces]


def _relink_code(marked: Marked, back: dict[str, str], taken: dict[str, str], decorators: set[int]) -> None:
    """Definitions by `back`; and the names of actions in `@action("Name")`, whose quotes may be tokens of their own."""
    out: list[Piece] = []
    for piece in marked.pieces:
        if piece.anchor in back:
            piece = replace(piece, href=back[piece.anchor])
        elif piece.kind == "s" and piece.href is None and marked.line_of(piece.start) in decorators:
            text = marked.text[piece.start : piece.end]
            piece = replace(piece, href=taken.get(f'"{text.strip(chr(34))}"'))
        out.append(piece)
    marked.pieces = out


def message_types(codes: tuple[CodeText, ...]) -> dict[str, str]:
    """A message's type in the spec -> the anchor of its class: of the classes whose `spec` gives a record of it."""
    out: dict[str, str] = {}
    for text in codes:
        if text.stem in ("broken", "mapping"):
            continue
        for part in text.parts:
            if part.kind == "function" and part.own_name == "spec":
                for node in ast.walk(part.node):
                    if isinstance(node, ast.Dict):
                        for key, value in zip(node.keys, node.values, strict=True):
                            if isinstance(key, ast.Constant) and key.value == "type":
                                owner = text.part(part.name.rpartition(".")[0])
                                assert owner is not None
                                out |= {
                                    c.value: owner.anchor
                                    for c in ast.walk(value)
                                    if isinstance(c, ast.Constant) and isinstance(c.value, str)
                                }
    return out
