"""Spec and code side by side: the same actions in the same order with the same parameters, guards before
updates before sends, the same variables, and a faulty twin for every broken spec."""

from __future__ import annotations

import ast
import inspect
import re
import sys
import textwrap
from pathlib import Path

import pytest

from pyimpl.kernel import Protocol
from pyimpl.kernel.action import actions_of

sys.path.insert(0, str(Path(__file__).parent))
from all_pairs import ALL, SPECS

EACH = pytest.mark.parametrize("protocol", ALL, ids=lambda p: p.name)


def spec_text(protocol: Protocol) -> str:
    return (SPECS / protocol.spec).read_text(encoding="utf-8")


def without_comments(text: str) -> str:
    return re.sub(r"\\\*.*", "", re.sub(r"\(\*.*?\*\)", "", text, flags=re.DOTALL))


def definitions(text: str) -> dict[str, tuple[tuple[str, ...], str]]:
    """Name -> (parameters, body), in the order of the text."""
    heads = list(re.finditer(r"^(\w+)(?:\(([\w, ]*)\))?\s*==", text, flags=re.MULTILINE))
    ends = [h.start() for h in heads[1:]] + [len(text)]
    return {
        h[1]: (tuple(p.strip() for p in (h[2] or "").split(",") if p.strip()), text[h.end() : end])
        for h, end in zip(heads, ends, strict=True)
    }


def actions_of_spec(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """Those that `Next` leads to by names alone and that prime a variable themselves, in the order of the
    text."""
    found = definitions(without_comments(text))
    reached, todo = set(), ["Next"]
    while todo:
        for name in re.findall(r"\w+", found[todo.pop()][1]):
            if name in found and name not in reached and name != "vars":
                reached.add(name)
                todo.append(name)
    return [
        (n, p) for n, (p, body) in found.items() if n in reached and n != "Send" and re.search(r"'|UNCHANGED", body)
    ]


@EACH
def test_same_actions_in_the_same_order(protocol: Protocol) -> None:
    of_world = {e.action for e in protocol.environment}
    spec = actions_of_spec(spec_text(protocol))
    assert len(spec) >= 3
    assert [(a.name, a.parameters) for a in protocol.actions()] == [s for s in spec if s[0] not in of_world]
    assert {(e.action, (e.node,) if e.node else ()) for e in protocol.environment} == {
        s for s in spec if s[0] in of_world
    }


@EACH
def test_method_names_are_the_specs(protocol: Protocol) -> None:
    for info in protocol.actions():
        assert info.method.replace("_", "") == info.name.lower()


@EACH
def test_same_variables_in_the_same_order(protocol: Protocol) -> None:
    block = re.search(r"^VARIABLES(.*?)^\s*$", without_comments(spec_text(protocol)), re.DOTALL | re.MULTILINE)
    assert block is not None
    assert re.findall(r"\w+", block[1]) == list(protocol.mapping.names)


@EACH
def test_same_constants(protocol: Protocol) -> None:
    block = re.search(r"^CONSTANTS(.*?)^\s*$", without_comments(spec_text(protocol)), re.DOTALL | re.MULTILINE)
    assert block is not None
    assert re.findall(r"\w+", block[1]) == list(protocol.constants)


@EACH
def test_a_faulty_twin_for_every_broken_spec(protocol: Protocol) -> None:
    broken = {p.stem for p in (SPECS / protocol.spec).parent.glob("broken/*.tla") if not p.stem.startswith("MC")}
    assert len(broken) >= 3
    assert {m.name for m in protocol.mutants} == broken


def parts(function: ast.FunctionDef) -> list[str]:
    """The statements of an action: guards, then updates, then what it returns."""
    kinds = []
    for statement in function.body:
        match statement:
            case ast.Expr(ast.Constant()):
                continue
            case ast.If(_, [ast.Return(ast.Name("DISABLED"))], []):
                kinds.append("guard")
            case ast.Return():
                kinds.append("effects")
            case ast.If(_, [ast.Return()], []):
                kinds.append("update")  # IF … THEN … ELSE of the spec
            case _:
                kinds.append("update")
    return kinds


@EACH
def test_guards_then_updates_then_effects(protocol: Protocol) -> None:
    order = ["guard", "update", "effects"]
    for cls in dict.fromkeys(protocol.nodes.values()):
        for info in actions_of(cls):
            source = textwrap.dedent(inspect.getsource(inspect.unwrap(getattr(cls, info.method))))
            function = ast.parse(source).body[0]
            assert isinstance(function, ast.FunctionDef)
            kinds = parts(function)
            assert kinds == sorted(kinds, key=order.index), info
            assert kinds[-1] == "effects", info
            returned = ast.unparse(function.body[-1])
            if "ersist(" in returned:
                assert returned.index("ersist(") < returned.find("Send(") or "Send(" not in returned, info


@EACH
def test_readme_names_every_action_and_variable(protocol: Protocol) -> None:
    page = (Path(__file__).parents[2] / "pyimpl" / protocol.name / "README.md").read_text(encoding="utf-8")
    for info in protocol.actions():
        head = f"`{info.name}({', '.join(info.parameters)})`" if info.parameters else f"`{info.name}`"
        assert re.search(rf"\| {re.escape(head)} \|.*`{info.method}", page), info
    for variable, _, _ in protocol.mapping.table():
        assert f"| `{variable}` |" in page
    for mutant in protocol.mutants:
        assert f"`{mutant.name}`" in page
