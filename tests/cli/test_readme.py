"""What README.md shows is what the commands print."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from modelcheck.cli import COMMANDS, main
from traces.validate import forget

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def shown() -> list[tuple[str, str]]:
    """Each command that the page shows with its output."""
    found = []
    for block in re.findall(r"^```\n(\$ .*?)^```$", README, re.MULTILINE | re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output.strip("\n")))
    return found


def without_times(text: str) -> str:
    """Times, rates and memory depend on the machine."""
    text = re.sub(r"[\d,.]+ s\b(, [\d,]+ (states|steps|behaviors)/s)*(, [\d,]+ MB)?", "TIME", text)
    return re.sub(r"\([\d,]+ events/s\)", "(RATE)", text)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with `specs` in it, to write traces into."""
    path = tmp_path_factory.mktemp("readme")
    (path / "specs").symlink_to(ROOT / "specs")
    return path


@pytest.mark.parametrize(("command", "output"), shown(), ids=[command for command, _ in shown()])
def test_commands_print_what_is_shown(command, output, folder, capsys, monkeypatch):
    monkeypatch.chdir(folder)
    program, *arguments = shlex.split(command)
    assert program == "tlapair"
    forget()  # specs that other tests of this process validated against: their order of values is another's now
    main(arguments)
    out, err = capsys.readouterr()
    said = without_times((out + err).strip("\n").replace(f"{ROOT}/", ""))
    for piece in without_times(output).split("\n…\n"):
        assert piece in said


def test_every_command_is_described():
    assert len(shown()) == 12
    for name in COMMANDS:
        assert re.search(rf"^\| `tlapair {name}[ `]", README, re.MULTILINE), name


def test_paths_that_are_linked_exist():
    headings = {heading.lower().replace(" ", "-") for heading in re.findall(r"^#+ (.*)$", README, re.MULTILINE)}
    for target in re.findall(r"\]\((?!https:)([^)]+)\)", README):
        assert target.removeprefix("#") in headings if target.startswith("#") else (ROOT / target).exists(), target


def test_options_that_are_named_exist():
    """Each option of the table of `check` is one of its options."""
    from modelcheck.commands.check import arguments

    (table,) = re.findall(r"^\| option \| what it does \|\n(.*?)\n\n", README, re.MULTILINE | re.DOTALL)
    named = {option for row in table.splitlines() for option in re.findall(r"(?<!-)(--?[\w-]+)", row.split("|")[1])}
    known = set(arguments().names)
    assert named - {"---"} <= known
    assert len(named) > 25


def test_python_example_runs(monkeypatch, capsys):
    (example,) = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    monkeypatch.chdir(ROOT)
    exec(compile(example, "README.md", "exec"), {})
    assert capsys.readouterr().out == "holds 1264\n"
