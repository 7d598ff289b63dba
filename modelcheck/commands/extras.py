"""The options of `tlapair check` beyond the cfg: more formulas, other searches, coverage, a dump of the graph."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from modelcheck.commands.arguments import Arguments, access_of, seconds, workers
from modelcheck.commands.aside import aside
from modelcheck.commands.reports import refuse_unwritable
from modelcheck.core import CORES, NATIVE, TABLES, Choice
from modelcheck.errors import TlaError
from modelcheck.extras import CHECKPOINT_EVERY_S, Extras

if TYPE_CHECKING:
    from argparse import Namespace

    from modelcheck.verdict import Verdict

_OPTION = {"keep_going": "continue"} | {f"max_{of}": f"max-{of}" for of in ("states", "depth", "seconds", "memory")}


def add_arguments(parser: Arguments) -> None:
    """Add the options to the command's."""
    more = parser.add_argument_group("more to check")
    more.add_argument("--inv", metavar="EXPR", action="append", default=[], help="check this invariant too")
    more.add_argument("--post", metavar="EXPR", help="check this postcondition (instead of the cfg's)")
    more.add_argument("--view", metavar="EXPR", help="tell states apart by this (instead of the cfg's VIEW)")
    search = parser.add_argument_group("how to search")
    search.add_argument("--continue", action="store_true", dest="keep_going", help="go on and tell all that is wrong")
    search.add_argument(
        "--engine", choices=("closures", "tables"),
        help="closures: evaluate every action in every state; tables: learn each once for what it reads, then look it "
        "up, where that suits the model (default: the native evaluator or tables, whichever is quicker)",
    )  # fmt: skip
    search.add_argument(
        "--workers", metavar="N", type=workers,
        help="threads that explore (not with the closures); the answers are the same (default: all processors)",
    )  # fmt: skip
    search.add_argument(
        "--core", choices=(*CORES, NATIVE),
        help="the table engine's core: compiled, or with numpy's arrays; native: no tables, the native evaluator",
    )  # fmt: skip
    search.add_argument(
        "--exact", action="store_true", help="never tell states apart by fingerprints, however little memory is left"
    )
    search.add_argument("--dfs", action="store_true", help="depth first: the same verdicts, in another order")
    search.add_argument(
        "--checkpoint", metavar="FILE", help="save the search there, now and then and when a limit or Ctrl-C ends it"
    )
    search.add_argument(
        "--checkpoint-every", metavar="S", type=seconds, default=CHECKPOINT_EVERY_S,
        help=f"every S seconds (default: {CHECKPOINT_EVERY_S:g})",
    )  # fmt: skip
    search.add_argument("--recover", metavar="FILE", help="go on with the search saved there")
    search.add_argument(
        "--load-trace", metavar="FILE.itf.json", help="check this saved trace, and nothing else: is it still wrong?"
    )
    more.add_argument(
        "--expect", metavar="ITEMS",
        help="what it must end with, as 'violated Inv, length 7' (instead of what the cfg pins; none: nothing)",
    )  # fmt: skip
    told = parser.add_argument_group("more to tell")
    told.add_argument("--coverage", action="store_true", help="count how often each formula was true and false")
    told.add_argument("--profile", action="store_true", help="tell on standard error what the tables cost")
    told.add_argument("--difftrace", action="store_true", help="of each state print only the variables that changed")
    told.add_argument("--dump", metavar="FILE", help="write the state graph there (FILE.dot or FILE.json)")


def _tables(options: Namespace) -> bool:
    """Whether the table engine is wanted. U001 with an option that it does not serve yet."""
    if options.engine is None:
        return True
    if options.engine == "closures":
        return False
    for other in ("dfs", "coverage"):
        if getattr(options, other):
            raise TlaError("U001", f"--engine tables cannot be used together with --{_OPTION.get(other, other)}")
    return True


def _core(options: Namespace) -> Choice:
    """The core that is asked for. U001 where it is not there."""
    name = options.core if options.core is not None or options.engine is None else TABLES
    choice = Choice(name, options.workers, options.exact)
    if options.core == NATIVE:
        from modelcheck.explore.nativesearch import available

        if not available():
            raise TlaError("U001", f"--core {NATIVE} cannot be used: the native evaluator was not built")
        return choice
    if options.core is not None and choice.module() is None:
        missing = "the compiled core was not built" if options.core == "c" else "numpy is not installed"
        raise TlaError("U001", f"--core {options.core} cannot be used: {missing}")
    return choice


def extras_of(options: Namespace) -> Extras:
    """What the options ask for. U001, U005 for a file that cannot be written."""
    dump = None if options.dump is None else Path(options.dump)
    if dump is not None:
        from modelcheck.explore.dump import check_name

        check_name(dump)
    checkpoint = None if options.checkpoint is None else Path(options.checkpoint)
    refuse_unwritable(options.checkpoint)
    for other in ("dfs", "coverage"):
        if getattr(options, other) and (checkpoint is not None or options.recover is not None):
            raise TlaError("U001", f"--{other} cannot be used together with --checkpoint or --recover")
    return Extras(
        invariants=tuple(options.inv),
        postcondition=options.post,
        view=options.view,
        coverage=options.coverage,
        dump=dump,
        keep_going=options.keep_going,
        depth_first=options.dfs,
        tables=_tables(options),
        profile=aside if options.profile else None,
        core=_core(options),
        checkpoint=checkpoint,
        checkpoint_every_s=options.checkpoint_every,
        recover=None if options.recover is None else Path(options.recover),
    )


def replayed(options: Namespace, output: Callable[[str], None] | None) -> Verdict:
    """The verdict on the saved trace that `--load-trace` names."""
    from modelcheck.replay import replay

    for other in (
        "expect", "dump", "coverage", "keep_going", "dfs", "checkpoint", "recover", "max_states", "max_depth",
        "max_seconds", "max_memory",
    ):  # fmt: skip
        if getattr(options, other):
            raise TlaError("U001", f"--load-trace cannot be used together with --{_OPTION.get(other, other)}")
    return replay(
        options.spec,
        options.load_trace,
        options.config,
        library=options.library,
        check_deadlock=False if options.no_deadlock else None,
        extras=extras_of(options),
        output=output,
        access=access_of(options),
    )
