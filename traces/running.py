"""The command `tlapair run`: a protocol as processes of this machine, with clients and kills, and what came of it.

    tlapair run raft --load 6 --seconds 15 --kill 10
    tlapair run --client 127.0.0.1:40002 put x 1

Starts a process for each node; with `--load` lets clients ask and writes the history of what they heard; with `--kill`
kills nodes (SIGKILL) at random and starts them again. At the end merges the traces of the nodes, asks the spec whether
it allows them and the history whether it is linearizable: nothing that was acknowledged is lost.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelcheck.commands.arguments import Arguments, positive
from modelcheck.errors import EXIT_OK, EXIT_SAFETY, TlaError

if TYPE_CHECKING:
    from argparse import Namespace

    from pyimpl.net.cluster import Cluster
    from pyimpl.net.load import Done, Plan
    from pyimpl.net.services import Service
    from traces import lagging, linear
    from traces.event import Trace
    from traces.validate import Verdict

SECONDS = 10.0


def _seconds(text: str) -> float:
    number = float(text)
    if not 0 < number < 1e6:
        raise ValueError(text)
    return number


def _not_negative(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


_seconds.__name__ = "seconds"
_not_negative.__name__ = "number"


def _arguments() -> Arguments:
    parser = Arguments("tlapair run", "Run a protocol as processes of this machine; validate what they did.")
    parser.add_argument("protocol", metavar="PROTOCOL", nargs="?", help="raft, zab; see --list")
    parser.add_argument("words", metavar="WORD", nargs="*", help="with --client: what to say (default: standard input)")
    parser.add_argument("--nodes", type=positive, default=3, metavar="N", help="processes (default 3)")
    parser.add_argument("--dir", metavar="D", help="folder for records, traces and history (default: a new one)")
    parser.add_argument("--seconds", type=_seconds, metavar="S", help="how long (default: 10 with --load)")
    parser.add_argument("--commands", type=positive, metavar="N", help="end when each client has had N answers")
    parser.add_argument("--load", type=positive, metavar="N", help="let N clients ask")
    parser.add_argument("--kill", type=_not_negative, default=0, metavar="K", help="kill -9 K times, and start again")
    parser.add_argument("--seed", type=_not_negative, default=0, metavar="N", help="of what is asked and killed")
    parser.add_argument(
        "--pace", type=_seconds, default=2.0, metavar="X", help="the nodes' timeouts times X (default 2)"
    )
    parser.add_argument("--no-validate", action="store_true", help="merge the traces and leave it at that")
    parser.add_argument("--client", metavar="HOST:PORT,…", help="be a client of running nodes")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--list", action="store_true", help="list the protocols that can be run")
    return parser


def run(argv: Sequence[str]) -> int:
    """`tlapair run`; 0, or 12 when the trace or the history is refused."""
    parser = _arguments()
    options = parser.parse_args(argv)
    from pyimpl.net.services import SERVICES

    if options.list:
        print("\n".join(SERVICES))
        return EXIT_OK
    if options.client:
        said = [options.protocol, *options.words] if options.protocol else []
        return _be_client(options.client, said)
    if options.protocol is None:
        parser.error("PROTOCOL is missing")
    if options.words:
        parser.error(f"{options.words[0]!r} is said to nobody: --client is missing")
    return _run(options)


# ---- a client ----


def _be_client(where: str, words: list[str]) -> int:
    """Say the words, or each line of standard input; print the answers."""
    from pyimpl.net.client import Client

    servers = []
    for text in where.split(","):
        host, _, port = text.rpartition(":")
        if not host or not port.isdecimal():
            raise TlaError("U001", f"{text!r} is no HOST:PORT", mend="tlapair run --client 127.0.0.1:40002 put x 1")
        servers.append((host, int(port)))
    name = f"p{time.time_ns()}"

    async def talk() -> None:
        client = Client(name, servers)
        try:
            for line in [words] if words else map(str.split, sys.stdin):
                if line:
                    print(await _said(client, line), flush=True)
        finally:
            client.close()

    asyncio.run(talk())
    return EXIT_OK


async def _said(client: Any, words: list[str]) -> str:
    from pyimpl.net.client import Refused, Unanswered
    from pyimpl.net.speech import operation

    try:
        answer = await client.ask(operation(words), 10.0)
    except Unanswered as why:
        raise TlaError("T014", f"{why}; it may have been carried out", mend="are the nodes there?") from None
    except Refused as why:
        raise TlaError("U001", str(why), mend="tlapair run --client HOST:PORT put x 1") from None
    if isinstance(answer, dict) and "answer" in answer:
        answer = answer["answer"]
    return answer if isinstance(answer, str) else "none" if answer is None else json.dumps(answer)


# ---- the processes ----


@dataclass
class _Report:
    """What came of a run. `done` None: there was no load; `linear` and `verdict` None: not asked."""

    folder: Path
    done: Done | None = None
    linear: linear.Verdict | None = None
    lagging: lagging.InOrder | lagging.OutOfOrder | None = None
    verdict: Verdict | None = None
    trace: Trace | None = None

    @property
    def exit_code(self) -> int:
        """0, or 12."""
        refused = (
            (self.linear is not None and not self.linear.linearizable)
            or (self.lagging is not None and not self.lagging.in_order)
            or (self.verdict is not None and not self.verdict.accepted)
        )
        return EXIT_SAFETY if refused else EXIT_OK


def _run(options: Namespace) -> int:
    cluster = _cluster(options)
    say: Callable[[str], None] = (lambda text: None) if options.json else (lambda text: print(text, flush=True))
    say(f"{options.protocol}: {len(cluster.names)} processes in {cluster.folder}")
    for name in cluster.clients or cluster.names:
        host, port = cluster.where(name)
        say(f"  {name} listens to {'programs' if cluster.clients else 'clients'} at {host}:{port}")
    where = ",".join(f"{host}:{port}" for host, port in cluster.servers[: 1 if cluster.clients else None])
    say(f"  talk to them: tlapair run --client {where} {cluster.service.example}")
    report = _Report(cluster.folder)
    plan = _plan(options, cluster.service)
    cluster.start()
    try:
        with suppress(KeyboardInterrupt):
            report.done = drive(cluster, plan, say)
    finally:
        fallen = cluster.fallen()
        cluster.stop()
    if fallen:
        raise TlaError(
            "T014",
            f"{', '.join(fallen)} ended without being killed",
            notes=tuple((_last_line(cluster.folder / f"{name}.log"), None) for name in fallen),
        )
    judge(report, cluster, has_history=bool(options.load), validate=not options.no_validate)
    if options.json:
        print(json.dumps(_as_json(report, cluster), indent=2))
    else:
        print("\n".join(_as_text(report, cluster)))
    return report.exit_code


def _cluster(options: Namespace) -> Cluster:
    from pyimpl.net.cluster import Cluster

    service = service_of(options.protocol)
    try:
        names = service.names(options.nodes)
    except ValueError as error:
        raise TlaError("T014", str(error), mend="--nodes with a smaller number") from None
    folder = Path(options.dir or tempfile.mkdtemp(prefix=f"tlapair-{options.protocol}-"))
    if (folder / "cluster.json").exists():
        raise TlaError("T014", f"{folder} holds the records of another run", mend="give another --dir, or remove it")
    try:
        return Cluster(service, names, folder, options.pace, options.load or 2)
    except OSError as error:
        raise TlaError("T014", f"cannot write to {folder}: {(error.strerror or str(error)).lower()}") from None


def service_of(name: str) -> Service:
    """The service of a protocol. Raises TlaError T013."""
    from pyimpl.net.services import SERVICES
    from traces.event import did_you_mean

    if name not in SERVICES:
        raise TlaError(
            "T013",
            f"no processes can be made of {name!r}{did_you_mean(name, SERVICES)}",
            mend=f"they can of {', '.join(SERVICES)}",
        )
    return SERVICES[name]


def _plan(options: Namespace, service: Service) -> Plan:
    from pyimpl.net.load import Plan

    seconds = options.seconds
    if seconds is None and options.load and options.commands is None:
        seconds = SECONDS
    return Plan(
        clients=options.load or 0,
        seconds=seconds,
        commands=options.commands if options.load else None,
        kills=options.kill,
        seed=options.seed,
        reads=service.reads,
    )


def drive(cluster: Cluster, plan: Plan, say: Callable[[str], None] = lambda text: None) -> Done:
    """Carry out the plan on a running cluster; the history is in its folder."""
    from pyimpl.net.load import drive as work

    return asyncio.run(work(cluster, plan, cluster.folder / "history.ndjson", say))


def judge(report: _Report, cluster: Cluster, *, has_history: bool, validate: bool) -> None:
    """Ask history and spec."""
    from traces.history import read_history
    from traces.lagging import judge_lagging
    from traces.linear import linearize
    from traces.validate import validate as ask_spec

    if has_history:
        history = read_history(cluster.folder / "history.ndjson")
        report.linear = linearize(history)
        if history.object.lagging:
            report.lagging = judge_lagging(history)
    report.trace = merged(cluster)
    if report.trace is not None and validate:
        report.verdict = ask_spec(report.trace)


def merged(cluster: Cluster) -> Trace | None:
    """The traces of all nodes as one, written to trace.ndjson; None when nothing happened."""
    from traces.event import as_data, dumps, read_log, trace_of
    from traces.merge import merge

    logs = []
    for name in cluster.everyone:
        try:
            logs.append(read_log(cluster.trace(name)))
        except TlaError as error:
            if error.code not in ("T001", "T006"):  # it never started, or took no step
                raise
    if not logs:
        return None
    joined = merge(logs)
    events = [as_data(event) for event in joined.events]
    data = dict(joined.header.data)
    data["constants"] = data["constants"] | cluster.service.cover(cluster.everyone, events)
    path = cluster.folder / "trace.ndjson"
    path.write_text(dumps(data, events), encoding="utf-8", newline="\n")
    made = trace_of(data, events, str(path))
    return type(made)(made.name, made.header, made.events, made.file, joined.notes)


def _last_line(path: Path) -> str:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []
    return f"{path}: {lines[-1] if lines else 'empty'}"


# ---- reports ----


def _as_text(report: _Report, cluster: Cluster) -> list[str]:
    from traces import lagging, linear
    from traces.report import as_text

    out = []
    done = report.done
    if done is not None and report.linear is not None:
        out.append(
            f"load: {done.answered:,} commands answered in {done.seconds:.1f} s "
            f"({done.answered / max(done.seconds, 0.001):,.0f}/s), {done.unknown} of unknown outcome, "
            f"the longest wait {done.longest_s:.2f} s; {cluster.kills} times kill -9"
            + (f"; {done.closed} sessions closed under a command" if done.closed else "")
        )
    if report.linear is not None:
        out.append(linear.as_text(report.linear))
        if report.linear.linearizable:
            out.append("  nothing that was acknowledged is lost")
    if report.lagging is not None:
        out.append(lagging.as_text(report.lagging))
    if report.trace is None:
        out.append("no node took a step")
    else:
        out += report.trace.notes
    if report.verdict is not None:
        out.append(as_text(report.verdict))
    elif report.trace is not None:
        out.append(f"{report.trace.name}: {len(report.trace.events):,} events")
    return out


def _as_json(report: _Report, cluster: Cluster) -> dict[str, Any]:
    from traces import lagging, linear
    from traces.report import as_json

    out: dict[str, Any] = {
        "schema": "tlapair.run/1",
        "protocol": cluster.service.protocol,
        "nodes": list(cluster.names),
        "folder": str(report.folder),
        "kills": cluster.kills,
    }
    done = report.done
    if done is not None and report.linear is not None:
        out |= {
            "answered": done.answered,
            "unknown": done.unknown,
            "closed": done.closed,
            "seconds": round(done.seconds, 3),
            "per_second": round(done.answered / max(done.seconds, 0.001), 1),
            "longest_wait_s": round(done.longest_s, 3),
            "killed": [{"node": name, "after": after} for name, after in done.killed],
        }
    out["history"] = None if report.linear is None else linear.as_json(report.linear)
    if report.lagging is not None:
        out["reads"] = lagging.as_json(report.lagging)
    out["notes"] = list(report.trace.notes) if report.trace is not None else []
    out["trace"] = None if report.verdict is None else as_json(report.verdict)
    return out
