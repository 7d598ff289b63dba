"""Our Zab as the broadcast below ZooKeeper: it carries `Change` records, and keeps what it has delivered for the server
above to carry out.

`delivered_here` is what was delivered since it was last emptied; `jump` is set when the state of another server was
taken over instead: `(position, image)`. The server above calls `tidy_up` when it has carried out all, and only then; so
what is saved on disk was carried out, and told, before.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from typing import Any

from pyimpl.kernel import DISABLED, Effects, Request, Taken
from pyimpl.kernel.machine import Asker
from pyimpl.zab.node import COMPACT_AFTER, Peer
from pyimpl.zookeeper.messages import Change


class Broadcast(Peer):
    """One peer. `image_of` gives the state of the server above."""

    image_of: Callable[[], Any]

    @property
    def leads(self) -> bool:
        """Whether it is the leader, and may propose."""
        return self.phase == "broadcast" and self.leader == self.name

    def submit(self, x: Change) -> Effects:
        """Have the change broadcast: propose it, or send it on to the leader; nothing if there is none."""
        return untold(self.on_request(Request(0, json.dumps(x.record()))))

    def tidy_up(self) -> Effects:
        """Save the state, and cut off the history before it, if that is long."""
        long = self.delivered - self.history.snapshot.last >= COMPACT_AFTER
        return untold(self.compact(self.delivered)) if long and not self.delivered_here else DISABLED

    # ---- what a peer leaves to its application ----

    def serve(self, asker: Asker, command: Any) -> Effects:
        """Propose the change, unless it is on its way."""
        x = Change.of(json.loads(command))
        coming = range(self.delivered + 1, self.history.last + 1)
        if any(self.history.at(n).value == x.key for n in coming):
            return ()
        return self.broadcast(x.key, json.dumps(x.record()))

    def deliver_up_to(self, n: int) -> Effects:
        """Keep what is delivered for the server."""
        for k in range(self.delivered + 1, n + 1):
            self.delivered_here.append(Change.of(json.loads(self.history.at(k).body)))
        self.delivered = n
        return ()

    def image(self) -> Any:
        return self.image_of()

    def load(self, image: Any) -> None:
        """Begin with this image; what was delivered and not carried out is in it."""
        self.jump: tuple[int, Any] | None = (self.delivered, image)
        self.delivered_here: deque[Change] = deque()

    def tidy(self) -> Effects:
        """Not now: see `tidy_up`."""
        return ()


def untold(effects: Effects) -> Effects:
    """Without the marks of Zab's own actions, which the spec of ZooKeeper does not have."""
    return tuple(e for e in effects if not isinstance(e, Taken))
