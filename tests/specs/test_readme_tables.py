"""The tables of the README pages of `specs/` are those of the manifest, line by line."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

SPECS = Path(__file__).parents[2] / "specs"
MODELS: list[dict[str, Any]] = tomllib.loads((SPECS / "manifest.toml").read_text(encoding="utf-8"))["model"]


def table_of_models(protocol: str) -> list[str]:
    """The Markdown lines for the sound models of `protocol`."""
    lines = ["| Model | What | Generated | Distinct | Depth |", "|---|---|---:|---:|---:|"]
    for model in MODELS:
        if model["protocol"] == protocol and not model["broken"] and model["verdict"] != "holds":
            lines.append(f"| `{Path(model['config']).stem}` | {model['about']} | | | {model['length']} |")
        elif model["protocol"] == protocol and not model["broken"]:
            counts = f"{model['generated']:,} | {model['distinct']:,} | {model['depth']}"
            lines.append(f"| `{Path(model['config']).stem}` | {model['about']} | {counts} |")
    return lines


def table_of_broken(protocol: str) -> list[str]:
    """The Markdown lines for the broken siblings of `protocol`."""
    lines = ["| Sibling | Mistake | Violated | States to it |", "|---|---|---|---:|"]
    for model in MODELS:
        if model["protocol"] == protocol and model["broken"]:
            end = f"`{model['property']}` | {model['length']}"
            lines.append(f"| `{Path(model['module']).stem}` | {model['mutation']} | {end} |")
    return lines


def section(protocol: str, heading: str) -> list[str]:
    """The lines of the table under `heading` in the page of `protocol`."""
    page = (SPECS / protocol / "README.md").read_text(encoding="utf-8")
    after = page.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return [line for line in after.splitlines() if line.startswith("|")]


@pytest.mark.parametrize("protocol", sorted({model["protocol"] for model in MODELS}))
def test_tables_equal_the_manifest(protocol: str) -> None:
    assert section(protocol, "Models") == table_of_models(protocol)
    assert section(protocol, "Broken siblings") == table_of_broken(protocol)
