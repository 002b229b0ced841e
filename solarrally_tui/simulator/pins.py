"""MiniStack's private names that this extension reads or replaces, checked at every start.

They are few, and the version is pinned; a release that moves one of them must
be looked at by a person, so a missing name stops the account at its start.
"""

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

MINISTACK = "1.5.33"


class PinError(RuntimeError):
    """The installed MiniStack is not the one this extension was written for."""


def check_version() -> None:
    """Check the installed MiniStack.

    Raises:
        PinError: it is another version.
    """
    installed = version("ministack")
    if installed != MINISTACK:
        msg = f"The embedded account needs ministack {MINISTACK}, found {installed}."
        raise PinError(msg)


def private(holder: object, name: str) -> Any:
    """What a module or class of MiniStack keeps under a private name.

    Raises:
        PinError: it has no such name.
    """
    try:
        return getattr(holder, name)
    except AttributeError:
        where = getattr(holder, "__name__", repr(holder))
        msg = f"{where} of ministack {MINISTACK} lacks {name}."
        raise PinError(msg) from None


def replace(holder: object, name: str, make: Callable[[Any], Any]) -> None:
    """Replace a private name by what `make` returns for the present value.

    Raises:
        PinError: there is no such name.
    """
    setattr(holder, name, make(private(holder, name)))
