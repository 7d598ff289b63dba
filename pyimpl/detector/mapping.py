"""The failure detector: spec variable | Python | JSON, and which moves of the world are actions of the spec."""

from __future__ import annotations

from typing import Any

from pyimpl.detector.member import Member
from pyimpl.kernel import InMessages, Mapping, PerNode
from pyimpl.kernel.protocol import EnvironmentAction


def view(member: Member) -> dict[str, Any]:
    """What a member knows of the others, as the spec writes it."""
    return {q: {"status": "suspect" if bad else "alive", "inc": inc} for q, (inc, bad) in member.view.items()}


MAPPING = Mapping(
    (
        PerNode("up", Member, lambda n: not n.down, "not Member.down", "object: Member -> boolean"),
        PerNode("inc", Member, lambda n: n.inc, "Member.inc", "object: Member -> integer"),
        PerNode("view", Member, view, "Member.view", 'object: Member -> object: Member -> {"status", "inc"}'),
        InMessages("msgs", lambda m: True, "every message ever sent", 'set of {"type", "member", …}'),
    )
)

ENVIRONMENT = (EnvironmentAction("crash", Member, "Crash", "q"),)
