"""The third-party specs beside the project, where they are there: `../shared/corpus`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "examples"


@dataclass(frozen=True)
class ExpectedModel:
    """A model and what TLC said: exit code, and generated, distinct, depth (None where it printed none), seconds.

    `result`: what the collection states: 'success', 'safety failure', …
    """

    module: str
    cfg: str
    mode: Any
    exit: int | None
    counts: tuple[int | None, int | None, int | None]
    cpu_s: float | None = None
    result: str = ""

    @property
    def name(self) -> str:
        return self.cfg.removesuffix(".cfg")


def modules() -> list[str]:
    """Paths of all modules, below `EXAMPLES`; none where the corpus is absent."""
    return [entry["module"] for entry in _entries()]


def expected_models() -> list[ExpectedModel]:
    """All models with what TLC said of them."""
    found = []
    for entry in _entries():
        for model in entry["models"]:
            tlc = model.get("tlc") or {}
            counts = (tlc.get("generated"), tlc.get("distinct"), tlc.get("depth"))
            name, cfg, mode, result = entry["module"], model["cfg"], model["mode"], model["result"]
            found.append(ExpectedModel(name, cfg, mode, tlc.get("exit"), counts, tlc.get("cpu_s"), result))
    return found


def _entries() -> list[dict[str, Any]]:
    listing = EXAMPLES / "expected.json"
    return json.loads(listing.read_text(encoding="utf-8")) if listing.exists() else []
