"""The level "siblings": a second register at the same nodes, which loses no write (`pyimpl.versions`).

The nodes of the register hand to nodes of that pair what is theirs. The spec of this pair knows nothing of it, so what
they do is not in its traces: their steps are held to `specs/versions/Versions.tla`, by the traces of that pair.
"""

from __future__ import annotations

from typing import Any, TypeGuard

from pyimpl.kernel import Apply, Effects, Event, Node, Taken
from pyimpl.versions import messages

LEVEL = "siblings"


def is_theirs(message: Any) -> TypeGuard[messages.Message]:
    """Whether a message belongs to that level."""
    return isinstance(message, messages.Message)


def hand_over(node: Node, event: Event) -> Effects:
    """What the other register's node does with the event, without the marks of its actions."""
    return tuple(effect for effect in node.step(event) if not isinstance(effect, Taken | Apply))
