"""Records: what `dataclasses` gives, made so that a class costs some ten microseconds instead of a millisecond.

The packages define some three hundred records, of which one run uses a third; with the standard library's decorator
their making was half of the time that a small check takes. Here a class gets its slots at once, its `__init__` is
written when the first instance is made, and the other methods are shared closures over an `attrgetter`.

Takes and gives what `dataclasses.dataclass`, `field`, `fields`, `replace`, `is_dataclass` and `asdict` do, as far as
the packages use them: `frozen`, `eq`, `slots`, `repr`, `kw_only`; `default`, `default_factory`, `compare`, `repr` of
a field. To the type checker, and to the functions of `dataclasses`, they are dataclasses. Refuses (TypeError) what it
does not do: mutable defaults, a field without default after one with, assigning to a frozen record (AttributeError).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import Field, asdict, dataclass, field, fields, is_dataclass, replace
else:
    from operator import attrgetter

    MISSING = object()
    _MUTABLE = (list, dict, set)
    _inits = {}

    class Field:
        """One field of a record."""

        __slots__ = ("compare", "default", "default_factory", "init", "kw_only", "name", "repr", "type")

        def __init__(self, default=MISSING, default_factory=MISSING, repr=True, compare=True, init=True, kw_only=None):
            self.default, self.default_factory, self.init = default, default_factory, init
            self.repr, self.compare, self.kw_only = repr, compare, kw_only
            self.name = self.type = None

        @property
        def _field_type(self):
            """By this the functions of `dataclasses` know a field."""
            import dataclasses

            return dataclasses._FIELD

    _SLOT, _FUNCTION = type(Field.default), type(lambda: None)

    def field(*, default=MISSING, default_factory=MISSING, repr=True, compare=True, init=True, kw_only=None):
        """As `dataclasses.field`."""
        return Field(default, default_factory, repr, compare, init, kw_only)

    def fields(record):
        """The fields of a record or of its class, in order."""
        return tuple(record.__dataclass_fields__.values())

    def is_dataclass(thing):
        """Whether it is a record, or the class of one."""
        return hasattr(thing if isinstance(thing, type) else type(thing), "__dataclass_fields__")

    def replace(record, /, **changes):
        """A record like this one, with the changes."""
        for item in record.__dataclass_fields__:
            if item not in changes:
                changes[item] = getattr(record, item)
        return record.__class__(**changes)

    def asdict(record):
        """The fields by name; records, lists, tuples and dictionaries in them likewise."""
        import dataclasses

        return dataclasses.asdict(record)

    def dataclass(cls=None, /, *, frozen=False, eq=True, slots=False, repr=True, kw_only=False):
        """As `dataclasses.dataclass`."""

        def make(cls):
            return _make(cls, frozen, eq, slots, repr, kw_only)

        return make if cls is None else make(cls)

    def _make(cls, frozen, eq, slots, repr, kw_only):
        own = _own_fields(cls, kw_only)
        every = {}
        for base in cls.__mro__[-2:0:-1]:
            every |= base.__dict__.get("__dataclass_fields__", ())
        every |= own
        items = every.values()
        methods = {
            "__dataclass_fields__": every,
            "__match_args__": tuple([item.name for item in items if not item.kw_only]),
            "__init__": _first_init(every, frozen),
        }
        if repr:
            methods["__repr__"] = _repr
        if eq:
            _add_equality(methods, [item.name for item in items if item.compare], frozen)
        if frozen and cls.__setattr__ is not _refuse_set:
            methods |= _FROZEN
        if frozen and slots and getattr(cls, "__setstate__", None) is not _set_state:
            methods |= _KEPT
        named = cls.__dict__
        if not methods.keys().isdisjoint(named):
            methods = {name: method for name, method in methods.items() if name not in named or name == "__hash__"}
            if named.get("__hash__") is not None:
                methods.pop("__hash__", None)
        return _with_slots(cls, own, methods) if slots else _with(cls, own, methods)

    def _own_fields(cls, kw_only):
        """The fields that the class itself annotates."""
        own, named = {}, cls.__dict__
        for name, kind in named.get("__annotations__", {}).items():
            if str(kind).startswith(("ClassVar", "typing.ClassVar")):
                continue
            given = named.get(name, MISSING)
            item = given if given.__class__ is Field else Field(given)
            if item.default.__class__ in _MUTABLE:
                raise TypeError(f"mutable default of {cls.__name__}.{name}: use default_factory")
            item.name, item.type = name, kind
            if item.kw_only is None:
                item.kw_only = kw_only
            own[name] = item
        return own

    def _with(cls, own, methods):
        """The same class, completed."""
        for name, item in own.items():
            if item.default is not MISSING:
                setattr(cls, name, item.default)
            elif name in cls.__dict__:
                delattr(cls, name)
        for name, method in methods.items():
            setattr(cls, name, method)
        return cls

    def _with_slots(cls, own, methods):
        """The class again, with slots: they can be given only when a class is made."""
        taken = {slot for base in cls.__mro__[1:] for slot in base.__dict__.get("__slots__", ())}
        body = {name: part for name, part in cls.__dict__.items() if name not in own}
        body.pop("__dict__", None)
        body.pop("__weakref__", None)
        body |= methods
        body["__slots__"] = tuple(name for name in own if name not in taken)
        made = type(cls)(cls.__name__, cls.__bases__, body)
        made.__qualname__ = cls.__qualname__
        return made

    def _first_init(every, frozen):
        """An `__init__` that puts a written one in its place when it is first called."""

        written = None

        def __init__(self, *args, **kwargs):
            nonlocal written
            if written is None:
                owner = next(c for c in type(self).__mro__ if c.__dict__.get("__init__") is __init__)
                owner.__init__ = written = _write_init(owner, every, frozen)
            written(self, *args, **kwargs)

        return __init__

    def _write_init(owner, every, frozen):
        """The `__init__` of a record: that of all records of its shape, with the names of its fields."""
        used = {"MISSING": MISSING, "_set": object.__setattr__}
        slots = [getattr(owner, name, None) for name in every] if frozen else []
        how = "plain" if not frozen else "slot" if all(type(slot) is _SLOT for slot in slots) else "frozen"
        defaults, keyword_defaults, shape = [], {}, []
        for i, (name, item) in enumerate(every.items()):
            made = item.default_factory is not MISSING
            given = made or item.default is not MISSING
            if made:
                used[f"_make_{i}"] = item.default_factory
            if how == "slot":
                used[f"_set_{i}"] = slots[i].__set__
            if given and item.kw_only:
                keyword_defaults[name] = item.default  # MISSING, where one is made
            elif given:
                defaults.append(item.default)
            elif defaults and not item.kw_only:
                raise TypeError(f"non-default argument {name!r} follows default argument")
            shape.append((item.kw_only, given, made))
        code = _init_like(how, hasattr(owner, "__post_init__"), tuple(shape))
        names = {f"_{i}": name for i, name in enumerate(every)}
        renamed = {
            part: tuple([names.get(x, x) if type(x) is str else x for x in getattr(code, part)])
            for part in ("co_varnames", "co_names", "co_consts")
        }
        written = _FUNCTION(code.replace(**renamed), used, "__init__", tuple(defaults))
        written.__kwdefaults__ = keyword_defaults or None
        written.__qualname__ = f"{owner.__qualname__}.__init__"
        return written

    def _init_like(how, post, shape):
        """The code of an `__init__` whose fields are called _0, _1, …; compiling one takes long, so once a shape.

        `how` fields are set, whether `__post_init__` is called, and of each field whether it is given by keyword only,
        whether it has a default, and whether that is made by a factory.
        """
        known = _inits.get((how, post, shape))
        if known is not None:
            return known
        sides, body = ([], []), []
        for i, (keyword, given, made) in enumerate(shape):
            sides[keyword].append(f"_{i}=None" if given else f"_{i}")
            value = f"_make_{i}() if _{i} is MISSING else _{i}" if made else f"_{i}"
            sets = {"plain": "self._{0} = {1}", "slot": "_set_{0}(self, {1})", "frozen": "_set(self, '_{0}', {1})"}
            body.append(sets[how].format(i, value))
        if post:
            body.append("self.__post_init__()")
        positional, keyword = sides
        parameters = ", ".join(["self", *positional, *(["*", *keyword] if keyword else [])])
        names = {}
        exec(f"def __init__({parameters}):\n  " + "\n  ".join(body or ["pass"]), names)
        code = _inits[how, post, shape] = names["__init__"].__code__
        return code

    def _repr(self):
        shown = [f"{name}={getattr(self, name)!r}" for name, item in self.__dataclass_fields__.items() if item.repr]
        return f"{type(self).__qualname__}({', '.join(shown)})"

    def _add_equality(methods, names, frozen):
        values = _values_of(names)

        def __eq__(self, other):
            return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

        def __hash__(self):
            return hash(values(self))

        methods |= {"__eq__": __eq__, "__hash__": __hash__ if frozen else None}

    def _values_of(names):
        """The values of some fields, as a tuple."""
        if len(names) > 1:
            return attrgetter(*names)
        if not names:
            return lambda record: ()
        only = attrgetter(names[0])
        return lambda record: (only(record),)

    def _refuse_set(self, name, value):
        raise AttributeError(f"cannot assign to field {name!r} of a frozen record")

    def _refuse_delete(self, name):
        raise AttributeError(f"cannot delete field {name!r} of a frozen record")

    def _get_state(self):
        return [getattr(self, name) for name in self.__dataclass_fields__]

    def _set_state(self, state):
        for name, value in zip(self.__dataclass_fields__, state, strict=True):
            object.__setattr__(self, name, value)

    _FROZEN = {"__setattr__": _refuse_set, "__delattr__": _refuse_delete}
    _KEPT = {"__getstate__": _get_state, "__setstate__": _set_state}


__all__ = ["Field", "asdict", "dataclass", "field", "fields", "is_dataclass", "replace"]
