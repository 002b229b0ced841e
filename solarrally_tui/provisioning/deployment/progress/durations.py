"""How long the steps of a run take: documented, blended with what was measured here."""

import json
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from pathlib import Path
from statistics import median
from types import MappingProxyType
from typing import Final

from solarrally_tui.blueprints import CATALOGUE, of_shape
from solarrally_tui.computer.folders import state_folder
from solarrally_tui.provisioning.change.stack_step import JOINING
from solarrally_tui.provisioning.deployment.progress.forecast import USUAL, StepSoFar, forecast
from solarrally_tui.provisioning.deployment.step_graph import deployment
from solarrally_tui.provisioning.engine.events import WATCHED, Event, State
from solarrally_tui.provisioning.engine.narrator import STACK_TYPE
from solarrally_tui.site.atomic import write_atomically
from solarrally_tui.site.model import Site
from solarrally_tui.site.tiers import Egress, Shape

KEEP: Final = 10
"""Measurements that are remembered of each step and of each type of resource."""

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
        "functions": 90,
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

UPDATES: Final = MappingProxyType(
    {
        "balancer": 30,
        "data": 180,
        "app": 90,
        "edge": 180,
        "network": 40,
        "global": 30,
        "observe": 20,
    }
)
"""Seconds of a change to a stack that exists, from the same averages."""

DELETIONS: Final = MappingProxyType(
    {
        "edge": 360,
        "app": 80,
        "functions": 1800,
        "data": 250,
        "balancer": 40,
        "network": 80,
        "bootstrap": 30,
    }
)
"""Seconds of deleting a stack: our estimates, since no averages are published.

Lambda takes the network interfaces of a function back 20 to 45 minutes after it is gone.
"""

_LONGEST: Final = MappingProxyType(
    {
        "balancer": ("AWS::ElasticLoadBalancingV2::LoadBalancer", 116),
        "distribution": ("AWS::CloudFront::Distribution", 266),
        "data": ("AWS::RDS::DBInstance", 595),
        "app": ("AWS::ECS::Service", 119),
        "edge": ("AWS::CloudFront::VpcOrigin", 240),
    }
)
"""The resource that decides how long a step takes, and its own seconds: a new step is forecast with
what was measured of the type elsewhere."""

_CERTIFICATE, _NAT = 240, 110
_STANDBY: Final = 1.6
"""A database with a standby takes longer: our assumption."""
_SPREAD: Final = (0.85, 1.4)


@dataclass(frozen=True, slots=True)
class Measured:
    """What this computer has measured of a step, or of a type of resource."""

    seconds: float
    """The median."""
    count: int

    def blended(self, documented: float) -> float:
        """Return what to expect: what is documented counts as one measurement."""
        return (documented + self.count * self.seconds) / (1 + self.count)


def usual(site: Site, measured: Mapping[str, Measured]) -> dict[str, float]:
    """Return the seconds that each step of a first deployment of a site usually takes."""
    steps = deployment(site.size.shape).steps
    seconds = {step.id: float(TYPICAL.get(step.id, USUAL)) for step in steps}
    if site.size.multi_az:
        seconds["data"] *= _STANDBY
    tasks = site.size.shape is Shape.TASKS
    if tasks and site.size.egress is not Egress.PUBLIC_TASKS:
        seconds["network"] += _NAT
    if site.has_domain:
        seconds["global"] += _CERTIFICATE
        if tasks:
            seconds["balancer"] = max(seconds["balancer"], _CERTIFICATE)
    for step, documented in seconds.items():
        kind, own = _LONGEST.get(step, ("", 0))
        if known := measured.get(step):
            seconds[step] = known.blended(documented)
        elif known := measured.get(f"{kind} create"):
            seconds[step] = documented - own + known.blended(own)
    return seconds


def usual_changes(measured: Mapping[str, Measured]) -> dict[str, float]:
    """Return the seconds that changes of stacks that exist usually take, by step."""
    known = {step: measured.get(f"{step} update") for step in UPDATES}
    return {
        step: each.blended(UPDATES[step]) if each else UPDATES[step] for step, each in known.items()
    }


