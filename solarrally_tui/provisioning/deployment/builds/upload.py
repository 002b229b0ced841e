"""Uploads what the builds need to the artefact bucket, under its hash."""

from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.provisioning.deployment.builds import build_source
from solarrally_tui.provisioning.deployment.context import Run
from solarrally_tui.provisioning.engine.steps import End


async def upload(run: Run) -> End:
    """Put the zip of build specs and fixes where the builds look for it. Raises AwsError."""
    bucket, key = run.outputs["bootstrap"]["ArtifactBucketName"], build_source.source_key()
    if await object_metadata(run, bucket, key) is not None:
        return End(False)
    await run.door.call(
        "s3",
        "put_object",
        Bucket=bucket,
        Key=key,
        Body=build_source.archive(),
        ContentType="application/zip",
    )
    return End(True, key)


async def object_metadata(run: Run, bucket: str, key: str) -> dict[str, str] | None:
    """Return an object's own metadata, or None where there is no object. Raises AwsError."""
    try:
        told = await run.door.call("s3", "head_object", Bucket=bucket, Key=key)
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            return None
        raise
    return dict(told.get("Metadata") or {})
