"""The native engine: a model's formulas and action trees as a program of the interpreter in C (`core/_native.h`).

Takes the closures' engine; gives a program whose trees and formulas run over interned values. It answers only where it
is exact: `Unknown` says that the closures are to be asked, for that state. `load()` gives None where the interpreter
was not built.
"""

from __future__ import annotations

import ctypes as ct
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from modelcheck.core.library import library_of
from modelcheck.engine.closures import ClosureEngine
from modelcheck.engine.nativeops import STATE, TARGET, Nodes, Steps, Unsuitable, has_part, recurs
from modelcheck.engine.nativevalues import Unknown, Words, check
from modelcheck.engine.protocol import State
from modelcheck.engine.runtime import CONTEXT, UNSET, Frame
from modelcheck.errors import EvalError
from modelcheck.ir import flow, ops
from modelcheck.values import Value

__all__ = ["NativeProgram", "Unknown", "Unsuitable", "load"]


@cache
def load() -> Any:
    """The shared library, or None."""
    lib = library_of("_native")
    if lib is None:
        return None
    for name in ("native_new", "native_node"):
        getattr(lib, name).restype = ct.c_void_p
    for name in ("native_word", "native_bytes", "native_between"):
        getattr(lib, name).restype = ct.c_uint64
    lib.native_steps.restype = ct.c_int64
    lib.native_why.restype = ct.c_char_p
    lib.native_count.restype = ct.c_uint32
    return lib


