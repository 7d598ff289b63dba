"""A module and its cfg become a Model: constants, the parts of the specification, what is checked, what is refused."""

from __future__ import annotations

from itertools import pairwise

import pytest
from module_texts import place_of

from modelcheck.errors import TlaError
from modelcheck.module import load, resolve_file
from modelcheck.module import tree as t
from modelcheck.values import FALSE, ModelValue

SPEC = """EXTENDS Naturals
CONSTANTS N, F(_)
VARIABLES x, y
vars == <<x, y>>
Init == x = 0 /\\ y = 0
Inc == x' = x + 1 /\\ UNCHANGED y
Dec == y' = y + 1 /\\ UNCHANGED x
Next == Inc \\/ Dec
Fair == WF_vars(Next)
Spec == Init /\\ [][Next]_vars /\\ Fair
Safe == x < N
Step == x' >= x
Mono == [][Step]_x
Reach == <>(x = 1)
Twice(n) == 2 * n
Three == 3
Low == 0 .. 3
"""
CFG = "CONSTANTS N = 2 F <- Twice\n"


def build(folder, cfg, spec=SPEC):
    (folder / "T.tla").write_text(f"---- MODULE T ----\n{spec}\n====\n")
    (folder / "T.cfg").write_text(cfg)
    return load(folder / "T.tla")


def names_of(expr):
    """The name of the definition that an expression is."""
    assert isinstance(expr, t.Appl)
    return expr.symbol.name


def test_specification_is_taken_apart(tmp_path):
    model = build(tmp_path, CFG + "SPECIFICATION Spec INVARIANT Safe PROPERTY Mono")
    assert [names_of(init) for init in model.inits] == ["Init"]
    assert names_of(model.next) == "Next"
    assert names_of(model.subscript) == "vars"
    assert [type(part) for part in model.fairness] == [t.Fair]
    assert [(named.name, names_of(named.expr)) for named in model.invariants] == [("Safe", "Safe")]
    (prop,) = model.properties
    assert (prop.name, prop.inits, prop.liveness) == ("Mono", [], [])
    assert [(names_of(action), names_of(subscript)) for action, subscript in prop.boxes] == [("Step", "x")]
    assert model.check_deadlock is True
    assert [variable.name for variable in model.variables] == ["x", "y"]


def test_init_and_next(tmp_path):
    model = build(tmp_path, CFG + "INIT Init NEXT Next CHECK_DEADLOCK FALSE CONSTRAINT Safe ACTION_CONSTRAINT Step")
    assert [names_of(init) for init in model.inits] == ["Init"]
    assert names_of(model.next) == "Next"
    assert model.subscript is None
    assert model.fairness == []
    assert model.check_deadlock is False
    assert [named.name for named in (*model.constraints, *model.action_constraints)] == ["Safe", "Step"]


def test_values_and_replacements_of_constants(tmp_path):
    model = build(tmp_path, "CONSTANTS N = {a, b} F <- Twice Three = FALSE Nat <- Low INIT Init NEXT Next")
    constants = {constant.name: value for constant, value in model.constants.items()}
    assert constants.pop("N") == frozenset((ModelValue("a"), ModelValue("b")))
    replaced = {symbol.name: target for symbol, target in model.replaced.items()}
    assert sorted(replaced) == ["F", "Nat", "Three"]
    assert replaced["F"].name == "Twice"
    assert replaced["Nat"].name == "Low"
    made = replaced["Three"].body
    assert isinstance(made, t.Appl) and model.constants[made.symbol] is FALSE
    (nat,) = [symbol for symbol in model.replaced if symbol.name == "Nat"]
    assert nat.module == "Naturals"


def test_operator_given_by_its_values(tmp_path):
    model = build(tmp_path, "CONSTANTS N = 1 F(1) = 5 F(2) = 6 INIT Init NEXT Next")
    (made,) = [target for symbol, target in model.replaced.items() if symbol.name == "F"]
    assert len(made.params) == 1
    assert isinstance(made.body, t.CaseExpr) and len(made.body.arms) == 2
    values = [model.constants[value.symbol] for _, value in made.body.arms]
    assert values == [5, 6]


def test_replacement_in_a_module(tmp_path):
    (tmp_path / "M.tla").write_text("---- MODULE M ----\nD == 1\nE == D\n====\n")
    spec = "VARIABLE x\nI == INSTANCE M\nMine == 2\nInit == x = I!E\nNext == UNCHANGED x"
    model = build(tmp_path, "CONSTANT D <- [M] Mine INIT Init NEXT Next", spec)
    ((symbol, target),) = model.replaced.items()
    assert (symbol.name, symbol.module, target.name) == ("D", "M", "Mine")


