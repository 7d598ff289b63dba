"""`specs/manifest.toml`: every bundled model and what it must give. The file's head tells what its fields mean."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One model. `module` and `config` are below the folder of specs; what the manifest does not state is None."""

    protocol: str
    module: str
    config: str
    verdict: str
    broken: bool
    property_name: str | None = None
    generated: int | None = None
    distinct: int | None = None
    depth: int | None = None
    length: int | None = None
    mutation: str | None = None
    about: str | None = None
    slow: bool = False

    @property
    def name(self) -> str:
        """Short and unique within a protocol: the cfg's name without `MC`."""
        stem = self.config.rsplit("/", 1)[-1].removesuffix(".cfg")
        return stem.removeprefix("MC")


@dataclass(frozen=True, slots=True)
class ProofEntry:
    """One inductive invariant: proved of `module` with `config`. `siblings`: of each broken sibling for which the proof
    fails, the action that breaks it."""

    protocol: str
    module: str
    config: str
    about: str
    siblings: dict[str, str] = field(default_factory=dict)
    slow: bool = False

    @property
    def name(self) -> str:
        """Short and unique within a protocol: the module's name."""
        return self.module.rsplit("/", 1)[-1].removesuffix(".tla")


@cache
def read_proofs() -> tuple[ProofEntry, ...]:
    """The bundled proofs, in the manifest's order."""
    from traces.places import specs_folder

    data: dict[str, Any] = tomllib.loads((specs_folder() / "manifest.toml").read_text(encoding="utf-8"))
    return tuple(ProofEntry(**entry) for entry in data.get("proof", ()))


@cache
def read_manifest() -> tuple[ModelEntry, ...]:
    """The bundled models, in the manifest's order."""
    from traces.places import specs_folder

    data: dict[str, Any] = tomllib.loads((specs_folder() / "manifest.toml").read_text(encoding="utf-8"))
    return tuple(
        ModelEntry(**{"property_name" if k == "property" else k: v for k, v in entry.items()})
        for entry in data["model"]
    )


def protocols_of(models: Iterable[ModelEntry]) -> tuple[str, ...]:
    """The protocols, in order of first mention."""
    return tuple(dict.fromkeys(model.protocol for model in models))
