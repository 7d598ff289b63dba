"""Inductive invariants of our own specs, and broken siblings for which the proof fails at the right action."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from modelcheck.symbolic.outcomes import Inductive, NotInductive
from modelcheck.symbolic.prove import Question, prove
from traces.manifest import ProofEntry, read_proofs

SPECS = Path(__file__).resolve().parents[2] / "specs"
PROOFS = read_proofs()
QUICK = {"TwoPhaseInductive", "VotingInductive", "LockInductive", "DetectorInductive"}
"""The others take longer, or have many siblings; `tlapair verify` proves those that are not marked slow."""


def marked(entry: ProofEntry, *more: str) -> object:
    marks = [] if entry.name in QUICK else [pytest.mark.slow]
    return pytest.param(entry, *more, marks=marks, id="-".join((entry.name, *more)))


def values(cfg: str) -> dict[str, str]:
    """The lines of a cfg that give constants their values, by constant."""
    return {m[1]: m[0] for m in re.finditer(r"^ +(\w+) (?:=|<-) .+$", cfg, re.M)}


def sibling(entry: ProofEntry, name: str, folder: Path) -> Path:
    """The module of the invariant over the broken sibling, and a cfg with what the sibling's cfg adds."""
    text = (SPECS / entry.module).read_text(encoding="utf-8")
    text = text.replace(f"MODULE {entry.name}", "MODULE Sibling", 1)
    text = re.sub(r"^EXTENDS \w+", f"EXTENDS {name}", text, count=1, flags=re.M)
    (folder / "Sibling.tla").write_text(text, encoding="utf-8")
    broken = SPECS / entry.protocol / "broken"
    cfg = (SPECS / entry.config).read_text(encoding="utf-8")
    mine = values(cfg)
    added = [
        line for key, line in values((broken / f"{name}.cfg").read_text(encoding="utf-8")).items() if key not in mine
    ]
    (folder / "Sibling.cfg").write_text(cfg.replace("SPECIFICATION", "\n".join([*added, "SPECIFICATION"]), 1))
    return folder / "Sibling.tla"


@pytest.mark.parametrize("entry", [marked(entry) for entry in PROOFS])
def test_the_invariant_is_inductive(entry: ProofEntry) -> None:
    proof = prove(SPECS / entry.module, SPECS / entry.config)
    assert isinstance(proof, Inductive), proof
    assert (proof.checked, proof.assumed, proof.k, proof.warnings) == (("IndInv",), (), 1, ())
    assert {o.answer for o in proof.obligations} == {"proved"}
    assert proof.questions >= 2


@pytest.mark.parametrize(
    ("entry", "name", "action"), [marked(e, name, action) for e in PROOFS for name, action in e.siblings.items()]
)
def test_the_proof_fails_for_a_broken_sibling(
    entry: ProofEntry, name: str, action: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("modelcheck.symbolic.induct.LOOKED_AT_MAX", 50)
    folder = SPECS / entry.protocol
    libraries = (folder / "broken", folder, SPECS / "lib")
    proof = prove(sibling(entry, name, tmp_path), library=libraries)
    assert isinstance(proof, NotInductive)
    assert proof.action == action
    broken = {o.action for o in proof.obligations if o.answer == "broken"}
    assert action in broken
    shown = proof.behavior.steps[1].action
    assert shown is not None and shown.name == action


def test_voting_for_what_is_not_safe(tmp_path: Path) -> None:
    """Voting has no broken sibling of its own: here it is without the rule that everything turns on."""
    text = (SPECS / "paxos" / "Voting.tla").read_text(encoding="utf-8")
    assert text.count("  /\\ Safe(b, v)\n") == 1
    (tmp_path / "Voting.tla").write_text(text.replace("  /\\ Safe(b, v)\n", ""), encoding="utf-8")
    for name in ("VotingInductive.tla", "VotingInductive.cfg", "Consensus.tla"):
        (tmp_path / name).write_text((SPECS / "paxos" / name).read_text(encoding="utf-8"), encoding="utf-8")
    proof = prove(tmp_path / "VotingInductive.tla")
    assert isinstance(proof, NotInductive)
    assert {o.action for o in proof.obligations if o.answer == "broken"} == {"Vote"}


def test_eight_specs_at_least_have_an_inductive_invariant() -> None:
    assert len({entry.module for entry in PROOFS}) >= 8
    on_disk = {path.relative_to(SPECS).as_posix() for path in SPECS.rglob("*Inductive.tla")}
    assert on_disk == {entry.module for entry in PROOFS}


def table(protocol: str) -> list[str]:
    """The lines that the page of a protocol has under `Proof`."""
    lines = ["| Invariant of | Proved for | Broken siblings: the action that breaks it |", "|---|---|---|"]
    for entry in PROOFS:
        if entry.protocol == protocol:
            siblings = ", ".join(f"`{name}`: `{action}`" for name, action in entry.siblings.items())
            lines.append(f"| `{entry.name}` | {entry.about} |{' ' if siblings else ''}{siblings} |")
    return lines


@pytest.mark.parametrize("protocol", sorted({entry.protocol for entry in PROOFS}))
def test_the_page_states_the_invariant(protocol: str) -> None:
    page = (SPECS / protocol / "README.md").read_text(encoding="utf-8")
    section = page.split("\n## Proof\n", 1)[1].split("\n## ", 1)[0]
    assert [line for line in section.splitlines() if line.startswith("|")] == table(protocol)
    for entry in PROOFS:
        if entry.protocol == protocol:
            assert f"`{entry.name}.tla`" in section
    for name in re.findall(r"`([A-Z]\w+)`", section.split("|", 1)[0]):
        files = [path for path in (SPECS / protocol).rglob("*.tla") if "broken" not in path.parts]
        assert any(re.search(rf"^{name} *==", path.read_text(encoding="utf-8"), re.M) for path in files), name


def test_the_problem_of_commit() -> None:
    proof = prove(SPECS / "twophase" / "MCTransactionCommit.tla", question=Question())
    assert isinstance(proof, Inductive)
    assert [warning.split()[0] for warning in proof.warnings] == ["PROPERTY", "deadlock"]
