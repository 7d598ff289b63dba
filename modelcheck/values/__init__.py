"""Canonical TLA+ values: what they are in Python, their order, equality, printing, JSON and fingerprints.

| TLA+                                 | Python                                                           |
|--------------------------------------|------------------------------------------------------------------|
| TRUE, FALSE                          | `TRUE`, `FALSE` (class `Bool`; `v is TRUE`); never Python's bool |
| integers, strings                    | `int`, `str`                                                     |
| model values                         | `ModelValue(name)`, one object per name; `.type` or None         |
| finite sets                          | `frozenset`                                                      |
| tuples, sequences, functions on 1..n | `tuple` (`()` is the empty function)                             |
| records and all other functions      | `Fn`: `.shape` (`Shape`: `.keys .index .domain`), `.vals`, `.get` |
| sets not written out                 | `LazySet`: `Interval Nat Int Reals Strings AnySet PowerSet`      |
|                                      | `KSubsets FunctionSet RecordSet SeqSet BoundedSeqs CrossSet`     |
|                                      | `LazyCup LazyUnion LazyCap LazyDiff`                             |

Two values are equal in TLA+ exactly when they are equal in Python (lazy sets hash and compare as the
frozensets they stand for), so any value can be a dictionary key. Beware: `isinstance(v, int)` is false for
booleans; `len(f)` of an `Fn` is the size of its domain; `Fn` is not iterable.

- scalars: `boolean(b)`, `kind(v)` ('boolean', 'integer', 'string', 'model value', 'set', 'function')
- functions: `make_function(pairs)`, `function_from(domain, f)`, `make_record(names, vals)`,
  `record_shape(names)`, `apply(f, x)`, `except_(f, x, new)`, `domain(f)`, `domain_in_order(f)`,
  `pairs_in_order(f)`, `values_of(f)`
- sets: `make_set(items)`, `member(v, S)`, `subseteq`, `cup`, `cap`, `minus`, `big_union`, `cardinality(S)`,
  `is_finite(S)`, `is_set(v)`, `force(S)`, `elements(S)` (in TLC's order, lazily), `normalize(v)` (lazy sets
  inside written out)
- order and equality: `equal(a, b)` (E001 for values that cannot be compared), `compare(a, b)`, `ordered(S)`,
  `sort_elements(items)`, `sort_key(v)`, `intern_order(name)`, `reset_order()`
- text: `pretty(v)`, `pretty_lines(v, width)`, `show(v)` (shortened, for messages), `kind_phrase(v)`,
  `quote(s)`
- JSON: `to_itf`, `from_itf`, `to_json`, `from_json`; bytes: `encode(v)`, `fingerprint(v)` (64 bits)

The front end calls `reset_order()` before it reads a model and `intern_order(name)` for every name and string
in order of appearance; the order of enumeration, and so what CHOOSE picks, follows from it. Errors are
EvalError without a span.
"""

from modelcheck.values.encoding import encode, fingerprint
from modelcheck.values.functions import (
    Fn,
    LazyFn,
    Shape,
    apply,
    domain,
    domain_in_order,
    except_,
    function_from,
    is_function,
    make_function,
    make_record,
    pairs_in_order,
    record_shape,
    shape_of,
    values_of,
)
from modelcheck.values.itf import from_itf, from_json, to_itf, to_json
from modelcheck.values.lazy import (
    AnySet,
    BoundedSeqs,
    CrossSet,
    FunctionSet,
    Int,
    Interval,
    KSubsets,
    Named,
    Nat,
    PowerSet,
    Reals,
    RecordSet,
    SeqSet,
    Strings,
)
from modelcheck.values.lazybase import FORCE_MAX, LazySet
from modelcheck.values.lazycombined import LazyCap, LazyCup, LazyDiff, LazyUnion
from modelcheck.values.order import (
    compare,
    equal,
    incomparable,
    intern_order,
    key_places,
    ordered,
    reset_order,
    sort_elements,
    sort_key,
)
from modelcheck.values.printing import kind_phrase, pretty, pretty_lines, quote, show
from modelcheck.values.scalars import FALSE, TRUE, Bool, ModelValue, Value, boolean
from modelcheck.values.sets import (
    EMPTY,
    big_union,
    cap,
    cardinality,
    cup,
    elements,
    force,
    is_finite,
    is_set,
    kind,
    make_set,
    member,
    minus,
    need_set,
    normalize,
    subseteq,
)

BOOLEAN: frozenset[Value] = frozenset((FALSE, TRUE))

__all__ = [
    "BOOLEAN", "EMPTY", "FALSE", "FORCE_MAX", "TRUE", "AnySet", "Bool", "BoundedSeqs", "CrossSet", "Fn",
    "FunctionSet", "Int", "Interval", "KSubsets", "LazyCap", "LazyCup", "LazyDiff", "LazyFn", "LazySet", "LazyUnion",
    "ModelValue", "Named", "Nat", "PowerSet", "Reals", "RecordSet", "SeqSet", "Shape", "Strings", "Value",
    "apply", "big_union", "boolean", "cap", "cardinality", "compare", "cup", "domain", "domain_in_order",
    "elements", "encode", "equal", "except_", "fingerprint", "force", "from_itf", "from_json",
    "function_from", "incomparable", "intern_order", "is_finite", "is_function", "is_set", "key_places",
    "kind", "kind_phrase", "make_function", "make_record", "make_set", "member", "minus", "need_set",
    "normalize", "ordered", "pairs_in_order", "pretty", "pretty_lines", "quote", "record_shape",
    "reset_order", "shape_of", "show", "sort_elements", "sort_key", "subseteq", "to_itf", "to_json",
    "values_of",
]  # fmt: skip
