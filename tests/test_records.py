"""Records behave as the standard library's dataclasses do: made side by side, compared operation by operation."""

import copy
import dataclasses
import pickle
import subprocess
import sys
from typing import ClassVar

import pytest

from modelcheck import records

OPTIONS = [
    {},
    {"slots": True},
    {"frozen": True},
    {"frozen": True, "slots": True},
    {"eq": False, "slots": True},
    {"eq": False, "slots": True, "repr": False},
    {"frozen": True, "slots": True, "kw_only": True},
]


def _pair(decorate, make_field, options):  # type: ignore[no-untyped-def]
    class Base:
        a: int
        b: str = make_field(default="b", compare=False, repr=False)
        kinds: ClassVar[int] = 7

        def double(self) -> int:
            return 2 * self.a

    Base = decorate(**options)(Base)

    class Derived(Base):  # type: ignore[misc, valid-type]
        """Said."""

        c: list[int] = make_field(default_factory=list)
        d: int = 4

    return Base, decorate(**options)(Derived)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_as_dataclasses(options: dict[str, bool]) -> None:
    ours = _pair(records.dataclass, records.field, options)
    theirs = _pair(dataclasses.dataclass, dataclasses.field, options)
    for mine, right in zip(ours, theirs, strict=True):
        assert mine.__match_args__ == right.__match_args__
        assert mine.__doc__ in (right.__doc__, None)
        assert [f.name for f in records.fields(mine)] == [f.name for f in dataclasses.fields(right)]
        assert [f.name for f in dataclasses.fields(mine)] == [f.name for f in dataclasses.fields(right)]
        one, other = mine(a=1), right(a=1)
        if options.get("repr", True):
            assert repr(one) == repr(other)
        assert (one == mine(a=1)) == (other == right(a=1))
        assert (one == mine(a=1, b="x")) == (other == right(a=1, b="x"))
        assert (one == mine(a=2)) == (other == right(a=2)) == False  # noqa: E712
        assert (one == object()) is False
        assert hasattr(one, "__dict__") == hasattr(other, "__dict__")
        assert (mine.__hash__ is None) == (right.__hash__ is None)
        if options.get("frozen") and mine is ours[0]:
            assert hash(one) == hash(mine(a=1, b="x"))
        assert (one.double(), one.kinds) == (2, 7)
        for changed in (records.replace(one, a=5), dataclasses.replace(one, a=5)):
            assert (changed.a, changed.b) == (5, "b")
        assert records.asdict(one) == dataclasses.asdict(other)
        assert records.is_dataclass(mine) and records.is_dataclass(one) and not records.is_dataclass(int)


@pytest.mark.parametrize("options", [o for o in OPTIONS if not o.get("kw_only")], ids=str)
def test_positions_and_defaults(options: dict[str, bool]) -> None:
    _, derived = _pair(records.dataclass, records.field, options)
    one, other = derived(1, "x", [3], 9), derived(1)
    assert (one.a, one.b, one.c, one.d) == (1, "x", [3], 9)
    assert other.c == [] and other.c is not derived(1).c
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'a'"):
        derived()
    with pytest.raises(TypeError, match="unexpected keyword argument 'z'"):
        derived(1, z=2)


def test_keywords_only() -> None:
    base, _ = _pair(records.dataclass, records.field, {"kw_only": True})
    with pytest.raises(TypeError, match="takes 1 positional argument but 2 were given"):
        base(1)


def test_frozen() -> None:
    base, _ = _pair(records.dataclass, records.field, {"frozen": True, "slots": True})
    one = base(1)
    with pytest.raises(AttributeError, match="cannot assign to field 'a'"):
        one.a = 2
    with pytest.raises(AttributeError, match="cannot delete field 'a'"):
        del one.a
    assert one.a == 1


def test_a_class_of_its_own_between() -> None:
    """A subclass that is no record itself, whose `__init__` calls the record's; made before and after the record."""
    base, _ = _pair(records.dataclass, records.field, {"slots": True})
    early = base.__init__

    class Between(base):  # type: ignore[misc, valid-type]
        def __init__(self) -> None:
            super().__init__(3)

    assert Between().a == 3
    late = base(8)
    early(late, 9)
    assert late.a == 9


def test_mutable_default() -> None:
    class Wrong:
        a: list[int] = []  # noqa: RUF012

    with pytest.raises(TypeError, match=r"mutable default of Wrong\.a"):
        records.dataclass(Wrong)


@records.dataclass(frozen=True, slots=True)
class Kept:
    """Can be pickled: it is found by its name."""

    a: int
    b: tuple["Kept", ...] = ()


def test_copies() -> None:
    one = Kept(1, (Kept(2),))
    assert pickle.loads(pickle.dumps(one)) == one
    assert copy.deepcopy(one) == copy.copy(one) == one
    assert {one: 1}[Kept(1, (Kept(2),))] == 1


def test_check_needs_no_dataclasses() -> None:
    """Nor `inspect`: they are what makes a start slow."""
    code = "import sys, modelcheck.cli, modelcheck.explore.lookup, modelcheck.check, modelcheck.commands.check; "
    code += "print([m for m in ('dataclasses', 'inspect') if m in sys.modules])"
    got = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert got.stdout.strip() == "[]"
