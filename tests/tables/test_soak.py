"""A soak: random small models through every engine there is, in agreement on all that a search tells.

The closures are the measure; beside them go table cores in C with one and with two workers, the table core in NumPy,
the native evaluator, and the default, where tables follow the native evaluator and go on where they catch up. Layouts
have no room to spare (most of them none at all: each new value moves all states), pieces of predicates are taken
apart early, and two workers share any few states there are, so that every way of growth is gone through often. A model
is made again by its seed.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from random_models import model as message_model
from random_models import symmetric_model
from test_native_search import outcome

sys.path.append(str(Path(__file__).parent.parent / "differential"))

from random_specs import SpecMaker

from modelcheck.core import CORES, NATIVE, Choice, native, numpy_core
from modelcheck.engine import pace, slots, tables
from modelcheck.engine.closures import ClosureEngine
from modelcheck.explore import lookup, nativesearch, trial
from modelcheck.explore.bfs import Limits, Search, Stop
from modelcheck.explore.nativesearch import available
from modelcheck.explore.task import make_task
from modelcheck.module import load
from modelcheck.values import reset_order

pytestmark = pytest.mark.skipif(native.load() is None or not available(), reason="the compiled core was not built")

LIMITS = Limits(states=800)
MANY = 500
KINDS = (*["messages"] * 4, "permuted", *["not permuted"] * 3, "messages", "plain")
WAYS = {
    "c, 1 worker": Choice("c", 1),
    "c, 2 workers": Choice("c", 2),
    "c, misses by Python": Choice("c", 1, fills=False),
    "numpy": Choice("numpy"),
    "native": Choice(NATIVE),
    "default": Choice(),
}


def made(seed: int) -> tuple[str, str, str]:
    """The kind of a model, the text of its module `T`, and its cfg."""
    rng = random.Random(seed)
    kind = KINDS[seed % len(KINDS)]
    if kind == "messages":
        return kind, *message_model(rng, 0.15 if seed % 3 == 0 else 0.0)
    if kind == "plain":
        text = SpecMaker(rng, 0.02 if seed % 3 == 0 else 0.0).make().module().replace("MODULE Plain", "MODULE T")
        return kind, text, f"INIT Init\nNEXT Next\nCHECK_DEADLOCK {rng.choice(('TRUE', 'FALSE'))}\n"
    text, cfg = symmetric_model(rng)
    return kind, text, cfg if kind == "permuted" else cfg.replace("SYMMETRY Sym\n", "")


class Soak:
    """Compares models; counts what was done."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.monkeypatch = folder, monkeypatch
        self.done: Counter[str] = Counter()
        self.tight = False
        self._be_hasty()
        self._count(native.Core, "relayout", "layouts grown")
        self._count(numpy_core.Core, "relayout", "layouts grown in numpy")
        self._count(lookup.LookupSearch, "_change_to", "changes to tables")
        self._count(lookup.LookupSearch, "_surrender", "tables given up")

    def _be_hasty(self) -> None:
        settings: list[tuple[Any, str, Any]] = [
            (slots, "ROOM", 1), (tables, "SPLIT_AT", 3), (tables, "SPLIT_STEP_AT", 2),
            (pace, "WINDOW", 10**9), (pace, "WINDOW_S", 10**9),
            (lookup, "FIRST_S", 0.0), (trial, "STRIKES", 10**9), (trial, "FEW", 10**9),
            (nativesearch, "SLICE_S", 0.0),
            (native, "Core", EagerCore),
        ]  # fmt: skip
        for module, name, value in settings:
            self.monkeypatch.setattr(module, name, value)
        replace = slots.Layout.replace

        def replaced(layout: slots.Layout) -> None:
            if self.tight:
                layout._place()
                layout.can_take = False
            else:
                replace(layout)

        def needs_room(leaf: slots.Leaf, number: int) -> bool:
            wider = number.bit_length() > leaf.place.width
            leaf.place.width = max(leaf.place.width, number.bit_length())
            return wider

        self.monkeypatch.setattr(slots.Layout, "replace", replaced)
        self.monkeypatch.setattr(slots.Leaf, "needs_room", needs_room)

    def _count(self, kind: Any, name: str, what: str) -> None:
        method = getattr(kind, name)

        def counted(self_: Any, *args: Any) -> Any:
            self.done[what] += 1
            return method(self_, *args)

        self.monkeypatch.setattr(kind, name, counted)

    def compare(self, seed: int) -> None:
        """All searches of one model have the closures' outcome."""
        kind, text, cfg = made(seed)
        (self.folder / "T.tla").write_text(text)
        (self.folder / "T.cfg").write_text(cfg)
        rng = random.Random(-seed)
        keep_going = rng.random() < 0.2
        self.tight = rng.random() < 0.7
        expected, _ = self._search(Search, keep_going)
        stopped = isinstance(expected[1], Stop)
        self.done["stopped" if stopped else "compared"] += 1
        self.done[f"kind: {kind}"] += 1
        last = expected[-6] if not stopped else None
        self.done["violated" if isinstance(last, tuple) else "complete"] += not stopped
        for way, choice in WAYS.items():
            if choice.name in CORES and choice.module() is None:
                continue
            self.monkeypatch.setattr(trial, "SLICE_S", rng.choice((0.001, 9.0, 9.0)))
            warm_up = rng.choice((0, 0, 1, 7)) if choice.name else rng.choice((1, 3, 20))
            if choice.name is None:
                choice = Choice(workers=rng.choice((1, 2)))
            found, search = self._search(lookup.LookupSearch, keep_going, warm_up=warm_up, core=choice)
            if stopped:  # where exactly is left open
                assert found[:2] == expected[:2], f"{way}, seed {seed}"
            else:
                assert found == expected, f"{way}, seed {seed}"
            self.done[f"{way}: {search.engine.name}"] += 1

    def _search(self, make: Callable[..., Search], keep_going: bool, **more: Any) -> tuple[tuple[Any, ...], Search]:
        reset_order()
        model = load(self.folder / "T.tla")
        engine = ClosureEngine(model)
        search = make(engine, make_task(model, engine), LIMITS, None, keep_going, **more)
        return outcome(search, keep_going), search

    def report(self) -> str:
        """What was done, a line each."""
        return "\n".join(f"{times:6} {what}" for what, times in sorted(self.done.items()))


class EagerCore(native.Core):
    """Several workers explore together from the first state on, wherever there are eight."""

    def __init__(self, width: int, check_deadlock: bool, workers: int = 1) -> None:
        super().__init__(width, check_deadlock, workers)
        self.tune(0, 8)


@pytest.fixture
def soak(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Soak:
    return Soak(tmp_path, monkeypatch)


def test_all_engines_agree(soak: Soak) -> None:
    for seed in range(20):
        soak.compare(seed)
    done = soak.done
    assert done["compared"] >= 15, soak.report()
    assert done["layouts grown"] >= 25, "the layout grows often"
    assert done["changes to tables"] >= 3, "tables on trial catch up"
    for way in ("c, 1 worker: tables (C)", "c, 2 workers: tables (C)", "native: native (C)"):
        assert done[way] >= 8, soak.report()
    assert done["numpy: tables (NumPy)"] >= 8 or not numpy_core.available()


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(10))
def test_all_engines_agree_on_many(soak: Soak, batch: int) -> None:
    size = MANY // 10
    for seed in range(10_000 + size * batch, 10_000 + size * (batch + 1)):
        soak.compare(seed)
    print(soak.report())
    assert soak.done["compared"] >= size // 2, soak.report()
