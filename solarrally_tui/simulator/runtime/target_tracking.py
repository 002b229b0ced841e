"""Target tracking: scaling policies that add and remove tasks by the CPU of a service."""

import math
from dataclasses import dataclass
from typing import Final

from ministack.core.responses import request_scope
from ministack.services import ecs

from solarrally_tui.simulator.clock import Clock
from solarrally_tui.simulator.pins import Record, private, scoped
from solarrally_tui.simulator.runtime.scalable_targets import bounds, resource_id
from solarrally_tui.simulator.services.applicationautoscaling import record_activity
from solarrally_tui.simulator.services.cloudwatch import cpu_of_tasks
from solarrally_tui.simulator.services.registry import OPERATIONS, Caller

_services = private(ecs, "_services")
_update_service = private(ecs, "_update_service")

_MINUTES: Final = {"AlarmHigh": 3, "AlarmLow": 15}
"""How long the CPU is beyond a threshold before tasks are added or removed: an alarm's periods."""
_COOLDOWNS: Final = {"AlarmHigh": "ScaleOutCooldown", "AlarmLow": "ScaleInCooldown"}
_LOW: Final = 0.9
"""The lower threshold, as a share of the target."""


@dataclass(slots=True)
class _Alarms:
    """What the two alarms of a policy have seen."""

    beyond: str = ""
    """The alarm whose threshold the CPU is beyond; empty for none."""
    minutes: int = 0
    """How long it has been."""
    acted_at: int | None = None

    def see(self, cpu: float, target: float, minutes: int) -> str:
        """Return the alarm that goes off with this minute, or nothing."""
        beyond = "AlarmHigh" if cpu > target else "AlarmLow" if cpu < target * _LOW else ""
        if beyond != self.beyond:
            self.beyond, self.minutes = beyond, 0
        self.minutes += minutes
        return beyond if beyond and self.minutes >= _MINUTES[beyond] else ""


class TargetTracking:
    """Sets the desired count of services as their policies ask for it.

    The thresholds and periods are those of the alarms that Application Auto Scaling creates for a
    policy (AWS, "How target tracking scaling for Application Auto Scaling works", and alarms as
    `describe-scaling-policies` shows them). A minute is one of the simulated clock; where nothing
    waits, each look is one. All calls block: use a thread.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._looked = clock.now()
        self._minute = 0
        self._alarms: dict[str, _Alarms] = {}

    def run_once(self) -> None:
        """Judge every policy once for each minute that has passed."""
        passed = 1 if self._clock.instant else int((self._clock.now() - self._looked) // 60)
        if not passed:
            return
        self._looked = self._clock.now()
        self._minute += passed
        for (account, region, _), service in list(scoped(_services)):
            if service["status"] == "ACTIVE" and service["desiredCount"]:
                caller = Caller(account, region)
                with request_scope(account, region):
                    self._judge(caller, service, passed)

    def _judge(self, caller: Caller, service: Record, minutes: int) -> None:
        where = {"ServiceNamespace": "ecs", "ResourceId": resource_id(service)}
        for policy in OPERATIONS["application-autoscaling", "DescribeScalingPolicies"](
            caller, where
        )["ScalingPolicies"]:
            rule = policy.get("TargetTrackingScalingPolicyConfiguration") or {}
            metric = rule.get("PredefinedMetricSpecification", {}).get("PredefinedMetricType")
            cpu = cpu_of_tasks(service["serviceName"])
            if metric != "ECSServiceAverageCPUUtilization" or cpu is None:
                continue
            alarms = self._alarms.setdefault(policy["PolicyARN"], _Alarms())
            target = float(rule["TargetValue"])
            alarm = alarms.see(cpu, target, minutes)
            if alarm and self._is_cool(alarms, rule, alarm):
                capacity = math.ceil(service["desiredCount"] * cpu / target)
                if self._set(caller, service, policy, alarm, capacity):
                    alarms.acted_at = self._minute

    def _is_cool(self, alarms: _Alarms, rule: Record, alarm: str) -> bool:
        if alarms.acted_at is None:
            return True
        return (self._minute - alarms.acted_at) * 60 >= int(rule.get(_COOLDOWNS[alarm], 300))

    def _set(
        self, caller: Caller, service: Record, policy: Record, alarm: str, capacity: int
    ) -> bool:
        """Set a capacity within the bounds of the target; return whether that changed anything."""
        least, most = bounds(caller)[policy["ResourceId"]]
        capacity = min(max(capacity, least), most)
        if capacity == service["desiredCount"]:
            return False
        where = {"cluster": service["clusterArn"], "service": service["serviceArn"]}
        _update_service(where | {"desiredCount": capacity})
        record_activity(caller, policy, alarm=alarm, capacity=capacity)
        return True
