"""The pages in a real browser, where there is one: what they look like, and stepping through a trace by keyboard."""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
import zlib
from pathlib import Path

import pytest

from traces.read import page

BROWSER = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium")
DARK, LIGHT = "0", "1"


def browse(*arguments: str) -> str:
    """What the browser prints."""
    assert BROWSER is not None
    flags = ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-prefers-reduced-motion",
             "--virtual-time-budget=4000")  # fmt: skip
    done = subprocess.run([BROWSER, *flags, *arguments], capture_output=True, text=True, timeout=120, check=True)
    return done.stdout


@pytest.fixture(scope="module")
def raft(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pages") / "raft.html"
    path.write_text(page("raft", runs=1), encoding="utf-8")
    return path


def shot(page: Path, mark: str, width: int, height: int, theme: str = LIGHT) -> Path:
    """A picture of the page at that place; in a frame, as a picture of a page itself is always one of its top."""
    frame, picture = page.with_name("frame.html"), page.with_name(f"{width}-{theme}.png")
    style = f"border:0;width:{width}px;height:{height}px;display:block"
    frame.write_text(
        f"<body style='margin:0'><iframe src='{page.name}{mark}' style='{style}'></iframe>", encoding="utf-8"
    )
    browse(f"--window-size={width},{height}", f"--blink-settings=preferredColorScheme={theme}",
           "--allow-file-access-from-files", f"--screenshot={picture}", frame.as_uri())  # fmt: skip
    return picture


def pixels(path: Path) -> tuple[int, int, list[bytes]]:
    """Width, height and rows of a PNG of 8 bits a channel."""
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, body, head = 8, b"", b""
    while at < len(data):
        (size,) = struct.unpack(">I", data[at : at + 4])
        kind, chunk = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        head, body = (chunk, body) if kind == b"IHDR" else (head, body + chunk if kind == b"IDAT" else body)
        at += 12 + size
    width, height, depth, colour = struct.unpack(">IIBB", head[:10])
    assert depth == 8 and colour in (2, 6)
    step = 3 if colour == 2 else 4
    raw, stride = zlib.decompress(body), width * step + 1
    rows: list[bytes] = []
    before = bytearray(stride - 1)
    for y in range(height):
        before = _unfiltered(raw[y * stride], raw[y * stride + 1 : (y + 1) * stride], before, step)
        rows.append(bytes(before))
    return width, height, rows


def _unfiltered(kind: int, line: bytes, above: bytearray, step: int) -> bytearray:
    out = bytearray(line)
    for i in range(len(out)):
        a, b, c = (out[i - step] if i >= step else 0), above[i], (above[i - step] if i >= step else 0)
        if kind == 1:
            out[i] = out[i] + a & 255
        elif kind == 2:
            out[i] = out[i] + b & 255
        elif kind == 3:
            out[i] = out[i] + (a + b) // 2 & 255
        elif kind == 4:
            near = min((a, b, c), key=lambda v, p=a + b - c: abs(p - v))  # type: ignore[misc]
            out[i] = out[i] + near & 255
    return out


@pytest.mark.parametrize(("width", "theme"), [(1000, LIGHT), (1000, DARK), (480, LIGHT)])
def test_it_looks_like_something(raft: Path, width: int, theme: str) -> None:
    seen_width, height, rows = pixels(shot(raft, "#action-GrantVote", width, 300, theme))
    assert (seen_width, height) == (width, 300)
    step = len(rows[0]) // width
    colours = {row[i : i + 3] for row in rows[::7] for i in range(0, len(row), step)}
    assert len(colours) > 40, "text in several colours"
    corner = sum(rows[-1][:3]) / 3
    assert corner < 90 if theme == DARK else corner > 200
    lines = sum(1 for row in rows if len({row[i : i + 3] for i in range(0, len(row), step)}) > 3)
    assert lines > 150, "filled from top to bottom"


def pressed(page: Path, keys: list[str], begin: str) -> str:
    """What is in the page after these keys, the first of which goes to what has the focus then."""
    script = f"""<script>addEventListener("load", () => {{ {begin}
      for (const key of {keys!r}) document.activeElement.dispatchEvent(
        new KeyboardEvent("keydown", {{ key, bubbles: true, cancelable: true }})); }});</script></body>"""
    copy = page.with_name("pressed.html")
    copy.write_text(page.read_text(encoding="utf-8").replace("</body>", script), encoding="utf-8")
    return browse("--dump-dom", copy.as_uri())


BEGIN = 'document.querySelector("#trace-raft-storm .begin").click();'


def test_stepping_by_keyboard(raft: Path) -> None:
    dom = pressed(raft, ["ArrowRight", "ArrowRight", "ArrowLeft"], BEGIN)
    count = re.search(r'aria-live="polite">event 2 of (\d+)<', dom)
    assert count is not None and int(count[1]) > 20
    assert len(re.findall(r'<section class="action now"', dom)) == 1
    assert f"event {count[1]} of {count[1]}<" in pressed(raft, ["End"], BEGIN)


def test_escape_ends_it(raft: Path) -> None:
    dom = pressed(raft, ["ArrowRight", "Escape"], BEGIN)
    assert 'class="stepper"' not in dom and "action now" not in dom
    assert dom.count('class="begin"') == dom.count("<svg") == 4
