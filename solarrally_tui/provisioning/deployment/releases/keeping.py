"""Keeps what a deployment brought, so that a rollback finds it."""

from datetime import UTC, datetime

from solarrally_tui import __version__
from solarrally_tui.deployed import releases
from solarrally_tui.deployed.releases import Release
from solarrally_tui.provisioning.deployment.context import Deployment
from solarrally_tui.provisioning.deployment.step_graph import FRONTEND
from solarrally_tui.provisioning.engine.steps import End


async def keep(deployment: Deployment) -> End:
    """Keep the release that runs now, unless it is the newest one already. Raises AwsError.

    After a rollback, what was rolled back from is no release to return to: the one before it is
    that of the release that came back.
    """
    outputs = deployment.outputs
    bucket = outputs["bootstrap"]["ArtifactBucketName"]
    kept = await releases.read(deployment.door, bucket)
    newest = kept[0] if kept else None
    returned = deployment.release
    images = deployment.images
    release = Release(
        number=newest.number + 1 if newest else 1,
        previous=returned.previous if returned else newest.number if newest else 0,
        kept=datetime.now(UTC).replace(microsecond=0),
        version=__version__,
        site=deployment.site,
        app_image=images.app,
        broker_image=images.broker,
        page=deployment.ends.learnt(FRONTEND, str),
        database=outputs["data"]["DbInstanceId"],
    )
    if newest and newest.same_as(release):
        return End(False, newest.title)
    await releases.write(deployment.door, bucket, release)
    return End(True, release.title)
