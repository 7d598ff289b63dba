"""Pinned expectations: stated in the cfg or by --expect, met or not, and those that cannot be understood."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from modelcheck import check
from modelcheck.cli import main
from modelcheck.syntax.config import parse_config_text

SPEC = """---- MODULE Count ----
EXTENDS Naturals, TLC
CONSTANT N
ASSUME Small == N < 9
VARIABLE x
Init == x \\in {0, 0}
Next == x < N /\\ x' = x + 1
Inv == x < 3
Low == x < 9
Live == <>(x = 9)
====
"""
CFG = "INIT Init NEXT Next CONSTANT N = {n} INVARIANTS {invariants}\n"


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Count.tla").write_text(SPEC)
    write()
    return tmp_path


def write(more: str = "", invariants: str = "Inv", n: int = 3) -> None:
    Path("Count.cfg").write_text(CFG.format(invariants=invariants, n=n) + more)


def run(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str, str]:
    code = main(["check", "Count.tla", *options])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, out, err


MET = {
    "holds, generated 4, distinct 4, depth 4, initial 1, exit 0": ("--no-deadlock", "Low"),
    "violated Inv": ("", "Low Inv"),
    "violated Inv, generated 4, distinct 4, depth 4, length 4, exit 12": ("", "Inv"),
    "deadlock, length 4": ("", "Low"),
    'violated "x < 2", length 3': ("--inv=x < 2", "Low"),
    "error E001": ('--inv=x = "a"', "Low"),
    "error, exit 76": ('--inv=x = "a"', "Low"),
    "assumption_false": ("", "Low"),
    "assumption_false Small, exit 10": ("", "Low"),
    "assert_failed, exit 14": ("", "Low"),
    "stopped": ("--max-states=2", "Low"),
    "exit 152": ("--max-depth=2", "Low"),
}


@pytest.mark.parametrize("stated", MET)
@pytest.mark.parametrize("where", ["cfg", "option"])
def test_met(stated: str, where: str, model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    option, invariants = MET[stated]
    if "assert" in stated:
        model.joinpath("Count.tla").write_text(SPEC.replace("x' = x + 1", 'Assert(x < 2, "no") /\\ x\' = x + 1'))
    n = 9 if "assumption" in stated else 3
    write(f"\\* tlapair: expect {stated}\n" if where == "cfg" else "", invariants, n)
    options = [*([option] if option else []), *([] if where == "cfg" else ["--expect", stated])]
    code, out, _ = run(capsys, *options)
    assert code == 0
    assert out.splitlines()[-1] == f"As pinned: {stated.replace(chr(34), '')}."


@pytest.mark.parametrize(
    ("stated", "pinned", "found"),
    [
        ("holds", "holds", "violated Inv"),
        ("violated Low", "violated Low", "violated Inv"),
        ("violated Inv, length 3", "3", "4"),
        ("violated Inv, generated 1,000", "1,000", "4"),
        ("violated Inv, distinct 3", "3", "4"),
        ("violated Inv, depth 5", "5", "4"),
        ("initial 2", "2", "1"),
        ("exit 13", "13", "12"),
        ("deadlock, length 4", "deadlock", "violated Inv"),
    ],
)
def test_not_met(stated: str, pinned: str, found: str, model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(f"\\* tlapair: expect {stated}\n", "Low Inv")
    code, out, _ = run(capsys)
    assert code == 155
    assert out.startswith("Invariant Inv is violated.\n")
    at = stated.find(pinned.split(",")[0]) if pinned[0].isalpha() else stated.find(pinned)
    figure = "verdict" if pinned[0].isalpha() else stated[:at].split()[-1]
    column = 20 + (at if figure == "verdict" else stated.index(figure))
    assert f"Count.cfg:2:{column}: error V007: the {figure} is {found}, but {pinned} is pinned" in out
    (line,) = [line for line in out.splitlines() if line.startswith("  * ")]
    assert line.split(maxsplit=2)[1] == figure
    assert pinned in line and found in line
    code, out, _ = run(capsys, "--json")
    said = json.loads(out)
    assert (code, said["exit_code"], said["verdict"]) == (155, 155, "violated")
    assert (said["error"]["code"], said["expectations"]["error"]["code"]) == ("V004", "V007")
    assert {f["figure"]: f["met"] for f in said["expectations"]["figures"]}[figure] is False


def test_figures_alone_leave_the_exit_code_of_the_verdict(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("\\* tlapair: expect generated 4\n\\* tlapair: expect distinct 4, length 4")
    assert run(capsys)[0] == 12
    assert run(capsys, "--expect", "none")[0] == 12
    assert run(capsys, "--expect", "generated 5")[0] == 155
    assert run(capsys, "--expect", "violated Inv")[0] == 0


def test_a_search_that_was_stopped_is_not_judged(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("\\* tlapair: expect violated Inv, generated 9")
    code, out, _ = run(capsys, "--max-states", "2")
    assert code == 152
    assert "Warning: the pinned expectations were not looked at" in out


def test_from_python(model: Path) -> None:
    write("(* tlapair: expect violated Inv,\n   length 5 *)")
    verdict = check("Count.tla")
    assert (verdict.exit_code, verdict.process_exit_code, verdict.as_pinned) == (12, 155, False)
    assert [(p.figure, p.expected, p.found, p.met) for p in verdict.pins] == [
        ("verdict", "violated Inv", "violated Inv", True),
        ("length", "5", "4", False),
    ]
    assert check("Count.tla", expect="violated Inv").as_pinned
    assert check("Count.tla", expect="none").pins == ()


@pytest.mark.parametrize(
    ("stated", "code", "column", "mend"),
    [
        ("tlapair: expct holds", "C041", 13, ""),
        ("tlapair:", "C041", 12, ""),
        ("tlapair: expect", "C041", 18, ""),
        ("tlapair: expect hols", "C041", 20, "did you mean holds?"),
        ("tlapair: expect holds, detph 3", "C041", 27, "did you mean depth?"),
        ("tlapair: expect holds depth 3", "C041", 26, "put a comma between the items"),
        ("tlapair: expect holds,, depth 3", "C041", 26, ""),
        ("tlapair: expect holds, ", "C041", 25, ""),
        ("tlapair: expect depth", "C041", 20, ""),
        ("tlapair: expect depth x", "C041", 26, ""),
        ("tlapair: expect depth 3 4", "C041", 26, ""),
        ("tlapair: expect 3", "C041", 20, "begin with a word"),
        ("tlapair: expect depth = 3", "C041", 26, ""),
        ("tlapair: expect violated", "C041", 20, ""),
        ("tlapair: expect violated Imv", "C041", 20, "did you mean Inv?"),
        ("tlapair: expect error E999", "C041", 20, ""),
        ("tlapair: expect assumption_false Smal", "C041", 20, "did you mean Small?"),
        ("tlapair: expect holds, deadlock", "C042", 27, ""),
        ("tlapair: expect depth 3, depth 4", "C042", 29, ""),
        ("tlapair: expect holds, length 3", "C042", 27, ""),
        ("tlapair: expect violated Inv, exit 0", "C042", 34, ""),
        ("tlapair: expect generated 3, distinct 4", "C042", 33, ""),
    ],
)
def test_refused(
    stated: str, code: str, column: int, mend: str, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(f"\\* {stated}")
    exit_code, _, err = run(capsys)
    first = err.splitlines()[0]
    assert (exit_code, first.split(": ")[0], first.split(": ")[1]) == (151, f"Count.cfg:2:{column}", f"error {code}")
    assert mend in err


def test_other_comments_are_left_alone() -> None:
    for comment in ("\\* tlapair finds 3", "\\* expect: nothing", "(* by tlapair: holds *)", "\\* expected holds"):
        assert parse_config_text(f"INIT Init {comment}\nNEXT Next").pragmas == ()
    (found,) = parse_config_text("INIT Init \\*tlapair : expect holds\nNEXT Next").pragmas
    assert found.text == " expect holds"


def test_expectations_of_a_cfg_inside_the_module(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("Count.cfg").unlink()
    inside = CFG.format(invariants="Inv", n=3) + "\\* tlapair: expect violated Inv, length 9\n"
    Path("Count.tla").write_text(
        f"\\* tlapair: expect nonsense\n{SPEC}\n---- CONFIG Count ----\n{inside}====\n"
    )
    code, out, _ = run(capsys)
    assert code == 155
    assert "Count.tla:16:34: error V007: the length is 4, but 9 is pinned" in out


def test_not_with_a_saved_trace(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "--load-trace", "x.itf.json", "--expect", "holds")
    assert code == 151 and "--load-trace cannot be used together with --expect" in err
    code, _, err = run(capsys, "--load-trace", "x.itf.json", "--max-states", "3")
    assert code == 151 and "together with --max-states" in err
