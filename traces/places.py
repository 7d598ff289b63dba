"""Where the bundled specs are."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

from modelcheck.errors import TlaError
from modelcheck.source import Span
from traces.event import did_you_mean


def specs_folder() -> Path:
    """The folder of the bundled specs, beside this package; relative to the working directory if it lies below that."""
    folder = Path(__file__).resolve().parents[1] / "specs"
    here = Path.cwd()
    return Path(os.path.relpath(folder, here)) if folder.is_relative_to(here) else folder


def bundled(name: str, span: Span | None = None) -> Path:
    """The file of a bundled spec, `paxos/Paxos.tla`. Raises TlaError T010."""
    pure = PurePosixPath(name)
    if pure.is_absolute() or ".." in pure.parts or "\\" in name or not name.endswith(".tla"):
        raise TlaError("T010", f"{name!r} is no path below the folder of bundled specs", span)
    folder = specs_folder()
    path = folder.joinpath(*pure.parts)
    if not path.is_file():
        known = sorted(p.relative_to(folder).as_posix() for p in folder.glob("*/*.tla"))
        raise TlaError("T010", f"there is no bundled spec {name!r}{did_you_mean(name, known)}", span)
    return path
