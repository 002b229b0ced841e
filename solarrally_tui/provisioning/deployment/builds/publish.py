"""Gives a dashboard that was built to its viewers, once the tasks run that it fits."""

from collections.abc import Mapping
from typing import Any, Final

from solarrally_tui.aws.errors import Plain
from solarrally_tui.aws.poll import poll
from solarrally_tui.provisioning.deployment.builds.build_source import (
    BUILD_TAG_METADATA,
    FRONTEND_SHOWN,
    SHOWN_METADATA,
    frontend_folder,
)
from solarrally_tui.provisioning.deployment.builds.upload import object_metadata
from solarrally_tui.provisioning.deployment.context import Deployment
from solarrally_tui.provisioning.deployment.step_graph import FRONTEND
from solarrally_tui.provisioning.engine.steps import End, StepError

INDEX: Final = "index.html"
_LIMIT_SECONDS: Final = 1800.0


async def publish_page(deployment: Deployment) -> End:
    """Give the dashboard to its viewers, and let CloudFront drop what it has of an older one.

    An object in the artefact bucket says for which publication CloudFront did so, so that a run
    which ends between the two leaves it to the next one. Raises StepError, AwsError and
    StillWaitingError.
    """
    tag = deployment.ends.learnt(FRONTEND, str)
    page = await _served(deployment)
    copies = page is None or _tag(page) != tag
    if copies:
        await _copy(deployment, tag)
        page = await _served(deployment)
    invalidates = page is not None and await _invalidate(deployment, _publication(page))
    return End(copies or invalidates, tag)


async def _copy(deployment: Deployment, tag: str) -> None:
    """Copy the files of a build to the bucket that CloudFront reads, the page after its files.

    The files of older pages stay, because open pages still load them.
    """
    door, outputs, folder = deployment.door, deployment.outputs, frontend_folder(tag)
    artifacts = outputs["bootstrap"]["ArtifactBucketName"]
    listed = await door.pages("s3", "list_objects_v2", "Contents", Bucket=artifacts, Prefix=folder)
    names = {str(item["Key"]).removeprefix(folder) for item in listed}
    if INDEX not in names:
        raise StepError(_not_kept(tag))
    for name in (*sorted(names - {INDEX}), INDEX):
        await door.call(
            "s3",
            "copy_object",
            Bucket=outputs["build"]["WebBucketName"],
            Key=name,
            CopySource={"Bucket": artifacts, "Key": f"{folder}{name}"},
        )


async def _invalidate(deployment: Deployment, published: str) -> bool:
    """Invalidate the cache where that was not done since a publication; return whether it was."""
    door, outputs = deployment.door, deployment.outputs
    artifacts = outputs["bootstrap"]["ArtifactBucketName"]

    async def noted() -> dict[str, Any] | None:
        shown = await object_metadata(door, artifacts, FRONTEND_SHOWN)
        return shown if shown and shown.get(SHOWN_METADATA) == published else None

    if await noted():
        return False
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
    return True


async def _served(deployment: Deployment) -> Mapping[str, Any] | None:
    """Return what S3 says of the page that viewers get; None before there is one."""
    web = deployment.outputs["build"]["WebBucketName"]
    return await deployment.door.find("s3", "head_object", Bucket=web, Key=INDEX)


def _tag(page: Mapping[str, Any]) -> str:
    return str((page.get("Metadata") or {}).get(BUILD_TAG_METADATA, ""))


def _publication(page: Mapping[str, Any]) -> str:
    """Return which build was published, and when: the same build may be published twice."""
    return f"{_tag(page)}-{page['LastModified']:%Y%m%dT%H%M%S}"


def _not_kept(tag: str) -> Plain:
    return Plain(
        what="The files of the dashboard are missing in the artefact bucket. The page did not "
        "change.",
        why=f"Its build marked {frontend_folder(tag)} as complete, and somebody deleted it.",
        next=f"Delete frontend/{tag}.json in that bucket, then run the same command again. It "
        "builds the dashboard again.",
    )
