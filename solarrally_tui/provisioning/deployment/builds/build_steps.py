"""The builds of images and dashboard, each started only where its result is missing."""

from collections.abc import Mapping
from functools import partial
from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import Plain
from solarrally_tui.provisioning.deployment.builds.build_source import (
    BROKER_SOURCE_IMAGE,
    broker_tag,
    build_tag,
    frontend_marker,
    image_tag,
)
from solarrally_tui.provisioning.deployment.builds.codebuild import Build
from solarrally_tui.provisioning.deployment.builds.upload import object_metadata
from solarrally_tui.provisioning.deployment.context import Deployment
from solarrally_tui.provisioning.deployment.step_graph import FRONTEND, IMAGE
from solarrally_tui.provisioning.engine.steps import End, StepError
from solarrally_tui.site.image_reference import ImageReference
from solarrally_tui.site.model import Application, Site
from solarrally_tui.site.tiers import Shape
from solarrally_tui.stacks.facts import Images
from solarrally_tui.text.plain import Instead

NOT_GIVEN: Final = "none"
"""What the build gets where no image is given: a word, because CodeBuild refuses empty values, and
a running build is joined only where all of its values are the same."""

_RESULTS: Final = {IMAGE: "The application", FRONTEND: "The dashboard"}


async def build_images(deployment: Deployment) -> End:
    """Build the images of a task where the registry lacks one, and learn their digests.

    An image that the operator gives is taken as it is; then only the broker's may be missing. A
    rollback takes both of its release. Raises StepError, AwsError and StillWaitingError.
    """
    if release := deployment.release:
        kept = {"AppImage": release.app_image, "BrokerImage": release.broker_image}
        return End(False, release.what, images_of(kept, deployment.facts.partition))
    missing, digests = await ensure_digests(deployment)
    tag = deployment.site.application.image or _tag(deployment.site)
    return End(missing, tag, images_of(digests, deployment.facts.partition))


async def ensure_digests(deployment: Deployment) -> tuple[bool, Mapping[str, str]]:
    """Build the images where the registry lacks one.

    Return whether it did, and both by digest under the names of their parameters. Raises as
    build_images.
    """
    outputs = deployment.outputs["build"]
    digests = await find_digests(deployment.door, deployment.site, outputs)
    missing = not all(digests.values())
    if missing:
        digests = await _built(deployment)
    for name, digest in digests.items():
        if not digest:
            raise StepError(_no_image(name))
    return missing, digests


def images_of(digests: Mapping[str, str], partition: str) -> Images:
    """Return the images of digests by the names of their parameters."""
    app = digests["AppImage"]
    repository = ImageReference.parse(app).repository_arn(partition)
    return Images(app, digests["BrokerImage"], repository)


async def build_frontend(deployment: Deployment) -> End:
    """Build the dashboard of the pinned commit, unless it is kept; learn the tag of its build.

    Viewers get it from `publish`. Raises StepError, AwsError and StillWaitingError.
    """
    if deployment.release:
        return End(False, deployment.release.page, deployment.release.page)
    application, outputs = deployment.site.application, deployment.outputs
    tag = build_tag(application.commit)
    artifacts = outputs["bootstrap"]["ArtifactBucketName"]
    if await object_metadata(deployment.door, artifacts, frontend_marker(tag)) is not None:
        return End(False, tag, tag)
    variables = {
        "SOURCE_REPOSITORY": application.repository,
        "SOURCE_COMMIT": application.commit,
        "BUILD_TAG": tag,
        "ARTIFACT_BUCKET": artifacts,
    }
    await _build(deployment, FRONTEND, outputs["build"]["FrontendProjectName"]).run(variables)
    return End(True, tag, tag)


async def find_digests(door: Door, site: Site, outputs: Mapping[str, str]) -> dict[str, str]:
    """Return both images by digest, under the names of their parameters; empty where missing.

    outputs: of the stack build. Raises AwsError.
    """
    broker = broker_tag(site.size.architecture.value)
    return {
        "AppImage": site.application.image or await _image(door, outputs, "App", _tag(site)),
        "BrokerImage": await _image(door, outputs, "Broker", broker),
    }


async def _image(door: Door, outputs: Mapping[str, str], which: str, tag: str) -> str:
    response = await door.find(
        "ecr",
        "describe_images",
        repositoryName=outputs[f"{which}RepositoryName"],
        imageIds=[{"imageTag": tag}],
    )
    details = (response or {}).get("imageDetails") or ()
    return f"{outputs[f'{which}RepositoryUri']}@{details[0]['imageDigest']}" if details else ""


async def _built(deployment: Deployment) -> dict[str, str]:
    """Build the images and return them.

    Another run that began at the same moment may have pushed first. Tags never change, so the
    registry then refuses ours, and what it has is as good.
    """
    door, site, outputs = deployment.door, deployment.site, deployment.outputs["build"]
    try:
        await _build(deployment, IMAGE, outputs["ImageProjectName"]).run(
            _image_variables(site, outputs)
        )
    except StepError:
        digests = await find_digests(door, site, outputs)
        if not all(digests.values()):
            raise
        return digests
    return await find_digests(door, site, outputs)


def _tested(application: Application) -> Instead | None:
    """Return the version that this release was tested with; None where it is the one chosen."""
    tested = Application()
    pinned = {
        "application.repository": tested.repository,
        "application.ref": tested.ref,
        "application.commit": tested.commit,
    }
    is_tested = (application.repository, application.commit) == (tested.repository, tested.commit)
    return None if is_tested else Instead("use the tested version", pinned)


def _build(deployment: Deployment, step: str, project: str) -> Build:
    return Build(
        deployment.door,
        deployment.narrator,
        step,
        project,
        _RESULTS[step],
        partial(deployment.accepted, step),
        _tested(deployment.site.application),
    )


def _image_variables(site: Site, outputs: Mapping[str, str]) -> Mapping[str, str]:
    application, architecture = site.application, site.size.architecture.value
    return {
        "SOURCE_REPOSITORY": application.repository,
        "SOURCE_COMMIT": application.commit,
        "GIVEN_IMAGE": application.image or NOT_GIVEN,
        "IMAGE_REPOSITORY_URI": outputs["AppRepositoryUri"],
        "IMAGE_TAG": _tag(site),
        "BROKER_REPOSITORY_URI": outputs["BrokerRepositoryUri"],
        "BROKER_SOURCE_IMAGE": BROKER_SOURCE_IMAGE,
        "BROKER_TAG": broker_tag(architecture),
        "ARCHITECTURE": architecture,
        # Only where it is true: the role of GitHub Actions, which a site of functions has not, may
        # pass no more than the others (blueprints/governance).
        **({"FUNCTIONS": "true"} if _has_functions(site) else {}),
    }


def _tag(site: Site) -> str:
    architecture = site.size.architecture.value
    return image_tag(site.application.commit, architecture, functions=_has_functions(site))


def _has_functions(site: Site) -> bool:
    return site.size.shape is Shape.FUNCTIONS


def _no_image(name: str) -> Plain:
    return Plain(
        what="The image build succeeded, but the registry does not have its image.",
        why=f"{name} is missing.",
        next="Run the same command again to rebuild it.",
    )
