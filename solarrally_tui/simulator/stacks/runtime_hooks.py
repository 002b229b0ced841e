"""Services that must be steady before their stack continues, and distributions that answer."""

import asyncio

from ministack.core.responses import get_region

from solarrally_tui.simulator.resources.registry import Properties, ReturnValues, handler_error
from solarrally_tui.simulator.runtime.core import Runtime
from solarrally_tui.simulator.runtime.rollouts import ALARM_DETECTED
from solarrally_tui.simulator.stacks.resource_hooks import ResourceHooks

# Real seconds: a stand-in starts in a second or two, however fast the clock.
_LIMIT = 120.0

_TRIGGERED = "Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'."


class RuntimeHooks:
    """Asks the runtime on behalf of stacks."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def declare(self, hooks: ResourceHooks) -> None:
        """Declare what follows the creation of a service or distribution."""
        hooks.correct("AWS::ECS::Service", self._steady)
        hooks.correct("AWS::CloudFront::Distribution", self._served)

    def _steady(self, values: ReturnValues, properties: Properties) -> ReturnValues:
        """A service is created when it is steady. Otherwise ECS has failed its deployment.

        CloudFormation's words for an alarm are not known; these are ECS's own.
        """
        _, attributes = values
        cluster = str(properties.get("Cluster", "default"))
        reason = asyncio.run(
            self._runtime.wait_steady(get_region(), cluster, attributes["Name"], _LIMIT)
        )
        if reason:
            breaker = (
                "Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'. "
            )
            words = reason if ALARM_DETECTED in reason else f"{breaker}{reason}"
            raise handler_error(words, "GeneralServiceException")
        return values

    def _served(self, values: ReturnValues, _properties: Properties) -> ReturnValues:
        """A distribution is created when it answers at its name."""
        self._runtime.serve_distribution(values[0])
        return values
