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
        for base in cls.__mro__[-1:0:-1]:
            every.update(getattr(base, "__dataclass_fields__", {}))
        every.update(own)
        methods = {"__dataclass_fields__": every}
        methods["__match_args__"] = tuple(name for name, item in every.items() if not item.kw_only)
        methods["__init__"] = _first_init(every, frozen)
        if repr:
            methods["__repr__"] = _repr_of([name for name, item in every.items() if item.repr])
        if eq:
            _add_equality(methods, [name for name, item in every.items() if item.compare], frozen)
        if frozen:
            methods |= {"__setattr__": _refuse_set, "__delattr__": _refuse_delete}
            if slots:
                methods |= {"__getstate__": _get_state, "__setstate__": _set_state}
        named = cls.__dict__
        methods = {name: method for name, method in methods.items() if name not in named or name == "__hash__"}
        if "__hash__" in methods and named.get("__hash__") is not None:
            del methods["__hash__"]
        return _with_slots(cls, own, methods) if slots else _with(cls, own, methods)

    def _own_fields(cls, kw_only):
        """The fields that the class itself annotates."""
        own = {}
        for name, kind in cls.__dict__.get("__annotations__", {}).items():  # noqa: RUF063 - `inspect` takes long to import
            if str(kind).startswith(("ClassVar", "typing.ClassVar")):
                continue
            given = cls.__dict__.get(name, MISSING)
            item = given if isinstance(given, Field) else Field(given)
            if isinstance(item.default, list | dict | set):
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
        names = {"MISSING": MISSING, "_set": object.__setattr__}
        positional, keyword, body = [], [], []
        for name, item in every.items():
            parameter = name
            if item.default_factory is not MISSING:
                names[f"_make_{name}"] = item.default_factory
                parameter += "=MISSING"
                value = f"_make_{name}() if {name} is MISSING else {name}"
            else:
                value = name
                if item.default is not MISSING:
                    names[f"_default_{name}"] = item.default
                    parameter += f"=_default_{name}"
            (keyword if item.kw_only else positional).append(parameter)
            body.append(f"_set(self, {name!r}, {value})" if frozen else f"self.{name} = {value}")
        if hasattr(owner, "__post_init__"):
            body.append("self.__post_init__()")
        parameters = ", ".join(["self", *positional, *(["*", *keyword] if keyword else [])])
        text = f"def __init__({parameters}):\n  " + "\n  ".join(body or ["pass"])
        exec(text, names)
        written = names["__init__"]
        written.__qualname__ = f"{owner.__qualname__}.__init__"
        return written

    def _repr_of(names):
        def __repr__(self):
            return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

        return __repr__

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


__all__ = ["Field", "asdict", "dataclass", "field", "fields", "is_dataclass", "replace"]
