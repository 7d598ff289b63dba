"""Where there is a C compiler the compiled core must be there: the tests that compare it would otherwise be skipped."""

import shutil
import sysconfig
from importlib.util import find_spec

import pytest

COMPILER = (sysconfig.get_config_var("CC") or "cc").split()[0]


@pytest.mark.parametrize("name", ["_core", "_graph", "_native"])
def test_is_built(name: str) -> None:
    if shutil.which(COMPILER) is None:
        pytest.skip(f"no C compiler ({COMPILER}) here")
    assert find_spec(f"modelcheck.core.{name}") is not None, "run `pip install -e .` again: it builds the extensions"
