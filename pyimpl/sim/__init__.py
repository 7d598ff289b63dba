"""A deterministic world for sans-I/O nodes: network, disks, clock and faults, all driven by one sequence of
choices."""

from pyimpl.sim.choices import Choices
from pyimpl.sim.disk import Disk
from pyimpl.sim.faults import ALL_FAULTS, DISK_FAULTS, FAULTS, Weather
from pyimpl.sim.run import Run, execute, run
from pyimpl.sim.world import Ask, World

__all__ = ["ALL_FAULTS", "DISK_FAULTS", "FAULTS", "Ask", "Choices", "Disk", "Run", "Weather", "World", "execute", "run"]
