"""A bounded pool of daemon threads.

At exit, Python waits for the threads of an ordinary pool, but not for these.
"""

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
_Job = tuple["Future[Any]", Callable[[], Any]]


class DaemonPool(Executor):
    """Runs blocking calls. A call in progress never delays the end of the program."""

    def __init__(self, threads: int, name: str) -> None:
        self._limit = threads
        self._name = name
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._idle = threading.Semaphore(0)
        self._count = 0
        self._closed = False
        self.endings: set[asyncio.Future[Any]] = set()
        """What uses the pool and has to come to its end before that is shut down."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        """Queue a call and return its future.

        After shutdown it is cancelled, as calls that are still in the queue are: whoever closes the
        door, such as for other credentials, no longer wants what is asked through it.
        """
        future: Future[T] = Future()
        with self._lock:
            if self._closed:
                future.cancel()
                return future
            self._jobs.put((future, lambda: fn(*args, **kwargs)))
            if not self._idle.acquire(blocking=False) and self._count < self._limit:
                self._count += 1
                name = f"{self._name}_{self._count}"
                threading.Thread(target=self._work, name=name, daemon=True).start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002
        """Accept no more calls and let idle threads end. Never waits for calls in progress."""
        with self._lock:
            self._closed = True
            if cancel_futures:
                self._cancel_queued()
            for _ in range(self._count):
                self._jobs.put(None)

    def _cancel_queued(self) -> None:
        while True:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return
            if job is not None:
                job[0].cancel()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            future, run = job
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(run())
                except BaseException as error:  # noqa: BLE001 the future raises it where its result is awaited
                    future.set_exception(error)
            self._idle.release()
