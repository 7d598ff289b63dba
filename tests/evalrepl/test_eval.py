"""`tlapair eval`: values as TLA+ text and as JSON, modules and cfgs, states of saved traces, coded errors."""

from __future__ import annotations

import io
import json

import pytest

from modelcheck.cli import main

CLOCK = """---- MODULE Clock ----
EXTENDS Naturals
CONSTANTS Hours, Broken
VARIABLES hour
Init == hour = 1
Next == hour' = IF hour = Hours THEN 1 ELSE hour + 1
Small == hour < 3
Twice(n) == 2 * n
====
"""


@pytest.fixture
def clock(tmp_path, monkeypatch):
    (tmp_path / "Clock.tla").write_text(CLOCK)
    (tmp_path / "Clock.cfg").write_text("CONSTANTS Hours = 12 Broken = Broken\nINIT Init NEXT Next INVARIANT Small\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(capsys, *arguments):
    code = main(["eval", *arguments])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, out, err


@pytest.mark.parametrize(
    ("expression", "printed"),
    [
        ("1 + 2", "3"),
        ("{x * x : x \\in -2 .. 2}", "{0, 1, 4}"),
        ("[i \\in 1 .. 3 |-> i % 2 = 0]", "<<FALSE, TRUE, FALSE>>"),
        ("[a |-> 1, b |-> {}]", "[a |-> 1, b |-> {}]"),
        ("LET f[n \\in Nat] == IF n = 0 THEN 1 ELSE n * f[n - 1] IN f[25]", "15511210043330985984000000"),
        ("Nat", "Nat"),
        ('CHOOSE x \\in {"second", "first"} : TRUE', '"second"'),
        ("/\\ TRUE\n/\\ \\/ FALSE\n   \\/ TRUE", "TRUE"),
        ("Append(<<1>>, 2) \\o Tail(<<0, 3>>)", "<<1, 2, 3>>"),
        ("SortSeq(<<3, 1, 2>>, <)", "<<1, 2, 3>>"),
    ],
)
def test_value_is_printed(capsys, expression, printed):
    assert run(capsys, expression) == (0, printed + "\n", "")


def test_wide_value_is_broken_over_lines(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    code, out, _ = run(capsys, '[alpha |-> "aaaaaaaaaaaaaaaa", beta |-> {10, 20, 30, 40, 50}]')
    assert code == 0
    assert out == '[ alpha |-> "aaaaaaaaaaaaaaaa",\n  beta |-> {10, 20, 30, 40, 50} ]\n'


@pytest.mark.parametrize(
    ("expression", "code", "exit_code"),
    [
        ("1 +", "P008", 150),
        ("foo", "M001", 150),
        ('1 = "a"', "E001", 75),
        ("Cardinality({n \\in Nat : n > 3})", "E002", 75),
        ("<<1>>[2]", "E003", 75),
        ("1 \\div 0", "E014", 75),
        ('Assert(FALSE, "no")', "E010", 14),
        ("[](1 = 1)", "E011", 75),
    ],
)
def test_errors_are_coded(capsys, expression, code, exit_code):
    got, out, err = run(capsys, expression)
    assert (got, out) == (exit_code, "")
    assert f"error {code}: " in err and "(expression):1:" in err


def test_json(capsys):
    code, out, _ = run(capsys, "--json", "<<1, {TRUE}>>")
    said = json.loads(out)
    assert code == 0 and said.pop("seconds") >= 0
    assert said == {
        "schema": "tlapair.eval/1",
        "value": "<<1, {TRUE}>>",
        "itf": {"#tup": [{"#bigint": "1"}, {"#set": [True]}]},
        "type": "<<Int, Set(Bool)>>",
        "error": None,
    }


def test_json_of_an_error(capsys):
    code, out, err = run(capsys, "--json", "DOMAIN 1")
    said = json.loads(out)
    assert (code, err, said["value"], said["error"]["code"]) == (75, "", None, "E004")


def test_json_keeps_what_is_printed_apart(capsys):
    code, out, err = run(capsys, "--json", 'PrintT("hello")')
    assert (code, json.loads(out)["value"], err) == (0, "TRUE", '"hello"\n')


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("1", "Int"),
        ("{}", "Set(?)"),
        ("<<1, 2>>", "Seq(Int)"),
        ('<<1, "a">>', "<<Int, Str>>"),
        ("[a |-> {1}, b |-> TRUE]", "{a: Set(Int), b: Bool}"),
        ('[s \\in {"a", "b"} |-> 1]', "{a: Int, b: Int}"),
        ("[n \\in {3, 4} |-> <<n>>]", "Int -> Seq(Int)"),
        ("Nat", "infinite set Nat"),
        ("SUBSET (1 .. 3)", "Set(Set(?) | Set(Int))"),
    ],
)
def test_type(capsys, expression, text):
    assert run(capsys, "--type", expression) == (0, text + "\n", "")


