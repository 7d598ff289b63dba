"""The compiled cores as shared libraries. All three are optional: where one was not built, Python does its work.

Takes a core's name (`_core`, `_graph`, `_native`: an extension module of this package); gives the library for `ctypes`,
or None where there is no such module, or where the system cannot load it.
"""

from __future__ import annotations

import ctypes as ct
from importlib.util import find_spec


def library_of(name: str) -> ct.CDLL | None:
    """The library of the core `name`, or None."""
    spec = find_spec(f"modelcheck.core.{name}")
    if spec is None or spec.origin is None:
        return None
    try:
        return ct.CDLL(spec.origin)
    except OSError:
        return None