def usual_deletions(
    measured: Mapping[str, Measured], shape: Shape = Shape.TASKS
) -> dict[str, float]:
    """Return the seconds that deleting a site's stacks usually takes, by step.

    A site has none of the stacks that only the other shape has, which are looked for all the same.
    """
    own = {item.id for item in of_shape(shape)}
    others = {item.id for item in CATALOGUE} - own
    known = {key.removeprefix(_DESTROY): each for key, each in measured.items() if _DESTROY in key}
    steps = DELETIONS.keys() | known.keys()
    documented = {step: float(DELETIONS.get(step, USUAL)) for step in steps}
    return {
        step: known[step].blended(seconds) if step in known else seconds
        for step, seconds in documented.items()
    } | dict.fromkeys(others, 0.0)


def expected(
    site: Site, measured: Mapping[str, Measured], done: Collection[str] = ()
) -> tuple[float, float]:
    """Return the seconds that a first deployment usually takes, at least and at most.

    done: steps that an earlier try has done; what is left is usually faster.
    """
    graph = deployment(site.size.shape)
    over = {step: StepSoFar(0.0, is_over=True, changed=False) for step in done}
    longest = forecast(usual(site, measured), over, graph).seconds_left
    return longest * _SPREAD[0], longest * _SPREAD[1]


def durations_file() -> Path:
    """Return where this computer keeps how long steps took."""
    return state_folder() / "durations.json"


def read(path: Path) -> dict[str, Measured]:
    """Return what this computer has measured: of steps by id, of resources by type and verb."""
    return {
        key: Measured(median(values), len(values))
        for key, values in _stored(path).items()
        if values
    }


def remember(path: Path, seconds: Mapping[str, float]) -> None:
    """Add measurements of a run to the file. Raises OSError."""
    known = _stored(path)
    for key, value in seconds.items():
        known[key] = [*known.get(key, []), round(value, 1)][-KEEP:]
    write_atomically(path, json.dumps(known, indent=1, sort_keys=True))


@dataclass(slots=True)
class Timer:
    """Measures the steps and resources that a run really created or changed, from its events."""

    seconds: dict[str, float] = field(default_factory=dict)
    """By step, or by type and verb; of several resources of a type the longest."""
    destroys: bool = False
    """Whether the run deletes a site: its steps have the names of those that create it."""
    _began: dict[tuple[str, str], float] = field(default_factory=dict)
    _watches: bool = False
    """Whether the run only watches another one, and so comes in the middle."""

    def take(self, event: Event) -> None:
        """Note when something begins, and how long it took when it is done."""
        self._watches = self._watches or event.type == WATCHED
        if event.type == STACK_TYPE or self._watches:
            return
        place = event.stack or event.step, event.resource
        moment = datetime.fromisoformat(event.time).timestamp()
        if event.state is State.RUNNING:
            self._began.setdefault(place, moment)
            if event.reason.startswith(JOINING):  # nobody saw how long it had taken by then
                self._began[place] = inf
        elif event.state is State.DONE and place in self._began:
            took = moment - self._began.pop(place)
            if took < 0:
                return
            if not event.resource:
                changed = event.reason.startswith("UPDATE_")
                key = f"{event.step} update" if changed else event.step
                self.seconds[f"{_DESTROY}{key}" if self.destroys else key] = took
            elif event.type and event.reason in _VERBS:
                key = f"{event.type} {_VERBS[event.reason]}"
                self.seconds[key] = max(took, self.seconds.get(key, 0.0))

    def save(self, path: Path) -> None:
        """Keep the measurements. A disk that refuses them stops nothing."""
        with suppress(OSError):
            remember(path, self.seconds)


_DESTROY: Final = "destroy "
_VERBS: Final = MappingProxyType(
    {"CREATE_COMPLETE": "create", "UPDATE_COMPLETE": "update", "DELETE_COMPLETE": "delete"}
)


def _stored(path: Path) -> dict[str, list[float]]:
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return {str(step): [float(value) for value in values] for step, values in stored.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
