"""A search saved in a file, and taken up again where it stood.

Takes a breadth-first search between two states; writes one zip file: `meta.json` (counts, and a hash of the model),
`states.bin` (four-byte numbers in the machine's order, a row for each state), `nodes.bin` and `atoms.bin` (the values
that they stand for, `values/dag.py`), `parents.bin` (eight-byte numbers), `values.bin` (other values, canonically
encoded), `offsets.bin` and `targets.bin` for liveness. `recover` puts them back into a search of the same model, which
then goes on as if it had never stopped, registers and random choices included. The file is written beside its name and
then renamed, so a crash leaves the one before.

Refused (U014): files of another model (any module's text, the cfg, or an option that changes what is searched), of
another version, damaged, or of a search that was not exact where `--exact` is asked for. The data are numbers and
encoded values; reading them runs nothing.
"""

from __future__ import annotations

import json
import os
import sys
import zipfile
import zlib
from array import array
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import Any

from modelcheck.engine.native import Unknown
from modelcheck.engine.protocol import Predicate
from modelcheck.errors import TlaError
from modelcheck.explore.bfs import Finding, Search
from modelcheck.explore.savedrows import PlainRows, Rows, SavedRows
from modelcheck.module.model import Model
from modelcheck.records import dataclass
from modelcheck.values import Value, encode, intern_order
from modelcheck.values.decoding import decode_all
from modelcheck.values.order import ranked_words

SCHEMA = "tlapair.checkpoint/3"

#: what reading a damaged file may raise: of the zip file (a flag of it: RuntimeError), of JSON, of what they hold
DAMAGED = (
    zipfile.BadZipFile, zlib.error, RuntimeError, EOFError,
    KeyError, ValueError, IndexError, TypeError, AttributeError, OverflowError,
)  # fmt: skip


