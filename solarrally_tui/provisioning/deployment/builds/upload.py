"""Uploads what the builds need to the artefact bucket, under its hash."""

from typing import Any

from solarrally_tui.aws.door import Door
from solarrally_tui.provisioning.deployment.builds import build_source
from solarrally_tui.provisioning.deployment.context import Deployment
from solarrally_tui.provisioning.engine.steps import End


async def upload_build_source(deployment: Deployment) -> End:
    """Put the zip of build specs and fixes where the builds look for it. Raises AwsError."""
    bucket = deployment.outputs["bootstrap"]["ArtifactBucketName"]
    key = deployment.facts.build_source_key

    async def uploaded() -> dict[str, Any] | None:
        return await deployment.door.find("s3", "head_object", Bucket=bucket, Key=key)

    if await uploaded() is not None:
        return End(False)
    await deployment.door.once(
        "s3",
        "put_object",
        uploaded,
        Bucket=bucket,
        Key=key,
        Body=build_source.archive(),
        ContentType="application/zip",
    )
    return End(True, key)


async def object_metadata(door: Door, bucket: str, key: str) -> dict[str, str] | None:
    """Return an object's own metadata, or None where there is no object. Raises AwsError."""
    response = await door.find("s3", "head_object", Bucket=bucket, Key=key)
    return None if response is None else dict(response.get("Metadata") or {})
