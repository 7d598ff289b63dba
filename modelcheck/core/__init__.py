"""The spec-independent search core: packed states, exact seen set, rows looked up in tables.

`_core.c` is the compiled one (an optional extension, reached through ctypes: `native.py`), `numpy_core.py` does the
same with arrays where there is no compiler but numpy. `Choice` says which one to use; both have the same API and
give the same numbers to the same states.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from modelcheck.records import dataclass

if TYPE_CHECKING:
    from modelcheck.core.native import Core

CORES = ("c", "numpy")
TABLES = "tables"  # tables alone, with the first core that is there
NATIVE = "native"  # instead of a table core: the native evaluator alone


@dataclass(frozen=True, slots=True)
class Choice:
    """Which core: `name` one of `CORES`, `TABLES`, or `NATIVE` (None: whatever is quickest).

    `workers`: threads (None: all processors). `exact`: no fingerprints for states, however little memory is left.
    `fills`: misses of tables are answered natively where that can be.
    """

    name: str | None = None
    workers: int | None = None
    exact: bool = False
    fills: bool = True

    def module(self) -> Any:
        """The module with the `Core` class; None where it is not there."""
        from modelcheck.core import native, numpy_core

        there = {"c": native.load() is not None, "numpy": numpy_core.available()}
        for name in CORES if self.name in (None, TABLES) else (self.name,):
            if there.get(name):
                return native if name == "c" else numpy_core
        return None

    def make(self, width: int, check_deadlock: bool) -> Core:
        """A core for states of `width` words; `module()` must not be None."""
        made: Core = self.module().Core(width, check_deadlock, self.workers or processors())
        return made


def processors() -> int:
    """How many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1
