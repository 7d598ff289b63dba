"""`tlapair drive`: walks an implementation along the behaviors of its spec, and compares states after every step.

The other direction of `tlapair validate`: there the implementation runs as it likes and the spec has to explain it;
here the spec's state graph of a small model says what there is to be done, and the implementation has to do it.
`small` has the models, `graph` explores them, `stage` runs the implementation move by move, `walk` chooses the moves.
"""

from __future__ import annotations

from traces.drive.walk import Driven, drive

__all__ = ["Driven", "drive"]
