"""Small specs to walk, and a way to write them down."""

from __future__ import annotations

from pathlib import Path

SPECS = {
    # a counter that goes up and down, and an action that can never happen
    "Steps": (
        "VARIABLES x\nInit == x = 0\nUp == x < 9 /\\ x' = x + 1\nDown == x > 0 /\\ x' = x - 1\n"
        "Never == x > 20 /\\ x' = 0\nNext == Up \\/ Down \\/ Never\nSpec == Init /\\ [][Next]_x\n"
        "Low == x < 5\nSmooth == [][x' - x < 2 /\\ x # 3]_x\nLevel == TLCGet(\"level\") < 30\n"
        "Inside == x < 4\nFive == x = 5 => Assert(FALSE, \"five\")\nOdd == x < 3 \\/ x = \"a\"\n"
        "Reaches == <>(x = 9)\nBroken == []<>(x < 3 \\/ x = \"a\")\nShown == [twice |-> 2 * x]\n"
        "Climbs == Spec /\\ SF_x(Up) /\\ WF_x(Down)\nLeaves == (x = 0) ~> (x = 2)\n"
        "Done == TLCGet(\"stats\").traces = 20\nSmall == TLCGet(\"level\") <= 101 /\\ TLCGet(\"diameter\") <= 20\n"
    ),
    # processes that take a step each, until all have
    "Turns": (
        "CONSTANT P\nVARIABLES done\nInit == done = {}\nGo(p) == p \\notin done /\\ done' = done \\cup {p}\n"
        "Next == \\E p \\in P : Go(p)\nSpec == Init /\\ [][Next]_done /\\ WF_done(Next)\nAll == <>(done = P)\n"
        "Two == \\A q \\in P : done # P \\ {q} \\/ q = CHOOSE p \\in P : TRUE\n"
        "One == ~ \\E p \\in P : done = {p}\nCatch == \\E p \\in P : [](p \\notin done)\n"
    ),
    # a dice: chance and registers
    "Dice": (
        "VARIABLES n\nInit == n = 0\nNext == n' = RandomElement(1 .. 6)\nSpec == Init /\\ [][Next]_n\n"
        "Six == n # 6\nCounted == TLCSet(1, n)\nQuit == TLCSet(\"exit\", n = 6)\n"
    ),
}
CONSTANTS = {"Turns": "CONSTANT P = {p1, p2, p3}\n"}


def write(folder: Path, name: str, cfg: str = "", spec: bool = True) -> Path:
    """The spec of that name, with these lines in its cfg."""
    path = folder / f"{name}.tla"
    path.write_text(f"---- MODULE {name} ----\nEXTENDS Integers, TLC\n{SPECS[name]}====\n")
    path.with_suffix(".cfg").write_text(f"{'SPECIFICATION Spec' if spec else ''}\n{CONSTANTS.get(name, '')}{cfg}\n")
    return path
