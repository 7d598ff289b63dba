"""Data flows one way through the rooms, and imports only point back along it."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

#: the rooms of modelcheck, each of which may import from itself and from those before it
ROOMS = (
    "records",
    "source",
    "errors",
    "values",
    "syntax",
    "module",
    "stdlib",
    "ir",
    "core",
    "engine",
    "explore",
    "verdict",
    "judge",
    "simulate",
    "extras",
    "expect",
    "session",
    "replay",
    "render",
    "check",
    "symbolic",
    "machine",
    "pytest_plugin",
    "commands",
    "cli",
    "__main__",
)

#: what each package may import
PACKAGES = {
    "modelcheck": {"modelcheck"},
    "pyimpl": {"pyimpl"},
    "traces": {"modelcheck", "pyimpl", "traces"},
}


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """Every module that a file imports, wherever in the file, with the line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            yield node.module or "", node.lineno
            if node.module in PACKAGES:  # from modelcheck import cli
                for alias in node.names:
                    yield f"{node.module}.{alias.name}", node.lineno


def files(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_import_only_what_they_may(package):
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in files(package)
        for name, line in imported(path)
        if name.split(".")[0] in PACKAGES and name.split(".")[0] not in PACKAGES[package]
    ]
    assert wrong == []


def room(name: str) -> str:
    parts = name.split(".")
    return parts[1] if len(parts) > 1 else ""


def test_rooms_import_only_from_those_before():
    wrong = []
    for path in files("modelcheck"):
        own = path.relative_to(ROOT / "modelcheck").with_suffix("").parts[0]
        if own == "__init__":
            continue  # the front door: it hands out `check`
        assert own in ROOMS, f"{path}: a room that this test does not know"
        for name, line in imported(path):
            other = room(name) if name.startswith("modelcheck") else ""
            if other in ROOMS and ROOMS.index(other) > ROOMS.index(own):
                wrong.append(f"{path.relative_to(ROOT)}:{line}: {own} imports {name}")
    assert wrong == []


@pytest.mark.parametrize("argument", [["--help"], ["check", "--help"]])
def test_help_imports_nothing_heavy(argument):
    program = (
        "import sys; from modelcheck.cli import main; main(sys.argv[1:]);"
        "heavy = {'lark', 'z3', 'hypothesis', 'numpy', 'traces', 'pyimpl'} & set(sys.modules);"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *argument], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr


def test_check_never_imports_z3():
    program = (
        "import sys; from modelcheck.cli import main; code = main(['check', sys.argv[1]]);"
        "sys.exit(f'exit code {code}' if code else 'z3' in sys.modules)"
    )
    spec = ROOT / "specs" / "twophase" / "MCTwoPhase.tla"
    done = subprocess.run(
        [sys.executable, "-c", program, str(spec)], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
