"""An image that the operator gives: as much of its contract as can be checked from outside."""

import json
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.site.image_reference import ImageReference
from solarrally_tui.site.tiers import Architecture
from solarrally_tui.source import image_registry
from solarrally_tui.source.finding import Level, Place, SourceFinding
from solarrally_tui.source.image_registry import AbsentError, ImageFacts
from solarrally_tui.source.web import WebError, https_client, request

PLATFORMS: Final = {Architecture.ARM64: "linux/arm64", Architecture.X86_64: "linux/amd64"}
_MOST_BYTES: Final = 4_000_000
_TO_OTHERS: Final = (
    "let the repository's policy allow the site's account ecr:BatchGetImage, "
    "ecr:GetDownloadUrlForLayer and ecr:BatchCheckLayerAvailability"
)
_DENIED: Final = (
    "to have it checked, get permission to read the repository (ecr:BatchGetImage and "
    f"ecr:GetDownloadUrlForLayer). Where it is in another account, {_TO_OTHERS}"
)
_UNSEEN: Final = (
    "make sure that it exists, is public, and is built for the processor of the tasks. "
    "Registries that ask for a password are not supported; copy the image to Amazon ECR"
)
Look = Callable[[ImageReference], Coroutine[Any, Any, ImageFacts]]


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking an image found."""

    reference: ImageReference
    line: str
    """What is known to be right, in one sentence; empty where nothing is."""
    findings: tuple[SourceFinding, ...]

    @property
    def blockers(self) -> tuple[SourceFinding, ...]:
        """What certainly does not run."""
        return tuple(finding for finding in self.findings if finding.level is Level.BLOCKED)


async def check(
    text: str, architecture: Architecture, door: Door, public: Look = image_registry.inspect
) -> Checked:
    """Check an image for tasks of an architecture.

    What cannot be seen is a warning and never an obstacle. Raises ValueError for a text that is
    no reference.
    """
    reference = ImageReference.parse(text)
    try:
        seen = await (_in_ecr(reference, door) if reference.account else public(reference))
    except AbsentError as error:
        return Checked(reference, "", (_absent(reference, error),))
    except (AwsError, WebError) as error:
        return Checked(reference, "", (_unknown(reference, error),))
    wanted = PLATFORMS[architecture]
    line = f"Found, for {', '.join(seen.platforms)}." if wanted in seen.platforms else ""
    own = (await door.identity()).account if reference.account else ""
    return Checked(reference, line, tuple(_judged(reference, seen, wanted, own)))


def _judged(
    reference: ImageReference, seen: ImageFacts, wanted: str, own: str
) -> Iterator[SourceFinding]:
    if not seen.platforms:
        yield _unknown(reference, WebError("The registry does not report its processor."))
    elif wanted not in seen.platforms:
        yield _finding(
            reference,
            "image-architecture",
            Level.BLOCKED,
            f"The image is for {', '.join(seen.platforms)}, and the tasks are {wanted}.",
            "build it for that processor, or change size.architecture.",
        )
    if seen.entry_point:
        yield _finding(
            reference,
            "image-entry-point",
            Level.WARNING,
            f"The image has an entry point, {' '.join(seen.entry_point)}. It gets the task's "
            "command as arguments.",
            "make sure that it runs the command it gets, or build the image without one.",
        )
    if reference.account and reference.account != own:
        yield _finding(
            reference,
            "image-other-account",
            Level.WARNING,
            f"The image is in the account {reference.account}. You may see it; whether the tasks "
            "may pull it cannot be checked from here.",
            f"{_TO_OTHERS}.",
        )


async def _in_ecr(reference: ImageReference, door: Door) -> ImageFacts:
    """Read an image of a private registry in Amazon ECR. Raises what check handles."""
    regional = door.with_region(reference.region)
    where = {"registryId": reference.account, "repositoryName": reference.name}
    response = await regional.find(
        "ecr",
        "batch_get_image",
        **where,
        imageIds=[{"imageDigest": reference.digest}],
        acceptedMediaTypes=list(image_registry.KINDS),
    )
    if response is None:
        raise AbsentError(f"{reference.host} has no repository {reference.name}.")
    if not response.get("images"):
        raise AbsentError(f"{reference.name} has no image with this digest.")
    manifest = json.loads(response["images"][0]["imageManifest"])
    if "manifests" in manifest:
        return ImageFacts(image_registry.platforms_of(manifest))
    layer = await regional.call(
        "ecr", "get_download_url_for_layer", **where, layerDigest=image_registry.config_of(manifest)
    )
    async with https_client() as client:
        answer = await request(client, layer["downloadUrl"], most=_MOST_BYTES)
    try:
        return image_registry.of_config(json.loads(answer.body))
    except (ValueError, AttributeError):
        raise WebError("Amazon ECR did not show the image's configuration.") from None


def _absent(reference: ImageReference, error: Exception) -> SourceFinding:
    return _finding(
        reference,
        "image-absent",
        Level.BLOCKED,
        f"The image does not exist. {error}",
        "push it, or correct the name or the digest.",
    )


def _unknown(reference: ImageReference, error: Exception) -> SourceFinding:
    denied = isinstance(error, AwsError) and error.kind is Kind.DENIED
    why = error.plain.what if isinstance(error, AwsError) else str(error)
    todo = _DENIED if denied else _UNSEEN
    return _finding(
        reference,
        "image-unknown",
        Level.WARNING,
        f"The image could not be checked from here. {why}",
        f"{todo}.",
    )


def _finding(
    reference: ImageReference, id_: str, level: Level, what: str, todo: str
) -> SourceFinding:
    return SourceFinding(id_, level, what, (Place(f"{reference.host}/{reference.name}"),), todo)
