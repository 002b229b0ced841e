"""Services that must serve before their stack goes on, distributions that answer on loopback."""

import asyncio

from ministack.core.responses import get_region
from ministack.services import cloudfront

from solarrally_tui.simulator.pins import private
from solarrally_tui.simulator.resources.registry import Properties, ReturnValues
from solarrally_tui.simulator.runtime.core import Runtime
from solarrally_tui.simulator.stacks.resource_hooks import ResourceHooks

_distributions = private(cloudfront, "_distributions")

# Real seconds: a stand-in starts in a second or two, whatever the clock says.
_LIMIT = 120.0
_BREAKER = (
    'Resource handler returned message: "Error occurred during operation '
    "'ECS Deployment Circuit Breaker was triggered'. {reason}\" "
    "(HandlerErrorCode: GeneralServiceException)"
)


class RuntimeHooks:
    """Asks the runtime on behalf of stacks."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def declare(self, checks: ResourceHooks) -> None:
        """Declare what happens after a service or distribution is made."""
        checks.correct("AWS::ECS::Service", self._steady)
        checks.correct("AWS::CloudFront::Distribution", self._on_loopback)

    def _steady(self, made: ReturnValues, properties: Properties) -> ReturnValues:
        """A service is created when it is steady; otherwise its circuit breaker fails it."""
        _, attributes = made
        cluster = str(properties.get("Cluster", "default"))
        reason = asyncio.run(
            self._runtime.wait_serving(get_region(), cluster, attributes["Name"], _LIMIT)
        )
        if reason:
            raise ValueError(_BREAKER.format(reason=reason))
        return made

    def _on_loopback(self, made: ReturnValues, _properties: Properties) -> ReturnValues:
        """A distribution's name is the address of its own listener."""
        identifier, attributes = made
        address = self._runtime.distribution_address(identifier)
        _distributions[identifier]["DomainName"] = address
        return identifier, attributes | {"DomainName": address}
