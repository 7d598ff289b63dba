"""`--checkpoint` and `--recover`: a search taken up again ends as if it had never stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from modelcheck import check
from modelcheck.cli import main
from modelcheck.errors import TlaError
from modelcheck.explore import lookup
from modelcheck.explore.bfs import Limits
from modelcheck.extras import Extras
from modelcheck.values import FALSE, TRUE, Int, ModelValue, encode, make_function, make_record
from modelcheck.values.decoding import decode_all

ROOT = Path(__file__).resolve().parents[2]

MAIL = """---- MODULE Mail ----
EXTENDS Naturals, Sequences, FiniteSets, TLC
CONSTANTS A, B, None
VARIABLES box, sent, last
vars == <<box, sent, last>>
Init == box = [p \\in {A, B} |-> <<>>] /\\ sent = {} /\\ last = None
Send(p, m) == /\\ Len(box[p]) < 2
              /\\ box' = [box EXCEPT ![p] = Append(@, [text |-> m, to |-> p])]
              /\\ sent' = sent \\cup {<<p, m>>}
              /\\ last' = p
Read(p) == box[p] # <<>> /\\ box' = [box EXCEPT ![p] = Tail(@)] /\\ UNCHANGED sent /\\ last' = Head(box[p]).to
Never == Cardinality(sent) > 9 /\\ UNCHANGED vars
Next == \\E p \\in {A, B} : Read(p) \\/ (\\E m \\in {"hi", "ho"} : Send(p, m)) \\/ Never
Spec == Init /\\ [][Next]_vars /\\ WF_vars(\\E p \\in {A, B} : Read(p))
Short == \\A p \\in {A, B} : Len(box[p]) < 3
Some == Cardinality(sent) < 4
Fewer == Cardinality(sent) < 3
Empties == []<>(box[A] = <<>>)
Sorry == <>(sent = {})
Counted == TLCSet(1, TLCGet(1) + 1)
Start == TLCSet(1, 0)
ASSUME Start
Total == TLCGet(1) = 491
Perms == Permutations({A, B})
====
"""


@pytest.fixture(params=["closures first", "quicker engines"])
def mail(request, tmp_path, monkeypatch):
    if request.param == "quicker engines":  # save, and take up what was saved, from the first states on
        monkeypatch.setattr(lookup, "WARM_UP", 0)
    (tmp_path / "Mail.tla").write_text(MAIL)
    monkeypatch.chdir(tmp_path)

    def write(cfg):
        (tmp_path / "Mail.cfg").write_text(f"SPECIFICATION Spec\nCONSTANTS A = A B = B None = None\n{cfg}\n")
        return "Mail.tla"

    return write


def seen(verdict):
    counts = verdict.counts
    shown = getattr(verdict, "behavior", None)
    states = None if shown is None else shown.states
    return (
        verdict.name, verdict.exit_code, getattr(verdict, "property_name", None), verdict.warnings, states,
        counts.generated, counts.distinct, counts.depth, counts.initial, counts.frontier,
    )  # fmt: skip


@pytest.mark.parametrize(
    "cfg",
    [
        "INVARIANT Short",
        "INVARIANT Some",
        "CONSTRAINT Fewer",
        "PROPERTY Empties",
        "PROPERTY Sorry",
        "SYMMETRY Perms",
        "VIEW vars",
        "CONSTRAINT Counted POSTCONDITION Total",
    ],
)
@pytest.mark.parametrize("limits", [Limits(states=20), Limits(depth=3), Limits(states=90)])
def test_search_in_two_parts_is_the_search(mail, cfg, limits):
    path = mail(cfg)
    whole = check(path)
    saved = Path("mail.ckpt")
    part = check(path, limits=limits, extras=Extras(checkpoint=saved))
    assert (part.name, part.exit_code) == ("stopped", 152)
    assert seen(check(path, extras=Extras(recover=saved))) == seen(whole)


def test_many_parts(mail):
    path, saved = mail("PROPERTY Empties"), Path("mail.ckpt")
    whole = check(path)
    extras, parts = Extras(checkpoint=saved), 0
    for limit in range(10, 1000, 30):
        verdict = check(path, limits=Limits(states=limit), extras=extras)
        extras = Extras(checkpoint=saved, recover=saved)
        parts += 1
        if verdict.name != "stopped":
            break
    assert parts > 5 and seen(verdict) == seen(whole)


def test_findings_are_kept(mail):
    path, saved = mail("INVARIANTS Fewer Some"), Path("mail.ckpt")
    whole = check(path, extras=Extras(keep_going=True))
    part = check(path, limits=Limits(states=100), extras=Extras(keep_going=True, checkpoint=saved))
    assert part.further[-1].name == "stopped"
    again = check(path, extras=Extras(keep_going=True, recover=saved))
    assert seen(again) == seen(whole) and again.repeated == whole.repeated
    assert [seen(v) for v in again.further] == [seen(v) for v in whole.further]


def test_saved_while_it_runs(mail):
    path, saved = mail("INVARIANT Short"), Path("mail.ckpt")
    ticks = []
    check(path, extras=Extras(checkpoint=saved, checkpoint_every_s=0.001), on_progress=lambda _: ticks.append(1))
    assert saved.exists() == bool(ticks)
    assert not Path("mail.ckpt.new").exists()


def test_interrupted_search_is_saved(mail):
    spec = MAIL.replace("Len(box[p]) < 2", "Len(box[p]) < 6")
    mail("INVARIANT Short")
    Path("Mail.tla").write_text(spec.replace("< 3\nSome", "< 10\nSome"))
    run = [sys.executable, "-m", "modelcheck", "check", "Mail.tla", "--quiet"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    saving = ["--engine", "closures", "--checkpoint", "c.zip", "--checkpoint-every", "0.1"]
    process = subprocess.Popen([*run, *saving], stdout=subprocess.PIPE, text=True, env=env)
    while not Path("c.zip").exists() and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=300)
    assert process.returncode == 153 and "Interrupted; nothing found so far." in out
    done = subprocess.run(
        [*run, "--recover", "c.zip", "--json"], capture_output=True, text=True, env=env, timeout=300, check=False
    )
    said = json.loads(done.stdout)
    assert (said["exit_code"], said["generated"], said["distinct"], said["depth"]) == (0, 163_577, 40_045, 17)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(28, "No space left on device"), (TlaError, "cannot write mail.ckpt: no space left on device")),
        (KeyboardInterrupt(), (KeyboardInterrupt, None)),
    ],
    ids=["full", "interrupted"],
)
def test_what_is_written_in_part_is_removed(mail, monkeypatch, error, told):
    path, saved = mail("INVARIANT Short"), Path("mail.ckpt")
    check(path, limits=Limits(states=20), extras=Extras(checkpoint=saved))
    before = saved.read_bytes()

    def written(out, search, rows, model):
        out.writestr("values.bin", b"x" * 10_000)
        raise error

    monkeypatch.setattr("modelcheck.explore.checkpoint._write", written)
    with pytest.raises(told[0], match=told[1]):
        check(path, limits=Limits(states=30), extras=Extras(checkpoint=saved))
    assert saved.read_bytes() == before
    assert sorted(file.name for file in Path().iterdir() if file.name.startswith("mail.ckpt")) == ["mail.ckpt"]


@pytest.mark.parametrize(
    ("old", "new", "cfg"),
    [("Len(box[p]) < 2", "Len(box[p]) < 1", ""), ("", "", "INVARIANT Some"), ("====", "\\* x\n====", "")],
)
def test_other_models_are_refused(mail, old, new, cfg):
    path, saved = mail("INVARIANT Short"), Path("mail.ckpt")
    check(path, limits=Limits(states=20), extras=Extras(checkpoint=saved))
    Path(path).write_text(MAIL.replace(old, new) if old else MAIL)
    mail(cfg or "INVARIANT Short")
    refused(path, Extras(recover=saved), "it is of another model")


@pytest.mark.parametrize("other", [{"invariants": ("TRUE",)}, {"view": "last"}, {"keep_going": True}])
def test_other_options_are_refused(mail, other):
    path, saved = mail("INVARIANT Short"), Path("mail.ckpt")
    check(path, limits=Limits(states=20), extras=Extras(checkpoint=saved))
    refused(path, Extras(recover=saved, **other), "it is of another model")


def refused(path, extras, why):
    with pytest.raises(TlaError) as caught:
        check(path, extras=extras)
    assert (caught.value.code, caught.value.exit_code) == ("U014", 151)
    assert why in caught.value.message


def test_damaged_files_are_refused(mail):
    path, saved = mail("INVARIANT Short"), Path("mail.ckpt")
    refused(path, Extras(recover=saved), "it cannot be read: no such file or directory")
    saved.write_bytes(b"PK nothing")
    refused(path, Extras(recover=saved), "it is damaged or no checkpoint")
    check(path, limits=Limits(states=20), extras=Extras(checkpoint=saved))
    with zipfile.ZipFile(saved) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    nodes, states = parts["nodes.bin"], parts["states.bin"]
    damaged = [
        ("values.bin", b"s\x05text"), ("atoms.bin", parts["atoms.bin"][:-1]), ("states.bin", states + b"\x09" * 8),
        ("states.bin", b"\xff\xff\x00\x00" + states[4:]), ("nodes.bin", nodes[:-4]), ("nodes.bin", nodes + bytes(8)),
        ("nodes.bin", b"\x07" + nodes[1:]), ("parents.bin", parts["parents.bin"][:-8]),
    ]  # fmt: skip
    for name, content in damaged:
        with zipfile.ZipFile(saved, "w") as out:
            for part, text in {**parts, name: content}.items():
                out.writestr(part, text)
        refused(path, Extras(recover=saved), "it is damaged or no checkpoint")
    with zipfile.ZipFile(saved, "w") as out:
        out.writestr("meta.json", json.dumps({**json.loads(parts["meta.json"]), "schema": "other/1"}))
    refused(path, Extras(recover=saved), "its format is 'other/1'")
    with zipfile.ZipFile(saved, "w") as out:
        out.writestr("meta.json", "[1]")
    refused(path, Extras(recover=saved), "it is damaged or no checkpoint")


def test_a_damaged_byte_is_refused_or_does_not_matter(mail):
    """One byte after another, in the zip file's headers and in what it packs: no error but U014, no other search."""
    path, saved = mail("INVARIANT Short"), Path("mail.ckpt")
    check(path, limits=Limits(states=20), extras=Extras(checkpoint=saved))
    whole, counts = saved.read_bytes(), check(path).counts
    counts = (counts.generated, counts.distinct, counts.depth)
    ends, refusals = [], 0
    for at in range(0, len(whole), 37):
        saved.write_bytes(whole[:at] + bytes([whole[at] ^ 0x11]) + whole[at + 1 :])
        try:
            found = check(path, extras=Extras(recover=saved)).counts
            ends.append((found.generated, found.distinct, found.depth))
        except TlaError as error:
            refusals += error.code == "U014"
    assert set(ends) <= {counts}
    assert refusals + len(ends) == len(range(0, len(whole), 37))
    assert refusals > len(ends)


