"""What makes the embedded account serve: stand-ins for tasks, their targets, the edge.

`Runtime` is loaded on first use: a stand-in process imports this package too, and must not
pull in the whole emulator.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from solarrally_tui.simulator.runtime.core import Runtime

__all__ = ["Runtime"]


def __getattr__(name: str) -> Any:
    if name == "Runtime":
        from solarrally_tui.simulator.runtime.core import Runtime  # noqa: PLC0415 (see above)

        return Runtime
    raise AttributeError(name)
