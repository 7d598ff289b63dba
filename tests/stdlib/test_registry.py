"""The table of overrides fits the texts of the modules."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import modelcheck.stdlib
from modelcheck.stdlib import registry
from modelcheck.stdlib.registry import PlainContext
from modelcheck.values import TRUE

HERE = Path(modelcheck.stdlib.__file__).parent


def heads(text: str) -> dict[str, int]:
    """Operators defined in the text of a module, with their numbers of parameters."""
    found: dict[str, int] = {}
    for line in re.sub(r"\(\*.*?\*\)", "", text, flags=re.S).splitlines():
        if line.startswith((" ", "\\*")):
            continue
        if match := re.match(r"(?:LOCAL )?(\w+)(?:\((.*)\))? ==", line):
            found[match[1]] = len(re.sub(r"\([^)]*\)", "", match[2]).split(",")) if match[2] else 0
        elif match := re.match(r"\w+ (\S+) \w+ ==", line):
            found[match[1]] = 2
        elif match := re.match(r"(-\.) \w+ ==", line):
            found[match[1]] = 1
    return found


@pytest.mark.parametrize("module", sorted(registry.MODULES))
def test_overrides_are_operators_of_the_text_with_its_arity(module):
    registry.lookup(module, "")
    defined = heads((HERE / f"{module}.tla").read_text(encoding="utf-8"))
    mine = {name: o.arity for (m, name), o in registry.OVERRIDES.items() if m == module}
    assert mine
    assert mine == {name: defined.get(name) for name in mine}


def test_every_python_file_is_in_the_table_and_nothing_else():
    files = {path.stem for path in HERE.glob("*.py")} - {"__init__", "registry"}
    assert files == registry.MODULES


def test_what_the_text_cannot_define_has_an_override():
    """A definition that only says 'some value' (CHOOSE with TRUE, or a stub) would be evaluated to a wrong one."""
    stub = re.compile(r"^(\w+)(?:\(.*\))? ==\s+(?:TRUE$|\{\}$|CHOOSE \w+ (?:\\in [^:]*)?: TRUE$)", re.M)
    harmless = {("Apalache", "Guess")}  # "any element of S": the first one is one
    missing = []
    for path in HERE.glob("*.tla"):
        for match in stub.finditer(path.read_text(encoding="utf-8")):
            known = path.stem == "TLAPS" or (path.stem, match[1]) in harmless
            if not known and registry.lookup(path.stem, match[1]) is None:
                missing.append((path.stem, match[1]))
    assert missing == []


def test_lookup_knows_no_other_modules():
    assert registry.lookup("os", "path") is None
    assert registry.lookup("Naturals", "nothing") is None


def test_modules_are_loaded_when_asked_for():
    program = (
        "import sys, modelcheck.stdlib.registry as r\n"
        "assert 'modelcheck.stdlib.Bags' not in sys.modules\n"
        "assert r.lookup('Bags', 'BagIn').arity == 2\n"
        "assert 'modelcheck.stdlib.Json' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_impure_operators_are_marked():
    for name in ("Print", "PrintT", "TLCGet", "TLCSet", "RandomElement", "JavaTime"):
        assert registry.lookup("TLC", name).impure
    for name in (":>", "@@", "Permutations", "ToString", "SortSeq"):
        assert not registry.lookup("TLC", name).impure


def test_plain_context_keeps_files_below_the_directory(tmp_path):
    context = PlainContext(directory=tmp_path)
    assert context.path("a/b.json") == tmp_path.resolve() / "a/b.json"
    assert context.path("../x") is None and context.path("/etc/passwd") is None
    assert PlainContext(directory=tmp_path, allow_io=True).path("../x") == tmp_path.resolve().parent / "x"
    assert context.request("exit", TRUE) and context.requests == {"exit": TRUE}
    assert not context.request("nothing", TRUE)
