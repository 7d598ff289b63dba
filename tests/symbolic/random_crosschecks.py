"""Random small specs for the cross-check: two variables of any type, or the message sets of `tests/tables`."""

from __future__ import annotations

import random
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

sys.path += [str(Path(__file__).parent.parent / folder) for folder in ("differential", "tables")]

from random_models import model as message_model
from random_specs import SpecMaker
from random_terms import written

from modelcheck.errors import TlaError
from modelcheck.module import resolve_text
from modelcheck.module.model import Model, build_model
from modelcheck.symbolic.crosscheck import CrossCheck, cross_check, phase
from modelcheck.symbolic.task import Limits
from modelcheck.syntax.config import parse_config_text
from modelcheck.values import reset_order


def two_variables(rng: random.Random) -> tuple[str, str]:
    """A module `Plain` and its cfg; every third has parts that fail to evaluate."""
    maker = SpecMaker(rng, 0.02 if rng.random() < 0.33 else 0.0)
    spec = maker.make()
    scope = (("x", "i", None), ("y", spec.type, None))
    invariant = ("or", [maker.test(scope), maker.test(scope), maker.test(scope)])
    return spec.module().replace("====", f"Inv == {written(invariant)}\n===="), "INIT Init\nNEXT Next\nINVARIANT Inv\n"


def built(text: str, cfg: str) -> Model:
    """The model, its strings in the order of this text."""
    reset_order()
    name = text.split("MODULE ")[1].split()[0]
    return build_model(resolve_text(text, name), parse_config_text(cfg))


@dataclass
class Tally:
    """How the checks ended; `differences`: text and disagreement."""

    counts: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def add(self, text: str, cfg: str, steps: int, seconds: float = 20.0) -> None:
        """Check one."""
        try:
            found: CrossCheck = cross_check(built(text, cfg), steps, Limits(seconds), types=False)
        except TlaError as error:
            self.counts[f"refused {error.code}"] += 1
            return
        if found.difference:
            self.counts["DIFFERENT"] += 1
            self.differences.append(f"{text}{cfg}{found.difference}")
            return
        if found.inconclusive:
            self.counts["inconclusive"] += 1
            return
        at = phase(found.explicit)
        self.counts["nothing wrong" if at is None else "something wrong"] += 1
        self.counts["states compared"] += sum(found.levels)


def campaign(first: int, cases: int, steps: int = 4) -> Tally:
    """Seeds from `first`, by turns of two variables and of messages."""
    tally = Tally()
    for seed in range(first, first + cases):
        rng = random.Random(seed)
        text, cfg = two_variables(rng) if seed % 2 else message_model(rng, 0.05)
        tally.add(text, cfg, steps)
    return tally
