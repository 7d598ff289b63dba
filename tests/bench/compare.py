"""Checks a list of models, optionally beside another checker, and writes a table and a plot.

    python tests/bench/compare.py [--models NAME|PATH.tla[:PATH.cfg] ...] [--tlc 'java -cp tla2tools.jar tlc2.TLC']
                                  [--workers 1 2] [--rounds N] [--out FOLDER]

Without `--models`: the models of the project's specs/ and, where the corpus is there, the visible ones of its list.
Each run is a process of its own; the two checkers take turns, so that both meet the same machine. Of several rounds the
fastest counts. FOLDER gets `bench.md`, `bench.json` and `bench.svg`: wall time of the whole process, ratio, states a
second, peak memory, bytes a distinct state (for a small model the wall time is the time to its verdict).

Exit codes and counts must agree: a model where they do not is marked, has no ratio, and the exit code is 1. Times are
only reported, never judged.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from math import exp, log
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT.parent / "shared" / "corpus" / "examples"

#: Models of the corpus; `module:cfg` where the cfg is not the one of the same name.
VISIBLE = (
    "lamport_mutex/MCLamportMutex",
    "transaction_commit/PaxosCommit",
    "PaxosHowToWinATuringAward/MCPaxos:PaxosHowToWinATuringAward/MCPaxosSmall.cfg",
    "KeyValueStore/MCKVS:KeyValueStore/MCKVSSafetySmall.cfg",
    "Bakery-Boulangerie/MCBakery",
    "ewd998/EWD998PCal",
    "MultiPaxos-SMR/MultiPaxos_MC:MultiPaxos-SMR/MultiPaxos_MC_small.cfg",
    "CheckpointCoordination/MCCheckpointCoordination",
    "CoffeeCan/CoffeeCan:CoffeeCan/CoffeeCan1000Beans.cfg",
    "DieHard/DieHard",
    "transaction_commit/TwoPhase",
    "ewd840/EWD840",
)
BASE_MB = 30.0  # what an interpreter with the modules takes before the first state


@dataclass
class Run:
    """One run of one checker. `seconds`: wall time of the process; `peak_mb`: its largest resident memory."""

    seconds: float
    peak_mb: float
    exit_code: int
    generated: int | None = None
    distinct: int | None = None
    depth: int | None = None
    engine: str = ""


@dataclass
class Line:
    """A model: the best run of ours, and of the other's."""

    model: str
    workers: int
    ours: Run
    other: Run | None = None

    @property
    def trouble(self) -> str:
        """Why the two runs cannot be compared; '' if they did the same. Counts of a run that ends early may differ."""
        if self.other is None:
            return ""
        if self.ours.exit_code != self.other.exit_code:
            return f"EXIT CODES {self.ours.exit_code} AND {self.other.exit_code}"
        if self.ours.exit_code:
            return ""
        ours, theirs = ((run.generated, run.distinct) for run in (self.ours, self.other))
        return "" if ours == theirs and None not in ours else "COUNTS DIFFER"

    @property
    def ratio(self) -> float | None:
        """How many times as long the other took, where both did the same."""
        return None if self.other is None or self.trouble else self.other.seconds / self.ours.seconds


def measure(command: list[str], folder: Path, limit_s: float) -> tuple[float, float, int, str]:
    """Seconds, peak megabytes, exit code and output of a process; it is ended after `limit_s` seconds (code 124)."""
    with tempfile.TemporaryFile("w+") as out:
        begin = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=subprocess.STDOUT)
        code: int | None = None
        while code is None:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                code = os.waitstatus_to_exitcode(status)
            elif time.perf_counter() - begin > limit_s:
                process.kill()
                _, _, usage = os.wait4(process.pid, 0)
                code = 124
            else:
                time.sleep(0.002)
        process.returncode = code
        seconds = time.perf_counter() - begin
        out.seek(0)
        return seconds, usage.ru_maxrss / 1024, code, out.read()


def run_ours(spec: Path, cfg: Path, workers: int, limit_s: float) -> Run:
    """Our check of a model."""
    command = [sys.executable, "-m", "modelcheck", "check", str(spec), "--config", str(cfg), "--json", "--quiet"]
    command += ["--workers", str(workers)]
    os.environ["PYTHONPATH"] = str(ROOT)
    seconds, peak, code, text = measure(command, spec.parent, limit_s)
    run = Run(seconds, peak, code)
    begin = text.find("{")
    if begin >= 0:
        try:
            said = json.JSONDecoder().raw_decode(text[begin:])[0]
        except ValueError:
            return run
        run.generated, run.distinct, run.depth = (said.get(k) for k in ("generated", "distinct", "depth"))
        run.engine = said.get("engine", "")
    return run


def run_other(tlc: str, spec: Path, cfg: Path, workers: int, limit_s: float) -> Run:
    """The other checker's check, in a scratch folder for what it writes."""
    with tempfile.TemporaryDirectory() as scratch:
        command = [*shlex.split(tlc), "-workers", str(workers), "-metadir", scratch, "-config", cfg.name, spec.name]
        seconds, peak, code, text = measure(command, spec.parent, limit_s)
    run = Run(seconds, peak, code, engine="other")
    counts = re.findall(r"([\d,]+) states generated.*?([\d,]+) distinct states found", text)
    if counts:
        run.generated, run.distinct = (int(part.replace(",", "")) for part in counts[-1])
    depth = re.search(r"depth of the complete state graph search is (\d+)", text)
    run.depth = int(depth[1]) if depth else None
    return run


