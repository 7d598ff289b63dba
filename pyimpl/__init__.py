"""Implementations that are paired with specs: sans-I/O protocol nodes, and the world that runs them.

`kernel` is the vocabulary (actions, effects, nodes, mappings, protocols), `sim` a deterministic world, and
each protocol has a package of its own with `PROTOCOL` in it. Nothing here imports `modelcheck` or `traces`:
an implementation knows its spec by name only, and the join is made by `traces`.
"""
