"""How long a deployment takes: the critical path over each step's usual or measured seconds."""

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from statistics import median
from types import MappingProxyType
from typing import Final

from solarrally_tui.computer.folders import state_folder
from solarrally_tui.provisioning.deployment.step_graph import DEPLOYMENT
from solarrally_tui.provisioning.engine.events import Event, State
from solarrally_tui.site.atomic import write_atomically
from solarrally_tui.site.model import Site
from solarrally_tui.site.tiers import Egress

KEEP: Final = 10
"""Deployments that are remembered for each step."""

TYPICAL: Final = MappingProxyType(
    {
        "bootstrap": 130,
        "global": 30,
        "network": 60,
        "balancer": 140,
        "iot": 10,
        "build": 50,
        "image-build": 200,
        "frontend-build": 120,
        "distribution": 290,
        "data": 620,
        "app": 145,
        "edge": 410,
        "publish": 20,
        "observe": 20,
        "budget": 20,
        "trail": 60,
        "governance": 20,
        "verify": 20,
    }
)
"""Seconds of each step, from the averages that the tool rain forecasts with; not measured by us."""

_ACCEPTED: Final = MappingProxyType({"balancer": 10, "distribution": 20})
"""Seconds until AWS has accepted a step that others wait for. All others are quick about it."""

_USUAL: Final = 5.0
_CERTIFICATE, _NAT = 240, 110
_STANDBY: Final = 1.6
"""A database with a standby takes longer: our assumption."""
_SPREAD: Final = (0.85, 1.4)


def expected(site: Site, measured: Mapping[str, float]) -> tuple[float, float]:
    """Return the seconds that a first deployment usually takes, at least and at most.

    measured: seconds of steps as this computer measured them; they replace the typical ones.
    """
    seconds = {step: float(value) for step, value in TYPICAL.items()}
    if site.size.multi_az:
        seconds["data"] *= _STANDBY
    if site.size.egress is not Egress.PUBLIC_TASKS:
        seconds["network"] += _NAT
    if site.has_domain:
        seconds["global"] += _CERTIFICATE
        seconds["balancer"] = max(seconds["balancer"], _CERTIFICATE)
    seconds |= measured
    ends: dict[str, float] = {}
    accepted: dict[str, float] = {}
    for step in DEPLOYMENT.steps:
        met = [ends[need] for need in step.needs]
        met += [accepted[need] for need in step.needs_accepted]
        start, takes = max(met, default=0.0), seconds.get(step.id, _USUAL)
        ends[step.id] = start + takes
        accepted[step.id] = start + min(takes, _ACCEPTED.get(step.id, _USUAL))
    longest = max(ends.values())
    return longest * _SPREAD[0], longest * _SPREAD[1]


def durations_file() -> Path:
    """Return where this computer keeps how long steps took."""
    return state_folder() / "durations.json"


def read(path: Path) -> dict[str, float]:
    """Return the median seconds of each step that this computer has measured."""
    return {step: median(values) for step, values in _stored(path).items() if values}


def remember(path: Path, seconds: Mapping[str, float]) -> None:
    """Add the seconds of a deployment's steps to the file. Raises OSError."""
    known = _stored(path)
    for step, value in seconds.items():
        known[step] = [*known.get(step, []), round(value, 1)][-KEEP:]
    write_atomically(path, json.dumps(known, indent=1, sort_keys=True))


class Timer:
    """Measures the steps that a run really did, from its events."""

    def __init__(self) -> None:
        self._began: dict[str, float] = {}
        self.seconds: dict[str, float] = {}

    def take(self, event: Event) -> None:
        """Note when a step begins, and how long it took when it is done."""
        if event.resource:
            return
        if event.state is State.RUNNING:
            self._began.setdefault(event.step, time.monotonic())
        elif event.state is State.DONE and event.step in self._began:
            self.seconds[event.step] = time.monotonic() - self._began[event.step]

    def save(self, path: Path) -> None:
        """Keep the measurements. A disk that refuses them stops nothing."""
        with suppress(OSError):
            remember(path, self.seconds)


def _stored(path: Path) -> dict[str, list[float]]:
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return {str(step): [float(value) for value in values] for step, values in stored.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
