"""The two builds: images of the task, and the web page. Each first looks whether it is there."""

from collections.abc import Mapping

from solarrally_tui.aws.errors import AwsError, Kind, Plain
from solarrally_tui.provisioning.build_source import (
    BROKER_SOURCE_IMAGE,
    BUILD_TAG_METADATA,
    broker_tag,
    build_tag,
    frontend_marker,
    image_tag,
)
from solarrally_tui.provisioning.codebuild import Build
from solarrally_tui.provisioning.run import Run
from solarrally_tui.provisioning.steps import End, StepError
from solarrally_tui.provisioning.upload import object_metadata

IMAGE_STEP = "image-build"
FRONTEND_STEP = "frontend-build"


async def build_images(run: Run) -> End:
    """See to it that both images are in the registry, and learn their digests.

    Raises StepError, AwsError and StillWaitingError.
    """
    digests = await _digests(run)
    missing = any(not digest for digest in digests.values())
    if missing:
        project = run.outputs["build"]["ImageProjectName"]
        await Build(run.door, run.voice, IMAGE_STEP, project).run(_image_variables(run))
        digests = await _digests(run)
    for name, digest in digests.items():
        if not digest:
            raise StepError(_no_image(name))
        run.facts[name] = digest
    return End(missing, image_tag(run.site.application.commit, run.site.size.architecture.value))


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
        "IMAGE_REPOSITORY_URI": built["AppRepositoryUri"],
        "IMAGE_TAG": image_tag(application.commit, architecture),
        "BROKER_REPOSITORY_URI": built["BrokerRepositoryUri"],
        "BROKER_SOURCE_IMAGE": BROKER_SOURCE_IMAGE,
        "BROKER_TAG": broker_tag(architecture),
        "ARCHITECTURE": architecture,
    }


def _frontend_variables(run: Run, tag: str) -> Mapping[str, str]:
    return {
        "SOURCE_REPOSITORY": run.site.application.repository,
        "SOURCE_COMMIT": run.site.application.commit,
        "WEB_BUCKET": run.outputs["build"]["WebBucketName"],
        "BUILD_TAG": tag,
        "ARTIFACT_BUCKET": run.outputs["bootstrap"]["ArtifactBucketName"],
    }


async def _digests(run: Run) -> dict[str, str]:
    """Return both images by digest, as the task definition names them; empty where missing."""
    architecture, built = run.site.size.architecture.value, run.outputs["build"]
    app = image_tag(run.site.application.commit, architecture)
    wanted = {
        "AppImage": (built["AppRepositoryName"], built["AppRepositoryUri"], app),
        "BrokerImage": (
            built["BrokerRepositoryName"], built["BrokerRepositoryUri"], broker_tag(architecture),
        ),
    }  # fmt: skip
    return {fact: await _image(run, *where) for fact, where in wanted.items()}


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
        "The image build ended well, but the registry does not have its image.",
        f"{name} is missing.",
        "Run the same command again to build it once more.",
    )
