"""Makes a new dashboard visible at once: CloudFront drops what it still has of the old one."""

from typing import Final

from solarrally_tui.aws.poll import poll
from solarrally_tui.provisioning.deployment.builds.build_source import build_tag
from solarrally_tui.provisioning.deployment.context import Deployment
from solarrally_tui.provisioning.deployment.step_graph import FRONTEND
from solarrally_tui.provisioning.engine.steps import End

_LIMIT_SECONDS: Final = 1800.0


async def invalidate_cache(deployment: Deployment) -> End:
    """Invalidate the distribution's cache where a new dashboard was published. Raises AwsError."""
    if not deployment.changed(FRONTEND):
        return End(False)
    distribution = deployment.outputs["edge"]["DistributionId"]
    response = await deployment.door.call(
        "cloudfront",
        "create_invalidation",
        DistributionId=distribution,
        InvalidationBatch={
            "Paths": {"Quantity": 1, "Items": ["/*"]},
            "CallerReference": build_tag(deployment.site.application.commit),
        },
    )
    invalidation = response["Invalidation"]["Id"]

    async def completed() -> bool | None:
        response = await deployment.door.call(
            "cloudfront", "get_invalidation", DistributionId=distribution, Id=invalidation
        )
        return True if response["Invalidation"]["Status"] == "Completed" else None

    await poll(completed, every=0.3, slowest=10.0, limit=_LIMIT_SECONDS)
    return End(True)
