"""What several checks share, read once and kept for a while."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

T = TypeVar("T")


class Memo:
    """Keeps answers by name. A reading that failed is forgotten, so that the next one tries."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[float, asyncio.Task[Any]]] = {}

    async def kept(self, name: str, read: Callable[[], Awaitable[T]], seconds: float) -> T:
        """Return what was read at most so many seconds ago, else read it. Raises what read does.

        Shielded: several checks share a reading, and one that runs out of time must not end it.
        """
        at, task = self._kept.get(name, (0.0, None))
        if task is None or time.monotonic() - at > seconds or _failed(task):
            task = asyncio.ensure_future(_task(read))
            # Somebody has to read the error where every check that waited ran out of time.
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
            self._kept[name] = time.monotonic(), task
        return cast("T", await asyncio.shield(task))

    def seen(self, name: str) -> Any:
        """Return what was read last under a name; None where nothing was, or it failed."""
        task = self._kept[name][1] if name in self._kept else None
        return task.result() if task and task.done() and not _failed(task) else None

    def forget(self, *names: str) -> None:
        """Forget some answers; all of them where none is named."""
        for name in names or tuple(self._kept):
            self._kept.pop(name, None)


async def _task(read: Callable[[], Awaitable[T]]) -> T:
    return await read()


def _failed(task: "asyncio.Task[Any]") -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)
