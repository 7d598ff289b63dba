"""Writes traces/samples again: `python tests/traces/make_samples.py` from the project's folder.

The accepted ones are what `tlapair record` writes. The rejected ones are runs of faulty twins, and accepted runs with
one thing changed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from traces import pairs
from traces.event import dumps
from traces.record import record

SAMPLES = Path(__file__).parents[2] / "traces" / "samples"
Lines = list[dict[str, Any]]

ACCEPTED: dict[str, tuple[str, int, tuple[str, ...] | None]] = {
    "chubby-calm": ("chubby", 1, ()),
    "chubby-storm": ("chubby", 4, None),
    "detector-calm": ("detector", 0, ()),
    "detector-storm": ("detector", 78, None),
    "hashing-calm": ("hashing", 0, ()),
    "hashing-storm": ("hashing", 3, None),
    "lock-calm": ("lock", 0, ()),
    "lock-storm": ("lock", 1, None),
    "multipaxos-calm": ("multipaxos", 1, ()),
    "multipaxos-storm": ("multipaxos", 36, None),
    "paxos-calm": ("paxos", 3, ()),
    "paxos-storm": ("paxos", 1, None),
    "raft-calm": ("raft", 8, ()),
    "raft-storm": ("raft", 26, None),
    "primarybackup-calm": ("primarybackup", 0, ()),
    "primarybackup-storm": ("primarybackup", 2, None),
    "register-calm": ("register", 1, ()),
    "register-storm": ("register", 2, None),
    "retry-calm": ("retry", 1, ()),
    "retry-storm": ("retry", 2, None),
    "twophase-calm": ("twophase", 0, ()),
    "twophase-storm": ("twophase", 3, None),
    "presumedabort-calm": ("presumedabort", 1, ()),
    "presumedabort-storm": ("presumedabort", 4, None),
    "snapshot-calm": ("snapshot", 33, ()),
    "snapshot-storm": ("snapshot", 2, None),
    "versions-calm": ("versions", 1, ()),
    "versions-storm": ("versions", 2, None),
    "wal-calm": ("wal", 0, ()),
    "wal-storm": ("wal", 0, None),
    "zab-calm": ("zab", 2, ()),
    "zab-storm": ("zab", 1, None),
    "zookeeper-calm": ("zookeeper", 8, ()),
    "zookeeper-storm": ("zookeeper", 117, None),
}
TWINS = (
    ("chubby", "CachersForgotten"),
    ("detector", "OldNewsTaken"),
    ("hashing", "CountsOldCopies"),
    ("hashing", "DropsUnconfirmed"),
    ("lock", "NoFencing"),
    ("multipaxos", "FirstVoteWins"),
    ("multipaxos", "SessionsForgotten"),
    ("paxos", "ForgetsPromise"),
    ("paxos", "IgnoresVotes"),
    ("raft", "CommitsOldTerms"),
    ("raft", "TruncatesAlways"),
    ("primarybackup", "AcksAlone"),
    ("primarybackup", "KeepsOldLog"),
    ("register", "NoWriteBack"),
    ("retry", "NoTable"),
    ("twophase", "CommitsEarly"),
    ("twophase", "VoteNotLogged"),
    ("presumedabort", "ForgetsEarly"),
    ("presumedabort", "PresumesTooSoon"),
    ("snapshot", "ChannelForgotten"),
    ("snapshot", "OldEpochTaken"),
    ("versions", "LastWins"),
    ("versions", "ContextIgnored"),
    ("wal", "NoCompensation"),
    ("wal", "TornPageRead"),
    ("zab", "AcksUnsynced"),
    ("zab", "EpochForgotten"),
    ("zookeeper", "DoneTwice"),
    ("zookeeper", "TakesAnyone"),
)


def recorded(name: str, seed: int, faults: tuple[str, ...] | None, mutant: str | None = None) -> Lines:
    """The lines of a run: header, then events."""
    made = record(name, seed, faults, mutant=mutant)
    return [made.header, *made.events]


def _first(lines: Lines, action: str) -> int:
    return next(i for i, event in enumerate(lines) if event.get("action") == action)


def _promise_taken_back(lines: Lines) -> int:
    """An acceptor's promise is gone after its vote."""
    at = _first(lines, "Phase2b")
    node = lines[at]["node"]
    lines[at]["vars"]["maxBal"] = lines[at]["vars"]["maxBal"] | {node: -1}
    return at


def _line_lost(lines: Lines) -> int:
    """The line of a vote is missing."""
    at = _first(lines, "Phase2b")
    del lines[at]
    return at


def _vote_by_another(lines: Lines) -> int:
    """A vote is put down to another resource manager than the one that took the step."""
    at = _first(lines, "VoteYes")
    lines[at]["args"]["r"] = "r1" if lines[at]["args"]["r"] != "r1" else "r2"
    return at


CHANGED: dict[str, tuple[str, Callable[[Lines], int]]] = {
    "paxos-promise-taken-back": ("paxos-calm", _promise_taken_back),
    "paxos-line-lost": ("paxos-calm", _line_lost),
    "twophase-vote-by-another": ("twophase-calm", _vote_by_another),
}


def samples() -> dict[str, str]:
    """Path below the folder -> text, for all samples."""
    out = {f"{name}.ndjson": _text(recorded(*run)) for name, run in ACCEPTED.items()}
    for base, mutant in TWINS:
        twin = pairs.protocol(base).mutant(mutant)
        lines = recorded(base, twin.seed, tuple(sorted(twin.faults)), mutant)
        out[f"rejected/{base}-{mutant}.ndjson"] = _text(lines)
    for name, (original, change) in CHANGED.items():
        lines = json.loads(json.dumps(recorded(*ACCEPTED[original])))
        at = change(lines)
        lines[0]["note"] = f"changed by hand in line {at + 1}: {(change.__doc__ or '').strip()}"
        out[f"rejected/{name}.ndjson"] = _text(lines)
    return out


def _text(lines: Lines) -> str:
    return dumps(lines[0], lines[1:])


if __name__ == "__main__":
    for path, text in samples().items():
        (SAMPLES / path).parent.mkdir(parents=True, exist_ok=True)
        (SAMPLES / path).write_text(text, encoding="utf-8", newline="\n")
        print(path, text.count("\n"), "lines")
