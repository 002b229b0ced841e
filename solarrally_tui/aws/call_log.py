"""Counts the calls that a piece of work makes, so that their cost and their time can be shown."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from solarrally_tui.aws.errors import AwsError


@dataclass(frozen=True, slots=True)
class Call:
    """One call that was made."""

    service: str
    """boto3's name; https for a request to the site itself."""
    operation: str
    seconds: float
    parts: int = 1
    """What AWS counts in it: the metrics of GetMetricData, else the call."""
    error: AwsError | None = None
    """What AWS, or the way to it, answered instead."""


@dataclass(slots=True)
class CallLog:
    """The calls of one piece of work."""

    calls: list[Call] = field(default_factory=list)
    around: "CallLog | None" = None
    """The log of the work that this is a part of."""

    def note(self, call: Call) -> None:
        """Note a call, here and in the work around."""
        self.calls.append(call)
        if self.around is not None:
            self.around.note(call)


_LOG: ContextVar[CallLog | None] = ContextVar("calls", default=None)


@contextmanager
def counted() -> Iterator[CallLog]:
    """Count the calls of a block, and of the tasks that begin in it."""
    log = CallLog(around=_LOG.get())
    token = _LOG.set(log)
    try:
        yield log
    finally:
        _LOG.reset(token)


@contextmanager
def noted(service: str, operation: str, params: dict[str, Any] | None = None) -> Iterator[None]:
    """Note one call, whether AWS answers or not: a refused call is billed as well."""
    log, begun = _LOG.get(), time.monotonic()
    failed: AwsError | None = None
    try:
        yield
    except AwsError as error:
        failed = error
        raise
    finally:
        if log is not None:
            parts = len((params or {}).get("MetricDataQueries") or ()) or 1
            log.note(Call(service, operation, time.monotonic() - begun, parts, failed))