def test_specification_through_an_instance(tmp_path):
    (tmp_path / "M.tla").write_text(
        "---- MODULE M ----\nCONSTANT C\nVARIABLE v\nInit == v = C\nNext == v' = C\nSpec == Init /\\ [][Next]_v\n====\n"
    )
    spec = "VARIABLE x\nI(C) == INSTANCE M WITH v <- <<x>>\nS == I(1)!Spec"
    model = build(tmp_path, "SPECIFICATION S", spec)
    (init,) = model.inits
    outer = init
    assert isinstance(outer, t.Subst)  # the argument of I
    assert [key.name for key, _ in outer.mapping] == ["C"]
    assert isinstance(outer.body, t.Subst)  # the substitutions of the INSTANCE
    assert [key.name for key, _ in outer.body.mapping] == ["C", "v"]
    assert names_of(outer.body.body) == "Init"
    assert isinstance(model.next, t.Subst) and isinstance(model.next.body, t.Subst)
    assert names_of(model.next.body.body) == "Next"


PROPERTIES = {
    "state predicate": ("x = 0", (1, 0, 0, 0)),
    "always a state predicate": ("[](x = 0)", (0, 1, 0, 0)),
    "action": ("[][x' = 0]_x", (0, 0, 1, 0)),
    "liveness": ("<>[](x = 0)", (0, 0, 0, 1)),
    "always an eventually": ("[](x = 0 => <>(x = 1))", (0, 0, 0, 1)),
    "fairness": ("WF_x(x' = 0)", (0, 0, 0, 1)),
    "a specification": ("x = 0 /\\ [][x' = 0]_x /\\ SF_x(x' = 0)", (1, 0, 1, 1)),
    "a list": ("/\\ x = 0\n     /\\ [](x = 0)\n     /\\ [][FALSE]_x", (1, 1, 1, 0)),
    "implication": ("[](x = 0) => <>(x = 1)", (0, 0, 0, 1)),
    "through a definition": ("Def", (0, 1, 0, 0)),
    "through an operator": ("Op([](x = 0))", (1, 1, 0, 0)),
    "LET": ("LET a == 0 IN x = a /\\ [](x = a)", (1, 1, 0, 0)),
    "label": ("l :: [](x = 0)", (0, 1, 0, 0)),
    "for all of a constant set": (
        "\\A n \\in {1, 2} : x = n /\\ [](x = n) /\\ [][x' = n]_x /\\ <>(x = n)", (1, 1, 1, 1),
    ),
    "for all of a state-level set": ("\\A n \\in x : [](x = n)", (0, 0, 0, 1)),
    "exists": ("\\E n \\in {1, 2} : [](x = n)", (0, 0, 0, 1)),
}  # fmt: skip


@pytest.mark.parametrize("name", PROPERTIES)
def test_parts_of_a_property(name, tmp_path):
    text, counts = PROPERTIES[name]
    spec = f"VARIABLE x\nDef == [](x = 0)\nOp(F) == x = 0 /\\ F\nInit == x = 0\nNext == x' = x\nP == {text}"
    model = build(tmp_path, "INIT Init NEXT Next PROPERTY P", spec)
    (prop,) = model.properties
    assert (len(prop.inits), len(model.invariants), len(prop.boxes), len(prop.liveness)) == counts
    assert all(named.name == "P" for named in model.invariants)


def test_box_under_a_quantifier_keeps_it_and_takes_all_variables(tmp_path):
    spec = "VARIABLES x, y\nInit == x = 0 /\\ y = 0\nNext == UNCHANGED <<x, y>>\nP == \\A n \\in {1, 2} : [][x' = n]_x"
    model = build(tmp_path, "INIT Init NEXT Next PROPERTY P", spec)
    ((action, subscript),) = model.properties[0].boxes
    assert isinstance(action, t.Quant) and isinstance(action.body, t.Box)
    assert [names_of(item) for item in subscript.items] == ["x", "y"]


def test_a_module_without_variables_has_assumptions_only(tmp_path):
    model = build(tmp_path, "CONSTANT C = 1", "CONSTANT C\nASSUME One == C = 1\nASSUME C # 2")
    assert model.variables == ()
    assert model.inits == []
    assert [assumption.name for assumption in model.assumptions] == ["One", None]


def test_a_cfg_inside_the_module_file(tmp_path):
    path = tmp_path / "T.tla"
    path.write_text(
        "---- MODULE T ----\nVARIABLE x\nInit == x = 0\nNext == x' = x\n====\n"
        "---- CONFIG T ----\nINIT Init\nNEXT Next\n====\n"
    )
    assert names_of(load(path).next) == "Next"


def test_an_entry_for_an_unknown_constant_is_a_warning_as_in_tlc(tmp_path):
    model = build(tmp_path, CFG + "CONSTANT Unknown = 1 INIT Init NEXT Next")
    assert any("Unknown" in text for text, _ in model.warnings)


