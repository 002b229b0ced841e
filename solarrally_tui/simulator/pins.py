"""MiniStack's private names, and the only way in which this package reads or replaces them.

The version of MiniStack is pinned, and every module binds the private names that it needs when it
is imported. A release that drops one of them therefore stops the account at its start, with the
name in the message, so that a person looks at it.
"""

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

MINISTACK = "1.5.33"

Record = dict[str, Any]
"""One entry of a MiniStack store, with MiniStack's own keys."""


class PinError(RuntimeError):
    """The installed MiniStack is not the one this extension was written for."""


def check_version() -> None:
    """Check the installed MiniStack. Raises PinError when it is another version."""
    installed = version("ministack")
    if installed != MINISTACK:
        msg = f"The simulated account needs ministack {MINISTACK}, but {installed} is installed."
        raise PinError(msg)


def private(holder: object, name: str) -> Any:
    """Read a private name of a module or class of MiniStack. Raises PinError when it is missing."""
    try:
        return getattr(holder, name)
    except AttributeError:
        where = getattr(holder, "__name__", repr(holder))
        msg = f"{where} of ministack {MINISTACK} lacks {name}."
        raise PinError(msg) from None


def replace(holder: object, name: str, make: Callable[[Any], Any]) -> None:
    """Replace a private name by what `make` returns for its present value.

    Raises PinError when there is no such name.
    """
    setattr(holder, name, make(private(holder, name)))


def replace_entry(holder: object, table: str, key: str, make: Callable[[Any], Any]) -> None:
    """Replace one entry of a private table by what `make` returns for its present value.

    Raises PinError when the table or the entry is missing.
    """
    entries = private(holder, table)
    if key not in entries:
        msg = f"{table} of ministack {MINISTACK} lacks {key}."
        raise PinError(msg)
    entries[key] = make(entries[key])


def scoped(store: Any) -> list[tuple[tuple[str, ...], Any]]:
    """Every record of a MiniStack store, under its (account, key) or (account, Region, key)."""
    return list(store.to_dict().items())
