"""The same nodes as real processes: TCP between them, a disk under each, a trace file beside it.

    wire      messages as bytes, and back
    store     durable records: SQLite, and one that loses and tears writes, for tests
    tracelog  the trace file of one node, which survives a kill at any moment
    host      runs one node: sockets, timers, store, trace
    services  which protocols can be run so, and how their clients speak
    cluster   starts the processes on this machine, kills and restarts them
    client    asks until it is answered
    load      clients by the dozen, and the history of what they asked and heard

What the nodes decide is in their own modules; here is only what they leave to the world.
"""
