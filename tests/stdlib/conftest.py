"""Each test starts without ranks of names: strings order alphabetically unless it says otherwise."""

from __future__ import annotations

import pytest

from modelcheck.values import reset_order


@pytest.fixture(autouse=True)
def _fresh_order():
    reset_order()