class NativeProgram:
    """The native form of a model: add trees and formulas, then run them. `handle` is what C calls a Prog.

    `missing`: ops without native code that were met; where they are reached, the answer is `Unknown`.
    """

    def __init__(self, engine: ClosureEngine) -> None:
        """`Unsuitable` where the interpreter was not built; MemoryError."""
        self.lib = load()
        if self.lib is None:
            raise Unsuitable("the native interpreter was not built")
        self.engine = engine
        self.facts = engine.exprs.facts
        self.width = len(engine.variables)
        self.missing: list[str] = []
        self.handle = ct.c_void_p(self.lib.native_new(self.width))
        if not self.handle:
            raise MemoryError
        self.words = Words(self.lib, self.handle)
        self._names: dict[tuple[str, int], bool] = {}
        self._kept: list[Any] = []  # ops and nodes lowered: their identity stands for them
        self._failing: set[int] = set()
        self._room = 256

    def close(self) -> None:
        """Give the memory back."""
        if self.handle:
            self.lib.native_free(self.handle)
            self.handle = ct.c_void_p(None)

    def __del__(self) -> None:
        if getattr(self, "handle", None):
            self.close()

    # ---- building ----

    def add_tree(self, tree: flow.ActionTree) -> int:
        """The number of an action tree. `Unsuitable` if it cannot be run natively."""
        self._kept.append(tree)
        nodes = Nodes(self, self.facts, tree.root, tree.frame_size)
        steps = Steps(nodes, STATE if tree.is_init else TARGET, self.width)
        if tree.is_init or not steps.remembers(tree.root):
            root = steps.node(tree.root)
        else:
            nodes.remembered = True
            root = steps.arms(tree.root)
        return check(self.lib.native_add_tree(self.handle, ct.c_void_p(root), nodes.size, int(tree.is_init)))

    def add_formula(self, formula: ops.Formula) -> int:
        """The number of a formula. `Unsuitable` if there is no native code for its outermost op."""
        self._kept.append(formula)
        before = len(self.missing)
        nodes = Nodes(self, self.facts, formula.body, formula.frame_size)
        nodes.remembered = not has_part(formula.body, (ops.Composed,))
        root = nodes.test(formula.body)
        if len(self.missing) > before and root in self._failing:
            raise Unsuitable(self.missing[-1])
        return check(self.lib.native_add_formula(self.handle, ct.c_void_p(root), nodes.size))

    def add_permutation(self, mapping: Mapping[Value, Value]) -> int:
        """The number of a permutation of model values or strings."""
        given = [(self.words.word(a), self.words.word(b)) for a, b in mapping.items()]
        n = len(given)
        sides = [(ct.c_uint64 * max(1, n))(*[pair[i] for pair in given]) for i in range(2)]
        return check(self.lib.native_add_permutation(self.handle, ct.c_uint32(n), *sides))

    def finish(self) -> None:
        """Nothing more will be added."""

    # ---- for lowering ----

    def node(self, op: str, kids: Sequence[int], numbers: Sequence[int], constant: int) -> int:
        """The address of a new node."""
        made = self.lib.native_node(
            self.handle, op.encode(),
            len(kids), (ct.c_void_p * max(1, len(kids)))(*kids),
            len(numbers), (ct.c_int64 * max(1, len(numbers)))(*numbers),
            ct.c_uint64(constant),
        )  # fmt: skip
        if not made:
            raise MemoryError
        return int(made)

    def has(self, name: str, arity: int) -> bool:
        """Whether there is native code for an operator of a standard module."""
        known = self._names.get((name, arity))
        if known is None:
            known = self._names[name, arity] = bool(self.lib.native_known(name.encode(), arity))
        return known

    def failing(self, why: str) -> int:
        """A node that tells nothing when it is reached."""
        node = self.node("fail", (), (), 0)
        self.lib.native_name(ct.c_void_p(node), why.encode())
        self._failing.add(node)
        return node

    def set_kid(self, node: int, i: int, kid: int) -> None:
        """Give a node a kid that was made after it."""
        self.lib.native_kid(ct.c_void_p(node), i, ct.c_void_p(kid))

    def settled(self, op: ops.Op) -> int | None:
        """The word of a constant, evaluated by the closures; None where they meet an error, or might not end."""
        read = self.engine.exprs.value(op)
        if not getattr(read, "kept", None) and recurs(op):
            return None
        frame: Frame = [UNSET] * 512
        frame[CONTEXT] = self.engine.context
        try:
            return self.words.word(read(frame))
        except (EvalError, RecursionError, Unknown, IndexError):
            return None

    # ---- values ----

    def id_of(self, value: Value) -> int:
        """The id of a value; `Unknown` if the interpreter cannot hold it."""
        out = ct.c_uint32()
        check(self.lib.native_id(self.handle, ct.c_uint64(self.words.word(value)), ct.byref(out)))
        return int(out.value)

    def value_of(self, number: int) -> Value:
        """The value with this id."""
        return self.words.value(int(self.lib.native_word(self.handle, ct.c_uint32(number))))

    @property
    def why(self) -> str:
        """What was not told last: an op, or a place in the interpreter."""
        line = ct.c_int()
        text = self.lib.native_why(self.handle, ct.byref(line)).decode()
        return f"{text}:{line.value}" if line.value else text

    # ---- running ----

    def _ids(self, state: State | None) -> Any:
        return None if state is None else (ct.c_uint32 * max(1, self.width))(*map(self.id_of, state))

    def run(self, tree: int, state: State | None) -> list[tuple[State, int]]:
        """Every successor (initial state if `state` is None) with its action, in order. `Unknown`."""
        given = self._ids(state)
        while True:
            out = (ct.c_int32 * (self._room * (self.width + 1)))()
            n = check(self.lib.native_steps(self.handle, tree, given, out, ct.c_int64(self._room)))
            if n <= self._room:
                break
            self._room = n
        step = self.width + 1
        return [
            (tuple([self.value_of(out[i]) for i in range(at, at + self.width)]), out[at + self.width])
            for at in range(0, n * step, step)
        ]

    def test(self, formula: int, state: State | None, target: State | None = None) -> bool:
        """The truth of a formula. `Unknown`."""
        return bool(check(self.lib.native_test(self.handle, formula, self._ids(state), self._ids(target))))

    def value(self, formula: int, state: State | None, target: State | None = None) -> Value:
        """The value of a formula. `Unknown`."""
        out = ct.c_uint32()
        check(self.lib.native_value(self.handle, formula, self._ids(state), self._ids(target), ct.byref(out)))
        return self.value_of(out.value)

    def permuted(self, permutation: int, value: Value) -> Value:
        """A value with its atoms exchanged."""
        out = ct.c_uint32()
        check(self.lib.native_permuted(self.handle, permutation, ct.c_uint32(self.id_of(value)), ct.byref(out)))
        return self.value_of(out.value)