REFUSED = {
    "constants without values": ("C020", "«INIT Init NEXT Next"),
    "replacement of nothing": ("C021", CFG + "CONSTANT «Nothing <- Three INIT Init NEXT Next"),
    "replacement by nothing": ("C022", CFG + "CONSTANT «Three <- Nothing INIT Init NEXT Next"),
    "replacement of another arity": ("C023", "CONSTANTS N = 1 «F <- Three INIT Init NEXT Next"),
    "point of another arity": ("C023", "CONSTANTS N = 1 «F(1, 2) = 3 INIT Init NEXT Next"),
    "replacement of a replacement": ("C024", CFG + "CONSTANTS «Three <- Low Low <- Three INIT Init NEXT Next"),
    "unknown module": ("C025", CFG + "CONSTANT «Three <- [Nowhere] Low INIT Init NEXT Next"),
    "value for an operator": ("C026", "CONSTANTS N = 1 «F = 3 INIT Init NEXT Next"),
    "what is not constant for a constant": ("C027", "CONSTANTS F <- Twice «N <- Safe INIT Init NEXT Next"),
    "unknown invariant": ("C030", CFG + "INIT Init NEXT Next INVARIANT «Saf"),
    "variable as invariant": ("C030", CFG + "INIT Init NEXT Next INVARIANT «x"),
    "unknown specification": ("C030", CFG + "SPECIFICATION «Sepc"),
    "operator as invariant": ("C031", CFG + "INIT Init NEXT Next INVARIANT «Twice"),
    "action as invariant": ("C032", CFG + "INIT Init NEXT Next INVARIANT «Step"),
    "temporal formula as invariant": ("C032", CFG + "INIT Init NEXT Next INVARIANT «Reach"),
    "action as constraint": ("C032", CFG + "INIT Init NEXT Next CONSTRAINT «Step"),
    "temporal formula as next": ("C032", CFG + "INIT Init NEXT «Spec"),
    "action as init": ("C032", CFG + "INIT «Next NEXT Next"),
    "both": ("C033", CFG + "SPECIFICATION Spec INIT «Init NEXT Next"),
    "neither": ("C034", "«" + CFG),
    "no next": ("C035", "«" + CFG + "INIT Init INVARIANT Safe"),
    "unsupported entry": ("C039", CFG + "INIT Init NEXT Next _PERIODIC «Safe"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_at_its_place(name, tmp_path):
    code, marked = REFUSED[name]
    cfg, line, column = place_of(marked)
    with pytest.raises(TlaError) as caught:
        build(tmp_path, cfg)
    span = caught.value.span
    assert (caught.value.code, span.begin.line, span.begin.column) == (code, line - 1, column)
    assert span.file.name.endswith("T.cfg")
    assert caught.value.exit_code == 151


SPECIFICATIONS = {
    "two next-state actions": ("C037", "x = 0 /\\ [][x' = 0]_x /\\ [][«x' = 1]_x"),
    "an action": ("C036", "x = 0 /\\ «x' = 0"),
    "always a state predicate": ("C036", "x = 0 /\\ [](«x = 0)"),
    "temporal quantifier": ("C036", "x = 0 /\\ «\\EE z : [](z = x)"),
}


@pytest.mark.parametrize("name", SPECIFICATIONS)
def test_specification_that_cannot_be_used(name, tmp_path):
    code, marked = SPECIFICATIONS[name]
    text, _, column = place_of("Spec == " + marked)
    with pytest.raises(TlaError) as caught:
        build(tmp_path, "SPECIFICATION Spec", "VARIABLE x\n" + text)
    assert (caught.value.code, caught.value.span.begin.line, caught.value.span.begin.column) == (code, 3, column)
    assert caught.value.exit_code == 151


def test_property_that_is_an_action(tmp_path):
    with pytest.raises(TlaError) as caught:
        build(tmp_path, CFG + "INIT Init NEXT Next PROPERTY Step")
    assert caught.value.code == "C038"


def test_strings_and_model_values_are_ranked_cfg_first_then_words_then_strings(tmp_path):
    from modelcheck.values import compare

    spec = 'VARIABLE x\nb == 1\nInit == x = "c" /\\ x = "b"\nNext == x\' = "a"'
    build(tmp_path, "CONSTANT Unknown = z INIT Init NEXT Next", spec)
    ranked = ["z", "b", "c", "a"]
    order = [ModelValue("z"), *[ModelValue(name) for name in ranked[1:]]]
    assert all(compare(low, high) < 0 for low, high in pairwise(order))


def test_missing_files(tmp_path):
    with pytest.raises(TlaError) as caught:
        load(tmp_path / "None.tla")
    assert caught.value.code == "P001"
    (tmp_path / "T.tla").write_text("---- MODULE T ----\n====\n")
    with pytest.raises(TlaError) as caught:
        load(tmp_path / "T.tla")
    assert caught.value.code == "C001"
    with pytest.raises(TlaError) as caught:
        resolve_file(tmp_path)
    assert caught.value.code == "P001"
