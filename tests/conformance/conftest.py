"""The engines that the suite holds to one meaning. A new engine is added to `ENGINES`, and nowhere else."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from modelcheck.engine.closures import ClosureEngine
from modelcheck.engine.native import load as load_native
from modelcheck.engine.protocol import Engine, State, Value
from modelcheck.engine.pycode import write_value
from modelcheck.engine.runtime import NO_STATE, NO_TARGET, RuleFn
from modelcheck.errors import EvalError
from modelcheck.module.tree import Expr

sys.path.append(str(Path(__file__).parent.parent / "native"))

from native_engine import NativeEngine


class WrittenEngine(ClosureEngine):
    """The engine of closures, with everything written out as Python source at once; it counts what was not."""

    def __init__(self, model: Any) -> None:
        super().__init__(model)
        self.hot = 0
        self.left: list[Expr] = []

    def evaluate(self, expr: Expr, state: State | None = None, target: State | None = None) -> Value:
        """As the closures do, who are asked only where the written code raises."""
        formula = self._formula(expr)
        written = write_value(self.exprs, formula.body, formula.frame_size)
        if written is not None:
            at, to = NO_STATE if state is None else state, NO_TARGET if target is None else target
            try:
                value = written(self._frame(formula.frame_size, at, to, None))
                return value.build() if isinstance(value, RuleFn) else value
            except (EvalError, RecursionError):
                pass
        self.left.append(expr)
        return super().evaluate(expr, state, target)


ENGINES: dict[str, Callable[[Any], Engine]] = {"closures": ClosureEngine, "written": WrittenEngine}
if load_native() is not None:
    ENGINES["native"] = NativeEngine


@pytest.fixture(params=list(ENGINES))
def engine(request: pytest.FixtureRequest) -> Callable[[Any], Engine]:
    """What makes an engine of a model."""
    return ENGINES[request.param]
