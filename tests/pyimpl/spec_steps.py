"""The two specs' actions once more, as plain predicates on full states: an oracle for the events of a run.

`check(protocol, run)` returns None if each event is a step of the spec from the state of the event before
it, and else the number of the first event that is not, with the reason. It reads specs and events only,
never a node. The trace validator does this for any spec; this one is small enough to be believed, and
shares nothing with it.
"""

from __future__ import annotations

from typing import Any

State = dict[str, Any]


def plain(value: Any) -> Any:
    """JSON of a TLA+ value as a hashable Python value (records and functions as sorted pairs)."""
    if isinstance(value, dict):
        if "#set" in value:
            return frozenset(plain(v) for v in value["#set"])
        return tuple(sorted((k, plain(v)) for k, v in value.items()))
    if isinstance(value, list):
        return tuple(plain(v) for v in value)
    return value


def rec(**fields: Any) -> Any:
    return plain(fields)


def decode(variables: State) -> State:
    """Functions as dicts, sets as frozensets of plain values."""
    return {k: dict(v) if isinstance(v, dict) and "#set" not in v else plain(v) for k, v in variables.items()}


def but(state: State, **changes: Any) -> State:
    """`state` with changes; a change of a function is given as `{argument: value}`."""
    new = dict(state)
    for name, value in changes.items():
        new[name] = state[name] | value if isinstance(value, dict) else value
    return new


def send(state: State, **fields: Any) -> frozenset[Any]:
    return state["msgs"] | {rec(**fields)}


# ---- two-phase commit ----


def twophase_init(c: State) -> State:
    rms = c["RM"]["#set"]
    return {
        "rmLog": dict.fromkeys(rms, "empty"),
        "tmLog": "empty",
        "rmState": dict.fromkeys(rms, "working"),
        "tmState": "initial",
        "tmVotes": frozenset(),
        "msgs": frozenset(),
    }


def twophase_next(c: State, s: State, action: str, args: State) -> State | None:
    """The state after the action, None if it is disabled."""
    tm, r = s["tmState"], args.get("r")
    rm = s["rmState"].get(r)
    sent = s["msgs"].__contains__
    match action:
        case "Request" if tm == "initial":
            return but(s, tmState="waiting", msgs=send(s, type="Prepare"))
        case "CollectVote" if tm == "waiting" and sent(rec(type="VoteYes", rm=r)):
            return but(s, tmVotes=s["tmVotes"] | {r})
        case "DecideCommit" if tm == "waiting" and s["tmVotes"] == set(c["RM"]["#set"]):
            return but(s, tmLog="committed", tmState="committed", msgs=send(s, type="Commit"))
        case "DecideAbort" if tm in ("initial", "waiting"):
            return but(s, tmState="aborted", msgs=send(s, type="Abort"))
        case "Answer" if tm in ("committed", "aborted") and sent(rec(type="Ask", rm=r)):
            return but(s, msgs=send(s, type="Commit" if tm == "committed" else "Abort"))
        case "TMCrash" if tm != "down":
            return but(s, tmState="down", tmVotes=frozenset())
        case "TMRestart" if tm == "down":
            return but(s, tmState="committed" if s["tmLog"] == "committed" else "aborted")
        case "VoteYes" if rm == "working" and sent(rec(type="Prepare")):
            log = {r: "prepared"}
            return but(s, rmLog=log, rmState=log, msgs=send(s, type="VoteYes", rm=r))
        case "VoteNo" if rm == "working":
            log = {r: "aborted"}
            return but(s, rmLog=log, rmState=log, msgs=send(s, type="VoteNo", rm=r))
        case "LearnCommit" if rm == "prepared" and sent(rec(type="Commit")):
            return but(s, rmLog={r: "committed"}, rmState={r: "committed"})
        case "LearnAbort" if rm in ("working", "prepared") and sent(rec(type="Abort")):
            return but(s, rmLog={r: "aborted"}, rmState={r: "aborted"})
        case "Ask" if rm == "prepared":
            return but(s, msgs=send(s, type="Ask", rm=r))
        case "RMCrash" if rm not in (None, "down"):
            return but(s, rmState={r: "down"})
        case "RMRestart" if rm == "down":
            if s["rmLog"][r] == "empty":
                log = {r: "aborted"}
                return but(s, rmLog=log, rmState=log, msgs=send(s, type="VoteNo", rm=r))
            return but(s, rmState={r: s["rmLog"][r]})
    return None


# ---- Paxos ----


def paxos_init(c: State) -> State:
    acceptors = c["Acceptor"]["#set"]
    return {
        "maxBal": dict.fromkeys(acceptors, -1),
        "maxVBal": dict.fromkeys(acceptors, -1),
        "maxVal": dict.fromkeys(acceptors, "None"),
        "decided": frozenset(),
        "msgs": frozenset(),
    }


def allows(s: State, quorum: set[str], b: int, v: str) -> bool:
    msgs = [dict(m) for m in s["msgs"]]
    promises = [m for m in msgs if m["type"] == "1b" and m["bal"] == b and m["acc"] in quorum]
    told = [m for m in promises if m["mbal"] != -1]
    return {m["acc"] for m in promises} == quorum and (
        not told or any(m["mval"] == v and all(n["mbal"] <= m["mbal"] for n in told) for m in told)
    )


def paxos_next(c: State, s: State, action: str, args: State) -> State | None:
    """The state after the action, None if it is disabled."""
    a, b, v = args.get("a"), args["b"], args.get("v")
    sent = s["msgs"].__contains__
    quorums = [set(q["#set"]) for q in c["Quorum"]["#set"]]
    if b not in c["Ballot"]["#set"]:
        return None
    match action:
        case "Phase1a":
            return but(s, msgs=send(s, type="1a", bal=b))
        case "Phase1b" if sent(rec(type="1a", bal=b)) and b > s["maxBal"][a]:
            vote = {"mbal": s["maxVBal"][a], "mval": s["maxVal"][a]}
            return but(s, maxBal={a: b}, msgs=send(s, type="1b", acc=a, bal=b, **vote))
        case "Phase2a" if not any(sent(rec(type="2a", bal=b, val=w)) for w in c["Value"]["#set"]):
            if any(allows(s, q, b, v) for q in quorums):
                return but(s, msgs=send(s, type="2a", bal=b, val=v))
        case "Phase2b" if sent(rec(type="2a", bal=b, val=v)) and b >= s["maxBal"][a]:
            voted = send(s, type="2b", acc=a, bal=b, val=v)
            return but(s, maxBal={a: b}, maxVBal={a: b}, maxVal={a: v}, msgs=voted)
        case "Decide":
            if any(all(sent(rec(type="2b", acc=q, bal=b, val=v)) for q in quorum) for quorum in quorums):
                return but(s, decided=s["decided"] | {v})
    return None


INIT = {"twophase": twophase_init, "paxos": paxos_init}
NEXT = {"twophase": twophase_next, "paxos": paxos_next}


def check(run: Any) -> tuple[int, str] | None:
    """(index of the first event that is no step of the spec, why), or None."""
    protocol, constants = run.header["protocol"], run.header["constants"]
    state = INIT[protocol](constants)
    for index, event in enumerate(run.events):
        after = NEXT[protocol](constants, state, event["action"], event["args"])
        if after is None:
            return index, f"{event['action']} {event['args']} is not enabled"
        seen = decode(event["vars"])
        for name in seen:
            if seen[name] != after[name]:
                return index, f"{event['action']} {event['args']}: {name} is {seen[name]}, not {after[name]}"
        state = after
    return None
