"""The command `tlapair read`: arguments in, pages out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from modelcheck.commands.arguments import Arguments, positive
from modelcheck.errors import EXIT_OK, TlaError

FOLDER = "tlapair-pages"


def run(argv: Sequence[str]) -> int:
    """`tlapair read [PROTOCOL]`: write the page of a pair, or all pages and an index of them; 0."""
    parser = Arguments(
        "tlapair read", "A protocol's spec and Python side by side, as one page that needs nothing else."
    )
    parser.add_argument("protocol", metavar="PROTOCOL", nargs="?", help="raft, paxos, ...; left out: all, and an index")
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE.html",
        help=f"where to write (default: PROTOCOL.html; of all: the folder {FOLDER})",
    )
    parser.add_argument("--check", action="store_true", help="check the models now, instead of believing the manifest")
    parser.add_argument(
        "--runs", type=positive, default=10, metavar="N", help="runs that colour the margins (default 10)"
    )
    options = parser.parse_args(argv)
    from traces import pairs
    from traces.read.facts import known
    from traces.read.pages import index, page

    if options.protocol is not None:
        known(options.protocol)
        target = Path(options.output or f"{options.protocol}.html")
        _write(target, page(options.protocol, runs=options.runs, check=options.check))
        return EXIT_OK
    folder = Path(options.output or FOLDER)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TlaError("U005", f"cannot make the folder {folder}: {(error.strerror or str(error)).lower()}") from None
    for name in pairs.names():
        _write(folder / f"{name}.html", page(name, runs=options.runs, check=options.check))
    _write(folder / "index.html", index())
    return EXIT_OK


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise TlaError("U005", f"cannot write {path}: {(error.strerror or str(error)).lower()}") from None
    print(f"{path}: {len(text.encode('utf-8')) // 1024:,} kB")
