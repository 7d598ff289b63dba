"""The engines that the suite holds to one meaning. A new engine is added to `ENGINES`, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from modelcheck.engine.closures import ClosureEngine
from modelcheck.engine.protocol import Engine

ENGINES: dict[str, Callable[[Any], Engine]] = {"closures": ClosureEngine}


@pytest.fixture(params=list(ENGINES))
def engine(request: pytest.FixtureRequest) -> Callable[[Any], Engine]:
    """What makes an engine of a model."""
    return ENGINES[request.param]
