"""The two builds: images of the task, and the web page. Each first looks whether it is there."""

from collections.abc import Mapping
from typing import Final

from solarrally_tui.aws.errors import AwsError, Kind, Plain
from solarrally_tui.provisioning.deployment.builds.build_source import (
    BROKER_SOURCE_IMAGE,
    BUILD_TAG_METADATA,
    broker_tag,
    build_tag,
    frontend_marker,
    image_tag,
)
from solarrally_tui.provisioning.deployment.builds.codebuild import Build
from solarrally_tui.provisioning.deployment.builds.upload import object_metadata
from solarrally_tui.provisioning.deployment.context import Run
from solarrally_tui.provisioning.engine.steps import End, StepError
from solarrally_tui.site.image_reference import ImageReference

IMAGE_STEP = "image-build"
FRONTEND_STEP = "frontend-build"

NOT_GIVEN: Final = "none"
"""What the build is told where no image is given: a word, because CodeBuild is given no empty
values, and a build that runs is joined only where all of its values are the same."""


async def build_images(run: Run) -> End:
    """See to it that both images of a task are there, and learn their digests.

    An image that somebody gives is taken as it is; then only the broker's may be missing. Raises
    StepError, AwsError and StillWaitingError.
    """
    digests = await images(run)
    missing = any(not digest for digest in digests.values())
    if missing:
        digests = await _built(run)
    for name, digest in digests.items():
        if not digest:
            raise StepError(_no_image(name))
    learn(run, digests)
    return End(missing, run.site.application.image or _tag(run))


async def _built(run: Run) -> dict[str, str]:
    """Build the images and return them.

    Another run that began at the same moment may have pushed first. Tags never change, so the
    registry then refuses ours, and what is there is as good.
    """
    project = run.outputs["build"]["ImageProjectName"]
    try:
        await Build(run.door, run.voice, IMAGE_STEP, project).run(_image_variables(run))
    except StepError:
        digests = await images(run)
        if not all(digests.values()):
            raise
        return digests
    return await images(run)


def learn(run: Run, digests: Mapping[str, str]) -> None:
    """Note which images run, and in which registry the application's is."""
    app = ImageReference.parse(digests["AppImage"])
    run.facts |= digests
    run.facts["AppRepositoryArn"] = app.repository_arn(run.facts["Partition"])


async def build_frontend(run: Run) -> End:
    """See to it that the web page of the pinned commit is published.

    Raises StepError, AwsError and StillWaitingError.
    """
    tag = build_tag(run.site.application.commit)
    if await _published(run, tag):
        return End(False, tag)
    project = run.outputs["build"]["FrontendProjectName"]
    await Build(run.door, run.voice, FRONTEND_STEP, project).run(_frontend_variables(run, tag))
    return End(True, tag)


def _image_variables(run: Run) -> Mapping[str, str]:
    application, built = run.site.application, run.outputs["build"]
    architecture = run.site.size.architecture.value
    return {
        "SOURCE_REPOSITORY": application.repository,
        "SOURCE_COMMIT": application.commit,
        "GIVEN_IMAGE": application.image or NOT_GIVEN,
        "IMAGE_REPOSITORY_URI": built["AppRepositoryUri"],
        "IMAGE_TAG": _tag(run),
        "BROKER_REPOSITORY_URI": built["BrokerRepositoryUri"],
        "BROKER_SOURCE_IMAGE": BROKER_SOURCE_IMAGE,
        "BROKER_TAG": broker_tag(architecture),
        "ARCHITECTURE": architecture,
    }


def _tag(run: Run) -> str:
    return image_tag(run.site.application.commit, run.site.size.architecture.value)


def _frontend_variables(run: Run, tag: str) -> Mapping[str, str]:
    return {
        "SOURCE_REPOSITORY": run.site.application.repository,
        "SOURCE_COMMIT": run.site.application.commit,
        "WEB_BUCKET": run.outputs["build"]["WebBucketName"],
        "BUILD_TAG": tag,
        "ARTIFACT_BUCKET": run.outputs["bootstrap"]["ArtifactBucketName"],
    }


async def images(run: Run) -> dict[str, str]:
    """Return both images by digest, as the task definition names them; empty where missing."""
    built = run.outputs["build"]
    app = (built["AppRepositoryName"], built["AppRepositoryUri"], _tag(run))
    broker = (
        built["BrokerRepositoryName"],
        built["BrokerRepositoryUri"],
        broker_tag(run.site.size.architecture.value),
    )
    given = run.site.application.image
    return {
        "AppImage": given or await _image(run, *app),
        "BrokerImage": await _image(run, *broker),
    }


async def _image(run: Run, repository: str, uri: str, tag: str) -> str:
    try:
        told = await run.door.call(
            "ecr", "describe_images", repositoryName=repository, imageIds=[{"imageTag": tag}]
        )
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            return ""
        raise
    details = told.get("imageDetails") or ()
    return f"{uri}@{details[0]['imageDigest']}" if details else ""


async def _published(run: Run, tag: str) -> bool:
    """Tell whether the marker is there and the page that is served is of this very build."""
    artifacts = run.outputs["bootstrap"]["ArtifactBucketName"]
    if await object_metadata(run, artifacts, frontend_marker(tag)) is None:
        return False
    page = await object_metadata(run, run.outputs["build"]["WebBucketName"], "index.html")
    return page is not None and page.get(BUILD_TAG_METADATA) == tag


def _no_image(name: str) -> Plain:
    return Plain(
        what="The image build ended well, but the registry does not have its image.",
        why=f"{name} is missing.",
        next="Run the same command again to build it once more.",
    )
