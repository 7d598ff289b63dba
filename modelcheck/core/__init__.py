"""The spec-independent search core: packed states, exact seen set, rows looked up in tables.

`_core.c` is the compiled one (an optional extension, reached through ctypes).
"""
