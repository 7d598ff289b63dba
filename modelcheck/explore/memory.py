"""How much memory this process has taken."""

from __future__ import annotations

import sys


def peak_rss_mb() -> int:
    """Megabytes of resident memory at the peak; 0 where the system does not tell (Windows)."""
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (1 << 20 if sys.platform == "darwin" else 1 << 10)
