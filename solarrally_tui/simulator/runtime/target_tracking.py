"""Target tracking: scaling policies that add and remove tasks by the CPU of a service."""

import math
from dataclasses import dataclass
from typing import Final

from ministack.core.responses import request_scope
from ministack.services import ecs

from solarrally_tui.simulator.clock import Clock
from solarrally_tui.simulator.pins import Record, private, scoped
from solarrally_tui.simulator.runtime.scalable_targets import resource_id
from solarrally_tui.simulator.services.applicationautoscaling import record_activity
from solarrally_tui.simulator.services.cloudwatch import cpu_of_tasks
from solarrally_tui.simulator.services.registry import OPERATIONS, Caller

_services = private(ecs, "_services")
_update_service = private(ecs, "_update_service")

HIGH_MINUTES: Final = 3
"""How long the CPU is above the target before tasks are added: periods of a minute of AlarmHigh."""
LOW_MINUTES: Final = 15
"""How long it is below the lower threshold before tasks are removed: periods of AlarmLow."""
_LOW: Final = 0.9
"""The lower threshold, as a share of the target."""


@dataclass(slots=True)
class _Alarms:
    """What the two alarms of a policy have seen: since when each has been beyond its threshold."""

    minutes: int = 0
    is_high: bool = False
    is_low: bool = False
    acted_at: int | None = None

    def see(self, cpu: float, target: float, minutes: int) -> str:
        """Return the alarm that goes off with this minute, or nothing."""
        is_high, is_low = cpu > target, cpu < target * _LOW
        if (is_high, is_low) != (self.is_high, self.is_low):
            self.minutes, self.is_high, self.is_low = 0, is_high, is_low
        self.minutes += minutes
        if is_high and self.minutes >= HIGH_MINUTES:
            return "AlarmHigh"
        return "AlarmLow" if is_low and self.minutes >= LOW_MINUTES else ""


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
        name = "ScaleOutCooldown" if alarm == "AlarmHigh" else "ScaleInCooldown"
        return (self._minute - alarms.acted_at) * 60 >= int(rule.get(name, 300))

    def _set(
        self, caller: Caller, service: Record, policy: Record, alarm: str, capacity: int
    ) -> bool:
        """Set a capacity within the bounds of the target; return whether that changed anything."""
        where = {"ServiceNamespace": "ecs", "ResourceIds": [policy["ResourceId"]]}
        describe = OPERATIONS["application-autoscaling", "DescribeScalableTargets"]
        (bounds,) = describe(caller, where)["ScalableTargets"]
        capacity = min(max(capacity, bounds["MinCapacity"]), bounds["MaxCapacity"])
        if capacity == service["desiredCount"]:
            return False
        arn = service["serviceArn"]
        _update_service(
            {"cluster": service["clusterArn"], "service": arn, "desiredCount": capacity}
        )
        record_activity(caller, policy, alarm=alarm, capacity=capacity)
        return True
