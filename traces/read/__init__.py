"""`tlapair read`: a protocol's spec and its implementation side by side, as one page of HTML that needs nothing else.

    page("raft")  -> str     the page
    index()       -> str     a page that leads to all of them

Data flows: texts (`spectext`, `codetext`) and recorded facts (`facts`, `samples`) → `pair`, which lines them up and
refuses what does not fit → `layout`, HTML. The same files give the same bytes.
"""

from __future__ import annotations

from traces.read.pages import index, page

__all__ = ["index", "page"]