def models(chosen: list[str]) -> list[tuple[str, Path, Path]]:
    """(name, module, cfg) of what was asked for, or of all that is there."""
    found = []
    for text in chosen or [*VISIBLE, *(str(p) for p in sorted((ROOT / "specs").glob("*/MC*.tla")))]:
        name, _, cfg = text.partition(":")
        path = Path(name) if name.endswith(".tla") else CORPUS / f"{name}.tla"
        config = Path(cfg) if cfg else path.with_suffix(".cfg")
        config = config if config.is_file() else CORPUS / config
        if path.is_file() and config.is_file():
            found.append((config.stem, path.resolve(), config.resolve()))
        elif chosen:
            raise SystemExit(f"{text}: no such module, or no cfg beside it")
    return found


def compare(options: argparse.Namespace) -> list[Line]:
    """Run everything, taking turns."""
    lines = []
    for name, spec, cfg in models(options.models):
        for workers in options.workers:
            ours: list[Run] = []
            other: list[Run] = []
            for _ in range(options.rounds):
                ours.append(run_ours(spec, cfg, workers, options.limit))
                if options.tlc:
                    other.append(run_other(options.tlc, spec, cfg, workers, options.limit))
            fastest = min(other, key=lambda run: run.seconds) if other else None
            lines.append(Line(name, workers, min(ours, key=lambda run: run.seconds), fastest))
            print(row(lines[-1]), flush=True)
    return lines


HEAD = (
    "| model | workers | generated | distinct | ours, s | other, s | ratio | states/s | peak MB | other MB | B/state |"
)


def row(line: Line) -> str:
    """A line of the table."""
    ours, other = line.ours, line.other
    rate = f"{ours.generated / ours.seconds:,.0f}" if ours.generated else "–"
    beyond = (ours.peak_mb - BASE_MB) * 2**20 / ours.distinct if ours.distinct and ours.distinct > 100_000 else None
    cells = [
        line.model + (f" ({line.trouble})" if line.trouble else ""),
        str(line.workers),
        f"{ours.generated:,}" if ours.generated is not None else f"exit {ours.exit_code}",
        f"{ours.distinct:,}" if ours.distinct is not None else "–",
        f"{ours.seconds:.2f}",
        f"{other.seconds:.2f}" if other else "–",
        f"{line.ratio:.1f}" if line.ratio else "–",
        rate,
        f"{ours.peak_mb:.0f}",
        f"{other.peak_mb:.0f}" if other else "–",
        f"{beyond:.0f}" if beyond is not None else "–",
    ]
    return "| " + " | ".join(cells) + " |"


def table(lines: list[Line]) -> str:
    """All lines, and the geometric mean of the ratios where the other took ten seconds or more."""
    text = [HEAD, "|" + " --- |" * HEAD.count(" |"), *map(row, lines)]
    long = [line.ratio for line in lines if line.other and line.ratio and line.other.seconds >= 10]
    if long:
        mean = exp(sum(log(ratio) for ratio in long) / len(long))
        text += [
            "",
            f"Geometric mean of the ratio where the other took at least 10 s: {mean:.1f} ({len(long)} models).",
        ]
    return "\n".join(text) + "\n"


def plot(lines: list[Line]) -> str:
    """Bars of seconds on a logarithmic axis, as SVG."""
    bars = [(f"{line.model} ({line.workers})", line.ours.seconds, line.other) for line in lines]
    longest = max([s for _, s, _ in bars] + [o.seconds for _, _, o in bars if o] + [10.0])

    def x(seconds: float) -> float:
        return 260 + 500 * (log(max(seconds, 0.1)) - log(0.1)) / (log(longest) - log(0.1))

    height = 40 + 34 * len(bars)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="800" height="{height}" '
        'font-family="sans-serif" font-size="12">'
    ]
    tick = 0.1
    while tick <= longest:
        out.append(f'<line x1="{x(tick):.0f}" x2="{x(tick):.0f}" y1="20" y2="{height}" stroke="#ddd"/>')
        out.append(f'<text x="{x(tick):.0f}" y="14" text-anchor="middle">{tick:g} s</text>')
        tick *= 10
    for i, (name, ours, other) in enumerate(bars):
        y = 30 + 34 * i
        out.append(f'<text x="250" y="{y + 16}" text-anchor="end">{name}</text>')
        out.append(f'<rect x="260" y="{y}" width="{x(ours) - 260:.0f}" height="12" fill="#2a6f97"/>')
        if other:
            out.append(f'<rect x="260" y="{y + 13}" width="{x(other.seconds) - 260:.0f}" height="12" fill="#c9a227"/>')
    return "\n".join([*out, "</svg>", ""])


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", nargs="*", default=[], metavar="NAME|PATH.tla[:PATH.cfg]")
    parser.add_argument("--tlc", metavar="COMMAND", help="the other checker's command, without options")
    parser.add_argument("--workers", nargs="*", type=int, default=[1])
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--limit", type=float, default=900.0, metavar="S", help="seconds a run may take")
    parser.add_argument("--out", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    print(HEAD)
    lines = compare(options)
    print("\n" + table(lines))
    if options.out is not None:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / "bench.md").write_text(table(lines), encoding="utf-8")
        (options.out / "bench.json").write_text(json.dumps([asdict(line) for line in lines], indent=2) + "\n")
        (options.out / "bench.svg").write_text(plot(lines), encoding="utf-8")
    return 0 if not any(line.trouble for line in lines) else 1


if __name__ == "__main__":
    raise SystemExit(main())
