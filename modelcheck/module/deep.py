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

STACK_SIZES = (512 * 1024 * 1024, 64 * 1024 * 1024, 0)  # bytes of address space; 0: what the system gives
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
    sys.setrecursionlimit(max(old_limit, DEPTH_MAX))
    try:
        _start(body).join()
    finally:
        sys.setrecursionlimit(old_limit)
    if errors:
        raise errors[0]
    return results[0]


def _start(body: Callable[[], None]) -> threading.Thread:
    """Start a thread with the largest stack that the system allows."""
    with _start_lock:
        old_size = threading.stack_size()
        try:
            for size in STACK_SIZES:
                thread = threading.Thread(target=body, name="deep", daemon=True)
                try:
                    threading.stack_size(size)
                    thread.start()
                except (RuntimeError, ValueError):
                    if size == STACK_SIZES[-1]:
                        raise
                    continue
                return thread
        finally:
            threading.stack_size(old_size)
    raise AssertionError("unreachable")
