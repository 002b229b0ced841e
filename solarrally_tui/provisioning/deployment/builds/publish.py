"""Makes a new dashboard visible at once: CloudFront drops what it still has of the old one."""

from typing import Any, Final

from solarrally_tui.aws.poll import poll
from solarrally_tui.provisioning.deployment.builds.build_source import (
    BUILD_TAG_METADATA,
    FRONTEND_SHOWN,
    SHOWN_METADATA,
)
from solarrally_tui.provisioning.deployment.builds.upload import object_metadata
from solarrally_tui.provisioning.deployment.context import Deployment
from solarrally_tui.provisioning.engine.steps import End

_LIMIT_SECONDS: Final = 1800.0


async def invalidate_cache(deployment: Deployment) -> End:
    """Invalidate the distribution's cache where that was not done since the last publication.

    An object in the artefact bucket says for which publication it was done, so that a run which
    ends between the two leaves it to the next one. Raises AwsError.
    """
    door, outputs = deployment.door, deployment.outputs
    artifacts = outputs["bootstrap"]["ArtifactBucketName"]
    published = await _publication(deployment)

    async def noted() -> dict[str, Any] | None:
        shown = await object_metadata(door, artifacts, FRONTEND_SHOWN)
        return shown if shown and shown.get(SHOWN_METADATA) == published else None

    if await noted():
        return End(False)
    distribution = outputs["edge"]["DistributionId"]
    response = await door.call(
        "cloudfront",
        "create_invalidation",
        DistributionId=distribution,
        InvalidationBatch={
            "Paths": {"Quantity": 1, "Items": ["/*"]},
            # With a reference that it knows, CloudFront returns the invalidation of then (API
            # reference, InvalidationBatch): the same commit published again needs another one.
            "CallerReference": published,
        },
    )
    invalidation = response["Invalidation"]["Id"]

    async def completed() -> bool | None:
        response = await door.call(
            "cloudfront", "get_invalidation", DistributionId=distribution, Id=invalidation
        )
        return True if response["Invalidation"]["Status"] == "Completed" else None

    await poll(completed, every=2.0, slowest=10.0, limit=_LIMIT_SECONDS)
    await door.once(
        "s3",
        "put_object",
        noted,
        Bucket=artifacts,
        Key=FRONTEND_SHOWN,
        Metadata={SHOWN_METADATA: published},
    )
    return End(True)


async def _publication(deployment: Deployment) -> str:
    """Return which build was published, and when: the same build may be published twice."""
    page = await deployment.door.call(
        "s3",
        "head_object",
        Bucket=deployment.outputs["build"]["WebBucketName"],
        Key="index.html",
    )
    tag = (page.get("Metadata") or {}).get(BUILD_TAG_METADATA, "")
    return f"{tag}-{page['LastModified']:%Y%m%dT%H%M%S}"
