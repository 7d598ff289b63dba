"""Room for deep recursion: an expression of ten thousand nested terms must not overflow the stack.

`run_deep(work)` runs `work` in a thread with a large stack and a high recursion limit, and gives its result or
raises its error; when already there, it just calls. Nesting beyond even that is refused with M090.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TypeVar

from modelcheck.errors import TlaError

T = TypeVar("T")

STACK_BYTES = 512 * 1024 * 1024  # address space; only what is used is ever touched
DEPTH_MAX = 400_000  # Python frames

_local = threading.local()
_start_lock = threading.Lock()


def run_deep(work: Callable[[], T]) -> T:
    """The result of `work()`, run with room for deep recursion. Raises what it raises, or M090."""
    if getattr(_local, "deep", False):
        return work()
    results: list[T] = []
    errors: list[BaseException] = []

    def body() -> None:
        _local.deep = True
        try:
            results.append(work())
        except RecursionError:
            errors.append(TlaError("M090", "an expression or a chain of definitions is nested too deeply"))
        except BaseException as error:
            errors.append(error)

    old_limit = sys.getrecursionlimit()
    with _start_lock:
        old_size = threading.stack_size(STACK_BYTES)
        try:
            thread = threading.Thread(target=body, name="resolve", daemon=True)
            sys.setrecursionlimit(max(old_limit, DEPTH_MAX))
            thread.start()
        finally:
            threading.stack_size(old_size)
    thread.join()
    sys.setrecursionlimit(old_limit)
    if errors:
        raise errors[0]
    return results[0]
