"""The options of `tlapair check` beyond the cfg: more formulas, coverage, a dump of the graph."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from modelcheck.commands.arguments import Arguments
from modelcheck.extras import Extras


def add_arguments(parser: Arguments) -> None:
    """Add the options to the command's."""
    more = parser.add_argument_group("more to check")
    more.add_argument("--inv", metavar="EXPR", action="append", default=[], help="check this invariant too")
    more.add_argument("--post", metavar="EXPR", help="check this postcondition (instead of the cfg's)")
    more.add_argument("--view", metavar="EXPR", help="tell states apart by this (instead of the cfg's VIEW)")
    told = parser.add_argument_group("more to tell")
    told.add_argument("--coverage", action="store_true", help="count how often each formula was true and false")
    told.add_argument("--dump", metavar="FILE", help="write the state graph there (FILE.dot or FILE.json)")


def extras_of(options: Namespace) -> Extras:
    """What the options ask for. U001, U005 for a file that cannot be written."""
    dump = None if options.dump is None else Path(options.dump)
    if dump is not None:
        from modelcheck.explore.dump import check_name

        check_name(dump)
    return Extras(
        invariants=tuple(options.inv),
        postcondition=options.post,
        view=options.view,
        coverage=options.coverage,
        dump=dump,
    )
