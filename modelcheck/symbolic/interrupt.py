"""Ctrl-C and SIGTERM while z3 works on a question.

Python's handlers wait until the call into z3 has returned, which may be a minute later; z3's own handler of Ctrl-C
(off, see `Solver`) makes the question unanswered and keeps the signal to itself. Here a thread hears of the signal at
once and has z3 give up, again and again, in case it was just about to begin; then Python's handler has its turn.
"""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

AGAIN_S = 0.05


@contextmanager
def interruptible(give_up: Callable[[], None]) -> Iterator[None]:
    """Calls `give_up`, in another thread, when SIGINT or SIGTERM comes. Only in the main thread, which handles them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    hear, tell = socket.socketpair()
    tell.setblocking(False)
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            if hear.recv(1)[0] in (signal.SIGINT, signal.SIGTERM):
                while not done.is_set():
                    give_up()
                    done.wait(AGAIN_S)

    watcher = threading.Thread(target=watch, daemon=True)
    before = signal.set_wakeup_fd(tell.fileno(), warn_on_full_buffer=False)
    watcher.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        done.set()
        tell.send(b"\0")
        watcher.join()
        hear.close()
        tell.close()