def test_options_that_do_not_go_together(mail, capsys):
    path = mail("")
    for options in (["--dfs"], ["--coverage"]):
        assert main(["check", path, *options, "--checkpoint", "c.zip"]) == 151
        assert "cannot be used together with --checkpoint or --recover" in capsys.readouterr().err
    assert main(["check", path, "--checkpoint", "nowhere/c.zip"]) == 151
    assert "error U005" in capsys.readouterr().err


VALUES = [
    TRUE, FALSE, 0, -1, 255, 10**30, -(10**30), "", "text", "\u2203", ModelValue("m"), (), (1, (2, "x")), frozenset(),
    frozenset((1, 2)), frozenset((frozenset(), frozenset(("a",)))), make_record(("a", "b"), (1, (TRUE,))),
    make_function({3: "x", 5: frozenset((ModelValue("k"),))}), tuple(range(300)), "x" * 300, Int,
]  # fmt: skip


def test_values_are_read_back():
    assert list(decode_all(b"".join(map(encode, VALUES)))) == VALUES
    for value in VALUES:
        for cut in range(1, min(12, len(encode(value)))):
            if value != TRUE:
                with pytest.raises(ValueError):
                    list(decode_all(encode(value)[:-cut] or b"i"))
    with pytest.raises(ValueError):
        list(decode_all(b"?"))
