"""`specs/manifest.toml` lists every model there is, and says all about each that a check needs."""

from __future__ import annotations

import difflib
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

SPECS = Path(__file__).parents[2] / "specs"
MODELS: list[dict[str, Any]] = tomllib.loads((SPECS / "manifest.toml").read_text(encoding="utf-8"))["model"]
BROKEN = [model for model in MODELS if model["broken"]]
ORIGINAL = {
    "twophase": "TwoPhase.tla",
    "paxos": "Paxos.tla",
    "hashing": "Hashing.tla",
    "lock": "Lock.tla",
    "detector": "Detector.tla",
    "primarybackup": "PrimaryBackup.tla",
    "register": "Register.tla",
    "retry": "Retry.tla",
    "presumedabort": "PresumedAbort.tla",
    "snapshot": "Snapshot.tla",
    "versions": "Versions.tla",
    "wal": "Wal.tla",
    "raft": "Raft.tla",
    "multipaxos": "MultiPaxos.tla",
    "chubby": "Chubby.tla",
    "zab": "Zab.tla",
    "zookeeper": "ZooKeeper.tla",
}
COMMON = {"protocol", "module", "config", "verdict", "broken"}


def text(path: str) -> str:
    return (SPECS / path).read_text(encoding="utf-8")


def keyword(config: str, word: str) -> list[str]:
    """The names after `word` (or its plural) in a cfg."""
    found: list[str] = []
    for line in text(config).splitlines():
        if re.match(rf"{word}(S|Y|IES)?\s", line):
            found += line.split()[1:]
    return found


def without_header(path: str) -> list[str]:
    """The lines of a module after the box at its head."""
    lines = text(path).splitlines()
    ends = [n for n, line in enumerate(lines) if re.fullmatch(r"\(\*+\)", line)]
    return lines[ends[1] + 1 :]


def proved(path: Path) -> bool:
    """Whether a file holds an inductive invariant: proved in tests/symbolic, not explored."""
    return path.stem.endswith("Inductive")


def test_every_cfg_is_listed_once() -> None:
    there = sorted(path.relative_to(SPECS).as_posix() for path in SPECS.rglob("*.cfg") if not proved(path))
    assert sorted(model["config"] for model in MODELS) == there


def test_every_module_is_checked_or_imported_by_one_that_is() -> None:
    checked = {model["module"] for model in MODELS}
    named = {
        f"{folder}/{name}.tla"
        for module in checked | {f"{of}/{original}" for of, original in ORIGINAL.items()} | {"paxos/Voting.tla"}
        for name in re.findall(r"(?:EXTENDS |INSTANCE )(\w+)", text(module))
        for folder in (Path(module).parent.as_posix(), "lib")
    }
    there = {path.relative_to(SPECS).as_posix() for path in SPECS.rglob("*.tla") if not proved(path)}
    assert there - checked - named == set()
    assert checked <= there


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model["config"])
def test_each_entry_is_complete(model: dict[str, Any]) -> None:
    wanted = {"mutation"} if model["broken"] else {"about"}
    match model["verdict"]:
        case "holds":
            wanted |= {"generated", "distinct", "depth"}
        case "violated":
            wanted |= {"property", "length"}
        case "deadlock":
            wanted |= {"length"}
    assert set(model) - {"slow"} == COMMON | wanted
    assert model["broken"] == ("/broken/" in model["module"])
    assert model["verdict"] != "holds" or not model["broken"]
    if model["verdict"] != "holds" and not model["broken"]:  # what a protocol that is right cannot do
        assert model["config"] == "twophase/MCTwoPhaseBlocks.cfg"
    assert model["module"].startswith(model["protocol"] + "/")


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model["config"])
def test_each_cfg_names_what_is_checked(model: dict[str, Any]) -> None:
    checked = keyword(model["config"], "INVARIANT") + keyword(model["config"], "PROPERT")
    if model["verdict"] == "violated":
        assert checked == [model["property"]]
    else:
        assert "TypeOK" in checked


@pytest.mark.parametrize("protocol", sorted(ORIGINAL))
def test_at_least_three_broken_siblings_and_a_model_without_symmetry(protocol: str) -> None:
    assert sum(model["protocol"] == protocol for model in BROKEN) >= 3
    sound = [model for model in MODELS if model["protocol"] == protocol and not model["broken"]]
    modules = {model["module"] for model in sound}
    plain = {model["module"] for model in sound if not keyword(model["config"], "SYMMETRY")}
    assert plain == modules


@pytest.mark.parametrize("model", BROKEN, ids=lambda model: model["module"])
def test_a_broken_sibling_differs_in_one_marked_place(model: dict[str, Any]) -> None:
    """What it adds to its original is short and marked; what it drops besides is liveness and refinement."""
    original = without_header(f"{model['protocol']}/{ORIGINAL[model['protocol']]}")
    broken = without_header(model["module"])
    added = [line[2:] for line in difflib.ndiff(original, broken) if line.startswith("+ ")]
    code = [line for line in added if line.strip() and not line.startswith("(*")]
    assert any("CHANGED" in line for line in added)
    assert 1 <= len(code) <= 16, "\n".join(code)


@pytest.mark.parametrize("model", BROKEN, ids=lambda model: model["module"])
def test_the_header_of_a_broken_sibling_says_what_is_wrong(model: dict[str, Any]) -> None:
    header = text(model["module"]).split("\n\n", 1)[0]
    parts = ("Broken on purpose", "Changed", "What happens", "Known from", "Violated: " + model["property"])
    assert [part for part in parts if part not in header] == []
