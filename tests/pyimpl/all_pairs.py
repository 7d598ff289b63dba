"""The pairs there are, by `specs/manifest.toml`: `ALL` for what holds for each of them."""

from __future__ import annotations

import tomllib
from importlib import import_module
from pathlib import Path

from pyimpl.kernel import Protocol

SPECS = Path(__file__).parents[2] / "specs"
_MODELS = tomllib.loads((SPECS / "manifest.toml").read_text(encoding="utf-8"))["model"]
ALL: list[Protocol] = [
    import_module(f"pyimpl.{name}").PROTOCOL for name in dict.fromkeys(m["protocol"] for m in _MODELS)
]