def test_names_of_a_module_and_its_cfg(clock, capsys):
    assert run(capsys, "--module", "Clock.tla", "Twice(Hours)")[:2] == (0, "24\n")
    assert run(capsys, "--module", "Clock.tla", "{Broken, Hours}")[0] == 0
    (clock / "Other.cfg").write_text("CONSTANTS Hours = 3 Broken = Broken")
    assert run(capsys, "--module", "Clock.tla", "--config", "Other.cfg", "Twice(Hours)")[1] == "6\n"


def test_constant_without_value(clock, capsys):
    (clock / "Clock.cfg").unlink()
    assert run(capsys, "--module", "Clock.tla", "Twice(4)")[:2] == (0, "8\n")
    code, _, err = run(capsys, "--module", "Clock.tla", "Twice(Hours)")
    assert code == 75 and "the constant Hours has no value" in err


def test_variables_need_a_state(clock, capsys):
    code, _, err = run(capsys, "--module", "Clock.tla", "hour + 1")
    assert code == 75 and "error E011: the expression speaks of a state, and none is given" in err


def test_states_of_a_saved_trace(clock, capsys):
    assert main(["check", "Clock.tla", "--quiet", "--trace-out", "small.itf.json"]) == 12
    capsys.readouterr()
    on = ("--module", "Clock.tla", "--trace", "small.itf.json")
    assert run(capsys, *on, "hour")[1] == "1\n"
    assert run(capsys, *on, "--at", "3", "<<hour, Small>>")[1] == "<<3, FALSE>>\n"
    assert run(capsys, *on, "--at", "2", "hour' - hour")[1] == "1\n"
    assert run(capsys, *on, "--at", "3", "hour'")[0] == 75
    code, _, err = run(capsys, *on, "--at", "4", "hour")
    assert code == 151 and "error U013: there is no state 4: the trace has 3 states" in err


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "it is no JSON"),
        ("[]", "it is no object with a list of states"),
        ('{"states": []}', "it is no object with a list of states"),
        ('{"states": [{"minute": 1}]}', "states[0] lacks hour"),
        ('{"states": [{"hour": 1, "minute": 1}]}', "states[0] has minute, which the spec has not"),
        ('{"states": [{"hour": null}]}', "states[0].hour: $: None is no TLA+ value"),
        ('{"states": [{"hour": 1}], "loop": 1}', "its loop goes back to 1, which is no state of it"),
    ],
)
def test_files_that_are_no_trace_of_the_spec(clock, capsys, text, why):
    (clock / "t.itf.json").write_text(text)
    code, _, err = run(capsys, "--module", "Clock.tla", "--trace", "t.itf.json", "hour")
    assert code == 151 and "error U013: t.itf.json is no saved trace of this spec: " in err and why in err


def test_definitions_modules_and_standard_input(capsys, monkeypatch):
    assert run(capsys, "--define", "Sq(x) == x * x", "--define", "Four == Sq(2)", "Sq(Four)")[1] == "16\n"
    assert run(capsys, "--extends", "FiniteSetsExt", "Max({3, 5, 1})")[1] == "5\n"
    monkeypatch.setattr("sys.stdin", io.StringIO("2 ^ 10\n"))
    assert run(capsys, "-")[1] == "1024\n"


def test_module_with_errors_names_its_own_places(clock, capsys):
    (clock / "Clock.tla").write_text(CLOCK.replace("2 * n", "2 * m"))
    code, _, err = run(capsys, "--module", "Clock.tla", "1")
    assert code == 150 and "Clock.tla:8:17: error M001" in err
