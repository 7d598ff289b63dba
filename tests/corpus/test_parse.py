"""Every third-party module parses and resolves with all it imports."""

from __future__ import annotations

import pytest
from corpus import EXAMPLES, modules

from modelcheck.errors import TlaError
from modelcheck.module import resolve_file

pytestmark = pytest.mark.corpus


def test_the_corpus_is_whole():
    if not EXAMPLES.exists():
        pytest.skip("no corpus here")
    assert len(modules()) == 295


@pytest.mark.parametrize("first", range(0, 295, 59))
def test_modules_are_accepted(first):
    refused = []
    for module in modules()[first : first + 59]:
        try:
            resolve_file(EXAMPLES / module)
        except TlaError as error:
            refused.append(error.render())
    assert refused == []
