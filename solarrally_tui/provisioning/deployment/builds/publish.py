"""Makes the new web page visible at once: what CloudFront still holds of the old one goes."""

from solarrally_tui.aws.poll import poll
from solarrally_tui.provisioning.deployment.builds.build_source import build_tag
from solarrally_tui.provisioning.deployment.builds.build_steps import FRONTEND_STEP
from solarrally_tui.provisioning.deployment.context import Run
from solarrally_tui.provisioning.engine.steps import End

_LIMIT_SECONDS = 1800.0


async def invalidate(run: Run) -> End:
    """Invalidate the distribution's cache where a new page was published. Raises AwsError."""
    if FRONTEND_STEP not in run.changed:
        return End(False)
    distribution = run.outputs["edge"]["DistributionId"]
    told = await run.door.call(
        "cloudfront",
        "create_invalidation",
        DistributionId=distribution,
        InvalidationBatch={
            "Paths": {"Quantity": 1, "Items": ["/*"]},
            "CallerReference": build_tag(run.site.application.commit),
        },
    )
    invalidation = told["Invalidation"]["Id"]

    async def completed() -> bool | None:
        now = await run.door.call(
            "cloudfront", "get_invalidation", DistributionId=distribution, Id=invalidation
        )
        return True if now["Invalidation"]["Status"] == "Completed" else None

    await poll(completed, every=0.3, slowest=10.0, limit=_LIMIT_SECONDS)
    return End(True)