@dataclass(slots=True)
class Checkpoint:
    """Where and how often to save, and what the model is (`model_hash`)."""

    path: Path
    every_s: float
    model: str
    due: float = 0.0

    def begin(self, search: Search) -> None:
        """Save this search from now on."""
        self.due = monotonic() + self.every_s
        search.on_tick = self.tick

    def tick(self, search: Search) -> None:
        """Called between two states, a few times a second."""
        if monotonic() >= self.due:
            self.save(search)
            self.due = monotonic() + self.every_s

    def save(self, search: Search) -> None:
        """Write the file. U005 when it cannot be written; what is written in part, then or at Ctrl-C, is removed."""
        try:
            try:
                self._save(search, search.saved_rows())
            except Unknown:
                self._save(search, PlainRows(search.states))
        except OSError as error:
            raise TlaError("U005", f"cannot write {self.path}: {(error.strerror or str(error)).lower()}") from None

    def _save(self, search: Search, rows: Rows) -> None:
        with (
            closing(rows),
            _beside(self.path) as path,
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out,
        ):
            _write(out, search, rows, self.model)


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A name to write to, which becomes `path` when all went well, and else is gone."""
    new = path.with_name(path.name + ".new")
    try:
        yield new
        os.replace(new, path)
    finally:
        new.unlink(missing_ok=True)


def model_hash(model: Model, *more: object) -> str:
    """What tells models apart: the texts of all modules and of the cfg, and `more`."""
    digest = sha256(SCHEMA.encode())
    modules = {name: module.span.file.text for name, module in model.root.modules.items() if module.span is not None}
    parts = [*(part for item in sorted(modules.items()) for part in item), model.config.file.text, repr(more)]
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass")
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.hexdigest()


@contextmanager
def gentle_interrupt(search: Search) -> Iterator[None]:
    """The first Ctrl-C or SIGTERM ends the search between two states, so that it can be saved; the second at once."""
    import signal
    import threading

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    signals = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in signals}

    def ask(number: int, frame: object) -> None:
        search.stop_soon()
        signal.signal(number, before[signal.Signals(number)])

    for number in signals:
        if before[number] is not signal.SIG_IGN:
            signal.signal(number, ask)
    try:
        yield
    finally:
        for number in signals:
            signal.signal(number, before[number])


# ---- writing ----


def _write(out: zipfile.ZipFile, search: Search, rows: Rows, model: str) -> None:
    with out.open("states.bin", "w", force_zip64=True) as states:
        for some in rows.some():
            states.write(some.tobytes())
    out.writestr("nodes.bin", rows.dag.nodes.tobytes())
    out.writestr("atoms.bin", b"".join(map(encode, rows.dag.atoms)))
    values: dict[Value, int] = {}
    registers, context = [], getattr(search.engine, "context", None)
    for key, value in getattr(context, "registers", {}).items():
        registers.append((values.setdefault(key, len(values)), values.setdefault(value, len(values))))
    findings = [_finding_as_json(search, finding, values) for finding in search.findings]
    out.writestr("values.bin", b"".join([encode(value) for value in values]))
    out.writestr("parents.bin", search.parents.tobytes())
    graph = search.graph
    if graph is not None:
        out.writestr("offsets.bin", graph.offsets.tobytes())
        out.writestr("targets.bin", graph.targets.tobytes())
    meta = {
        "schema": SCHEMA,
        "model": model,
        "byteorder": sys.byteorder,
        "words": ranked_words(),
        "nodes": rows.dag.count,
        "counts": search.resumable(),
        "initial": None if graph is None else list(graph.initial),
        "excluding": [i for i, p in enumerate(_constraints(search)) if p.holds in search.excluding],
        "findings": findings,
        "repeated": [[kind, name, times] for (kind, name), times in search.repeated.items()],
        "registers": registers,
        "random": None if context is None else _plain(context.rng.getstate()),
    }
    out.writestr("meta.json", json.dumps(meta))


def _constraints(search: Search) -> tuple[Predicate, ...]:
    return (*search.task.constraints, *search.task.action_constraints)


def _predicates(search: Search) -> tuple[Predicate, ...]:
    task = search.task
    return (*task.invariants, *task.init_properties, *task.step_properties)


def _finding_as_json(search: Search, finding: Finding, values: dict[Value, int]) -> dict[str, Any]:
    target = None
    if finding.target is not None:
        target = [values.setdefault(value, len(values)) for value in finding.target]
    predicate = None
    if finding.predicate is not None:
        predicate = next(i for i, p in enumerate(_predicates(search)) if p is finding.predicate)
    return {"kind": finding.kind, "index": finding.index, "target": target, "predicate": predicate}


def _plain(state: Any) -> Any:
    return [_plain(item) for item in state] if isinstance(state, tuple) else state


# ---- reading ----


def recover(search: Search, path: Path, model: str, exact: bool = False) -> None:
    """Put a saved search into a new one of the same model. U014 when the file is none of it.

    `exact`: refuse one that told states apart by fingerprints. Else the search that goes on with it has its doubt.
    """
    try:
        with zipfile.ZipFile(path) as source:
            meta = json.loads(source.read("meta.json"))
            if meta.get("schema") != SCHEMA:
                raise _refuse(path, f"its format is {meta.get('schema')!r}, not {SCHEMA!r}")
            if meta.get("model") != model:
                raise _refuse(path, "it is of another model: a module, the cfg or an option has changed")
            if meta.get("byteorder") != sys.byteorder:
                raise _refuse(path, "it was written on a machine with another order of bytes")
            if exact and meta["counts"]["fingerprints"]:
                raise _refuse(path, "its states were told apart by fingerprints, and --exact forbids that")
            _read(source.read, meta, search)
    except OSError as error:
        raise _refuse(path, f"it cannot be read: {(error.strerror or str(error)).lower()}") from None
    except DAMAGED as error:
        raise _refuse(path, f"it is damaged or no checkpoint ({error})") from None


def _read(read: Callable[[str], bytes], meta: dict[str, Any], search: Search) -> None:
    for word in meta["words"]:
        intern_order(word)
    values = list(decode_all(read("values.bin")))
    graph = search.graph
    if graph is not None:
        graph.initial = meta["initial"]
        graph.offsets, graph.targets = _numbers("q", read("offsets.bin")), _numbers("i", read("targets.bin"))
    rows, parents = _rows(read, meta["nodes"], len(search.engine.variables)), _numbers("q", read("parents.bin"))
    if len(rows.numbers()) != len(parents) * rows.width:
        raise ValueError("there are not as many states as parents")
    if not search.resume_rows(rows, parents, meta["counts"]):
        search.resume(rows.states(), parents, meta["counts"])
    constraints, predicates = _constraints(search), _predicates(search)
    search.excluding.update(constraints[i].holds for i in meta["excluding"])
    for saved in meta["findings"]:
        target = None if saved["target"] is None else tuple([values[i] for i in saved["target"]])
        predicate = None if saved["predicate"] is None else predicates[saved["predicate"]]
        search.findings.append(Finding(saved["kind"], saved["index"], target, predicate))
    for kind, name, times in meta["repeated"]:
        search.repeated[kind, name] = times
    context = getattr(search.engine, "context", None)
    if context is not None:
        context.registers.update({values[key]: values[value] for key, value in meta["registers"]})
        context.rng.setstate(_tuples(meta["random"]))


def _numbers(kind: str, raw: bytes) -> array[int]:
    numbers: array[int] = array(kind)
    numbers.frombytes(raw)
    return numbers


def _rows(read: Callable[[str], bytes], count: int, width: int) -> SavedRows:
    nodes, atoms = _numbers("I", read("nodes.bin")), list(decode_all(read("atoms.bin")))
    return SavedRows(nodes, atoms, count, lambda: _numbers("I", read("states.bin")), width)


def _tuples(state: Any) -> Any:
    return tuple(_tuples(item) for item in state) if isinstance(state, list) else state


def _refuse(path: Path, why: str) -> TlaError:
    return TlaError("U014", f"{path} cannot be recovered from: {why}")
