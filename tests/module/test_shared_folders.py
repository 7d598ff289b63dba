"""Modules in `lib` beside a protocol's folder, and above `broken`, are found without being told where."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelcheck.errors import TlaError
from modelcheck.module import resolve_file

SHARED = "---- MODULE Shared ----\nTwo == 2\n====\n"
USER = "---- MODULE {} ----\nEXTENDS Shared\nFour == Two + Two\n====\n"


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.replace("EXTENDS Shared", "EXTENDS Integers, Shared"), encoding="utf-8")
    return path


def test_a_protocol_finds_lib(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "lib" / "Shared.tla", SHARED)
    own = write(tmp_path / "raft" / "Own.tla", USER.format("Own"))
    broken = write(tmp_path / "raft" / "broken" / "Bad.tla", USER.format("Bad"))
    for path in (own, broken):
        assert "Four" in resolve_file(path).definitions
    for folder, path in ((own.parent, "Own.tla"), (broken.parent, "Bad.tla"), (tmp_path, "raft/Own.tla")):
        monkeypatch.chdir(folder)
        assert "Four" in resolve_file(path).definitions


def test_a_broken_one_finds_what_is_above_it(tmp_path: Path) -> None:
    write(tmp_path / "raft" / "Shared.tla", SHARED)
    assert "Four" in resolve_file(write(tmp_path / "raft" / "broken" / "Bad.tla", USER.format("Bad"))).definitions


def test_nothing_else_is_searched(tmp_path: Path) -> None:
    write(tmp_path / "Shared.tla", SHARED)
    write(tmp_path / "other" / "Shared.tla", SHARED)
    for place in ("raft", "raft/deep"):
        with pytest.raises(TlaError) as caught:
            resolve_file(write(tmp_path / place / "Own.tla", USER.format("Own")))
        assert caught.value.code == "M020"


def test_ones_own_folder_comes_first(tmp_path: Path) -> None:
    write(tmp_path / "lib" / "Shared.tla", SHARED)
    write(tmp_path / "raft" / "Shared.tla", SHARED.replace("Two", "Own").replace("== 2", "== 1"))
    path = write(tmp_path / "raft" / "User.tla", "---- MODULE User ----\nEXTENDS Shared\nX == Own\n====\n")
    assert "X" in resolve_file(path).definitions
