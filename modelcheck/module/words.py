"""The words of a module's text in order: they rank strings and model values as TLC does.

TLC compares strings and model values by when their text was first seen: the values of the cfg, then every word of
the modules in the order in which they are parsed, then the strings in the order in which modules are resolved.
CHOOSE and the order of traces depend on it. Takes the text of a module; gives its words and the modules it
instantiates. Comments, strings and operators spelt with letters (`\\in`) are not words.
"""

from __future__ import annotations

import re

from modelcheck.records import dataclass

# Captured: words, and where a comment begins that has another inside, or no end.
_TOKEN = re.compile(
    r'"(?:[^"\\\n]|\\.)*"|\\\*[^\n]*|\\[A-Za-z]+|\(\*(?:[^*(]++|\*(?!\))|\((?!\*))*+\*\)|(\(\*|[A-Za-z0-9_]+)'
)
_COMMENT = re.compile(r"\(\*|\*\)")


@dataclass(frozen=True, slots=True)
class Words:
    """`words`: in order, each once. `instantiated`: the names after INSTANCE, in order."""

    words: tuple[str, ...]
    instantiated: tuple[str, ...]


def words_of(text: str) -> Words:
    """The words of a module's text."""
    words: dict[str, None] = {}
    instantiated: dict[str, None] = {}
    at, after_instance = 0, False
    while at >= 0:
        begun, at = at, -1
        for found in _TOKEN.finditer(text, begun):
            word = found[1]
            if word is None:
                continue
            if word == "(*":
                at = _after_comment(text, found.end())
                break
            if after_instance:
                instantiated[word] = None
            after_instance = word == "INSTANCE"
            if word[:3] in ("WF_", "SF_"):
                word = word[3:]
            words[word] = None
    return Words(tuple(words), tuple(instantiated))


def _after_comment(text: str, at: int) -> int:
    depth = 1
    while depth:
        found = _COMMENT.search(text, at)
        if found is None:
            return len(text)
        depth += 1 if found.group() == "(*" else -1
        at = found.end()
    return at
