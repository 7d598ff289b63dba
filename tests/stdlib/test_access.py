"""What a spec may reach outside of its run: each operator with files and programs, allowed and refused."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import pytest

from modelcheck.cli import main
from modelcheck.errors import EvalError
from modelcheck.session import Session
from modelcheck.stdlib.registry import Access, PlainContext, lookup
from modelcheck.values import show

PYTHON = sys.executable
#: operators that write the file FILE, and what is then in it
WRITING = {
    'JsonSerialize("FILE", <<1>>)': "[1]",
    'ndJsonSerialize("FILE", <<1, 2>>)': "1\n2\n",
    'CSVWrite("%1$s;%2$s", <<1, "a">>, "FILE")': "1;a\n",
    'CSVWriteRecord([a |-> 1], ",", TRUE, "FILE")': "a\n1\n",
    'IOSerialize(3, "FILE", FALSE)': '{"#bigint":"3"}',
    'Serialize("text", "FILE", [format |-> "TXT", charset |-> "UTF-8", openOptions |-> <<"WRITE">>])': "text",
}
#: operators that read the file FILE: what stands in it, and the value
READING = {
    'JsonDeserialize("FILE")': ("[1]", "<<1>>"),
    'ndJsonDeserialize("FILE")': ("1\n2\n", "<<1, 2>>"),
    'CSVRead(<<"a">>, ",", "FILE")': ("7\n", '<<[a |-> "7"]>>'),
    'CSVRecords("FILE")': ("7\n8\n", "2"),
    'IODeserialize("FILE", FALSE)': ('{"#bigint":"3"}', "3"),
    'Deserialize("FILE", [format |-> "TXT", charset |-> "UTF-8"]).stdout': ("text", '"text"'),
}
#: operators that run a program, with what it writes
RUNNING = {
    f'IOExec(<<"{PYTHON}", "-c", "print(6)">>)': "6\n",
    f'IOEnvExec([A |-> "7"], <<"{PYTHON}", "-c", "import os; print(os.environ[\'A\'])">>)': "7\n",
    f'IOExecTemplate(<<"{PYTHON}", "-c", "print(%1$s + %2$s)">>, <<8, 9>>)': "17\n",
    f'IOEnvExecTemplate({{<<"A", "b">>}}, <<"{PYTHON}", "-c", "import os; print(%s * os.environ[\'A\'])">>, <<2>>)':
        "bb\n",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with links that lead out of it."""
    inside = tmp_path / "inside"
    (tmp_path / "outside").mkdir()
    inside.mkdir()
    (inside / "sub").mkdir()
    (inside / "link").symlink_to(tmp_path / "outside", target_is_directory=True)
    (inside / "to_file").symlink_to(tmp_path / "outside" / "file")
    (inside / "circle").symlink_to("circle")
    monkeypatch.chdir(inside)
    return tmp_path


def outside(folder: Path) -> list[str]:
    """Names that lead to `outside/file`."""
    return [
        "../outside/file", "sub/../../outside/file", "link/file", "to_file", "./link/../outside/file",
        str(folder / "outside" / "file"),
    ]  # fmt: skip


def evaluated(expression: str, access: Access | None = None) -> str:
    session = session_with(access)
    session.engine.context.directory = Path.cwd()
    return show(session.evaluate(expression))


@cache
def session_with(access: Access | None) -> Session:
    return Session(extends=("Json", "CSV", "IOUtils"), access=access)


def refusal(expression: str, access: Access | None = None) -> EvalError:
    with pytest.raises(EvalError) as caught:
        evaluated(expression, access)
    assert caught.value.code == "E015"
    assert caught.value.span is not None
    assert str(caught.value.span) == "(expression):1:1"
    return caught.value


@pytest.mark.parametrize("expression", WRITING)
def test_files_are_written_below_the_working_directory_only(expression: str, folder: Path) -> None:
    for name in ("file", "new/file", "sub/../file2", str(folder / "inside" / "file3")):
        evaluated(expression.replace("FILE", name))
        assert (folder / "inside" / name).read_text() == WRITING[expression]
    for name in outside(folder):
        error = refusal(expression.replace("FILE", name), Access(programs=True))
        assert "not below the working directory" in error.message and "--allow-io" in error.mend
    assert list((folder / "outside").iterdir()) == []
    for name in outside(folder):
        evaluated(expression.replace("FILE", name), Access(files=True))
        assert (folder / "outside" / "file").read_text() == WRITING[expression]
        (folder / "outside" / "file").unlink()


