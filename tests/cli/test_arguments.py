"""Arguments that are plainly said are understood as argparse understands them; everything else is left to it."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable

import pytest

from modelcheck.commands import check, prove, simulate
from modelcheck.commands.arguments import Arguments
from modelcheck.errors import TlaError

WORDS = (  # noqa: SIM905
    "A.tla --config X.cfg --no-deadlock -I lib --library other --max-states 1,000 --max-seconds 0.5 --depth 3 --json "
    "--inv x<3 --inv y --engine tables closures --workers 2 --core c -1 0 --continue --max-seconds=2 -Ilib - -- --conf "
    "--allow-io --expect none --max-states -5 --trace-out o --help nonsense"
).split()


def _outcome(parse: Callable[[list[str]], object], words: list[str]) -> object:
    try:
        return vars(parse(words))
    except TlaError as error:
        return error.code, error.message, error.mend
    except SystemExit as leaving:
        return leaving.code


@pytest.mark.parametrize("make", [check.arguments, simulate.arguments, prove.arguments])
def test_as_argparse(make: Callable[[], Arguments], capsys: pytest.CaptureFixture[str]) -> None:
    parser = make()
    theirs = parser._parser().parse_args
    rng = random.Random(7)
    understood = 0
    for _ in range(600):
        words = rng.choices(WORDS, k=rng.randint(0, 6))
        if rng.random() < 0.7:
            words.insert(rng.randint(0, len(words)), "Spec.tla")
        found = _outcome(parser.parse_args, words)
        assert found == _outcome(theirs, words), words
        understood += isinstance(found, dict)
    assert understood > 30


def test_other_forms_are_left_to_argparse() -> None:
    parser = Arguments("p", "what it does")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--level", type=int, default="4")
    assert vars(parser.parse_args(["a", "b"])) == {"files": ["a", "b"], "level": 4}
    with pytest.raises(TlaError, match="U001"):
        parser.parse_args(["a", "--level", "x"])
    with pytest.raises(TlaError, match="the following arguments are required: files"):
        parser.parse_args([])


def test_a_plain_check_does_not_import_argparse() -> None:
    code = "import sys; from modelcheck.commands.check import arguments; "
    code += "arguments().parse_args(['A.tla', '--workers', '2']); print('argparse' in sys.modules)"
    got = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert got.stdout.strip() == "False"
