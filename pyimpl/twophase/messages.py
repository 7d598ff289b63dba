"""The messages of two-phase commit. `spec()` is the message as a record of the spec.

`Ack` is the implementation's own: it lets the coordinator stop repeating the outcome, and the spec, where
any message may be repeated or not, has no need of it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prepare:
    """Coordinator to all: can you commit?"""

    def spec(self) -> dict[str, str]:
        """[type |-> "Prepare"]"""
        return {"type": "Prepare"}


@dataclass(frozen=True, slots=True)
class Vote:
    """Participant `rm` to the coordinator: I am prepared (`yes`), or I have aborted."""

    rm: str
    yes: bool

    def spec(self) -> dict[str, str]:
        """[type |-> "VoteYes" or "VoteNo", rm |-> rm]"""
        return {"type": "VoteYes" if self.yes else "VoteNo", "rm": self.rm}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Coordinator to a participant: it is committed (`commit`), or aborted."""

    commit: bool

    def spec(self) -> dict[str, str]:
        """[type |-> "Commit" or "Abort"]"""
        return {"type": "Commit" if self.commit else "Abort"}


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Participant `rm` to the coordinator: I am prepared and in doubt; what is the outcome?"""

    rm: str

    def spec(self) -> dict[str, str]:
        """[type |-> "Ask", rm |-> rm]"""
        return {"type": "Ask", "rm": self.rm}


@dataclass(frozen=True, slots=True)
class Ack:
    """Participant `rm` to the coordinator: I have ended, you need not tell me again. Not in the spec."""

    rm: str


Message = Prepare | Vote | Outcome | Inquiry | Ack
