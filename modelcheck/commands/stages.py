"""The stages of reading a spec, printed: tokens, syntax tree, resolved module, IR.

Each function takes the path of a file (IR: of a spec with its cfg) and gives JSON data; `as_text` lays it out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from modelcheck.errors import TlaError
from modelcheck.module.tree import Definition, ResolvedModule
from modelcheck.records import fields, is_dataclass
from modelcheck.source import SourceFile, Span

LIBRARY = Path(__file__).resolve().parent.parent / "stdlib"
STAGES = ("tokens", "tree", "module", "ir")


def tokens(path: Path) -> list[dict[str, Any]]:
    """Kind, text and place of every token; an error of the scanner is raised."""
    from modelcheck.syntax import tokens as scan
    from modelcheck.syntax.files import read_source

    source = read_source(path)
    out: list[dict[str, Any]] = []
    for found in scan(source.text, source.name):
        if found.error is not None:
            raise found.error
        for index, kind in enumerate(found.kinds):
            place = found.span(index).begin
            out.append({"kind": kind, "text": found.texts[index], "line": place.line, "column": place.column})
    return out


def tree(path: Path) -> list[dict[str, Any]]:
    """The syntax trees of the file's modules: nested objects with `node` (the construct) and its parts."""
    from modelcheck.syntax import parse_file

    parsed = parse_file(path)
    return [_node(module) for module in parsed.modules]


def _node(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type | Span | SourceFile):
        parts = {f.name: _node(getattr(value, f.name)) for f in fields(value) if "span" not in f.name}
        span: Span | None = getattr(value, "span", None)
        place = {} if span is None else {"at": f"{span.begin.line}:{span.begin.column}"}
        return {"node": type(value).__name__, **place, **parts}
    if isinstance(value, list | tuple):
        return [_node(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _node(item) for key, item in value.items()}
    return value if isinstance(value, str | int | float | None) else str(value)


def module(root: ResolvedModule) -> dict[str, Any]:
    """What a resolved module declares and defines. Definitions of library modules are left out."""
    own = [d for d in root.definitions.values() if d.span is not None and not _is_library(d)]
    for definition in own:
        definition.complete()
    return {
        "module": root.name,
        "extends": [extended.name for extended in root.extends],
        "constants": [{"name": c.name, "arity": c.arity, "from": c.module} for c in root.constants],
        "variables": [{"name": v.name, "from": v.module} for v in root.variables],
        "definitions": [
            {
                "name": d.name,
                "params": [p.name for p in d.params],
                "level": d.level.name.lower(),
                "recursive": d.recursive,
                "local": d.local,
                "at": str(d.span),
            }
            for d in own
        ],
        "assumptions": [{"name": a.name, "at": str(a.span)} for a in root.assumptions],
        "theorems": list(root.theorems),
    }


def _is_library(definition: Definition) -> bool:
    """Whether the text of a definition (of what it instantiates) stands in a module of ours."""
    path = definition.span.file.path if definition.span is not None else None
    return path is not None and path.parent == LIBRARY


def ir(path: Path, config: Path | None, library: Sequence[str]) -> dict[str, Any]:
    """The actions and formulas of a model, as the engine runs them."""
    from modelcheck.ir import pprint
    from modelcheck.ir.lower import Lowering, Shared
    from modelcheck.module import load

    model = load(path, config, library)
    shared = Shared(model)
    out: dict[str, Any] = {"variables": [v.name for v in model.variables]}
    if model.inits:
        out["init"] = pprint.action(Lowering(shared, "init").actions.init_tree(model.inits)).splitlines()
    if model.next is not None:
        out["next"] = pprint.action(Lowering(shared, "next").actions.next_tree(model.next)).splitlines()
    named = (*model.invariants, *model.constraints, *model.action_constraints)
    out["formulas"] = {n.name: pprint.expression(Lowering(shared).formula(n.expr).body) for n in named}
    return out


def as_text(stage: str, data: Any) -> str:
    """A stage's data for a person to read."""
    match stage:
        case "tokens":
            return "\n".join(f"{t['line']:>5}:{t['column']:<4} {t['kind']:<12} {t['text']}" for t in data)
        case "tree":
            return "\n".join(line for node in data for line in _tree_lines("", node, 0))
        case "module":
            return "\n".join(_module_lines(data))
        case "ir":
            return "\n".join(_ir_lines(data))
        case _:
            raise TlaError("U001", f"there is no stage {stage!r}")


def _tree_lines(label: str, value: Any, depth: int) -> Iterator[str]:
    pad = "  " * depth + label
    if isinstance(value, dict) and "node" in value:
        plain = {k: v for k, v in value.items() if k not in ("node", "at") and not isinstance(v, dict | list)}
        words = " ".join(f"{key}={item!r}" for key, item in plain.items())
        at = f"  @{value['at']}" if "at" in value else ""
        yield f"{pad}{value['node']} {words}".rstrip() + at
        for key, item in value.items():
            if isinstance(item, dict | list) and item:
                yield from _tree_lines(f"{key}: ", item, depth + 1)
    elif isinstance(value, list):
        yield pad.rstrip()
        for item in value:
            yield from _tree_lines("- ", item, depth + 1)
    else:
        yield f"{pad}{value}"


def _module_lines(data: dict[str, Any]) -> Iterator[str]:
    extends = f" EXTENDS {', '.join(data['extends'])}" if data["extends"] else ""
    yield f"MODULE {data['module']}{extends}"
    for title in ("constants", "variables"):
        if data[title]:
            yield f"  {title}: {', '.join(item['name'] for item in data[title])}"
    for d in data["definitions"]:
        params = f"({', '.join(d['params'])})" if d["params"] else ""
        marks = "".join(f", {mark}" for mark in ("recursive", "local") if d[mark])
        yield f"  {d['name']}{params}   {d['level']}{marks}   {d['at']}"
    for title in ("assumptions", "theorems"):
        if data[title]:
            yield f"  {len(data[title])} {title}"


def _ir_lines(data: dict[str, Any]) -> Iterator[str]:
    yield f"variables {', '.join(data['variables'])}"
    for title in ("init", "next"):
        if title in data:
            yield f"{title}:"
            yield from (f"  {line}" for line in data[title])
    for name, text in data["formulas"].items():
        yield f"{name}: {text}"