@pytest.mark.parametrize("expression", READING)
def test_files_are_read_below_the_working_directory_only(expression: str, folder: Path) -> None:
    content, value = READING[expression]
    for place in ("inside", "outside"):
        (folder / place / "file").write_text(content)
    assert evaluated(expression.replace("FILE", "sub/../file")) == value
    for name in outside(folder):
        call = expression.replace("FILE", name)
        assert "--allow-io" in refusal(call, Access(programs=True)).mend
        assert evaluated(call, Access(files=True)) == value


@pytest.mark.parametrize("expression", RUNNING)
def test_programs_run_only_when_allowed(expression: str, folder: Path) -> None:
    error = refusal(expression, Access(files=True))
    assert "would run the program" in error.message and "--allow-exec" in error.mend
    assert evaluated(f"({expression}).stdout", Access(programs=True)) == show(RUNNING[expression])


def test_names_of_no_file(folder: Path) -> None:
    for name in ("circle", "circle/x", "a" * 5000):
        refusal(f'JsonDeserialize("{name}")')
    refused = "is no name of a file"
    with pytest.raises(EvalError, match=refused):
        lookup_json("a\0b")


def lookup_json(name: str) -> object:
    found = lookup("Json", "JsonDeserialize")
    assert found is not None
    return found.fn(PlainContext(), name)


def test_programs_that_fail(folder: Path) -> None:
    allowed = Access(programs=True)
    assert "no such file" in refusal('IOExec(<<"no-such-program">>)', allowed).message
    assert evaluated(f'IOExec(<<"{PYTHON}", "-c", "raise SystemExit(3)">>).exitValue', allowed) == "3"
    with pytest.raises(EvalError) as caught:
        evaluated("IOExec(<<>>)", allowed)
    assert caught.value.code == "E004"
    with pytest.raises(EvalError) as caught:
        evaluated('IOEnvExec({<<"A">>}, <<"x">>)', allowed)
    assert caught.value.code == "E004"


SPEC = """---- MODULE Reach ----
EXTENDS IOUtils, Json, Naturals
VARIABLE x
Init == x = 0
Next == x < 1 /\\ x' = 1 /\\ IOExec(<<"true">>).exitValue = 0
Inv == x = 0 \\/ JsonSerialize("../out.json", <<x>>)
====
"""


@pytest.mark.parametrize("command", ["check", "simulate"])
def test_options_of_the_commands(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.chdir(home)
    Path("Reach.tla").write_text(SPEC)
    Path("Reach.cfg").write_text("INIT Init NEXT Next INVARIANT Inv CHECK_DEADLOCK FALSE")

    def run(*options: str) -> tuple[int, str]:
        code = main([command, "Reach.tla", *options, *(("--num", "3") if command == "simulate" else ())])
        return code, capsys.readouterr().out

    code, out = run()
    assert code == 75 and "Reach.tla:5:28: error E015: IOExec" in out
    code, out = run("--allow-exec")
    assert code == 76 and "Reach.tla:6:17: error E015: JsonSerialize" in out
    assert not (tmp_path / "out.json").exists()
    code, out = run("--allow-exec", "--allow-io")
    assert code == 0
    assert (tmp_path / "out.json").read_text() == "[1]"


def test_options_of_eval_and_repl(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    call = 'IOExec(<<"true">>).exitValue'
    assert main(["eval", "--extends", "IOUtils", call]) == 75
    assert main(["eval", "--extends", "IOUtils", "--allow-exec", call]) == 0
    assert capsys.readouterr().out == "0\n"
    lines = iter([call])
    monkeypatch.setattr("modelcheck.commands.repl.reader", lambda repl: lambda prompt: _next(lines))
    assert main(["repl", "--extends", "IOUtils"]) == 0
    assert "error E015" in capsys.readouterr().out
    lines = iter([call])
    assert main(["repl", "--extends", "IOUtils", "--allow-exec"]) == 0
    assert capsys.readouterr().out.startswith("0\n")


def _next(lines: object) -> str:
    try:
        return next(lines)  # type: ignore[call-overload, no-any-return]
    except StopIteration:
        raise EOFError from None
