"""The releases of a site: what ran, and where it is kept, so that going back needs no build.

Each is an object in the artefact bucket, written when everything of a deployment is in place. The
image stays in the registry, by its digest, and the page stays in the artefact bucket.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.site.files import from_answers, to_answers
from solarrally_tui.site.image_reference import ImageReference
from solarrally_tui.site.model import Site
from solarrally_tui.site.problems import SiteError

PREFIX: Final = "releases/"
SHOWN: Final = 10
"""How many of the newest are listed. The registry keeps the newest 30 images."""
_SCHEMA: Final = 1
_DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Release:
    """What a site ran once a deployment had ended well."""

    number: int
    """Counts from 1."""
    previous: int
    """The release that ran before; 0 for none. A rollback returns to it."""
    kept: datetime
    """When everything of it was in place."""
    version: str
    """Of solarrally, whose blueprints it was deployed with."""
    site: Site
    """The answers."""
    app_image: str
    """The application's image by its digest."""
    broker_image: str
    page: str
    """The tag of the dashboard's build."""
    database: str
    """RDS's identifier of the database that it ran with."""

    @property
    def key(self) -> str:
        """Where it is kept in the artefact bucket."""
        return f"{PREFIX}{self.number:0{_DIGITS}}.json"

    @property
    def what(self) -> str:
        """Return what runs, as people name it: a commit, or an image that was given."""
        application = self.site.application
        if application.image:
            return f"image {application.image.rpartition('@')[2][:19]}"
        branch = f" ({application.ref})" if application.ref else ""
        return f"commit {application.commit[:12]}{branch}"

    @property
    def title(self) -> str:
        """Return what it is called in a sentence."""
        return f"release {self.number} of {self.kept:%Y-%m-%d}, {self.what}"

    def same_as(self, other: "Release") -> bool:
        """Whether another release runs the same, whatever its number and date."""
        mine, theirs = (
            replace(one, number=0, previous=0, kept=self.kept, version="") for one in (self, other)
        )
        return mine == theirs

    def to_json(self) -> dict[str, Any]:
        """Return the release as it is kept."""
        return {
            "schema": _SCHEMA,
            "number": self.number,
            "previous": self.previous,
            "kept": self.kept.isoformat(timespec="seconds"),
            "version": self.version,
            "site": to_answers(self.site),
            "app_image": self.app_image,
            "broker_image": self.broker_image,
            "page": self.page,
            "database": self.database,
        }


def from_json(values: Any) -> Release:
    """Return a release as it was kept. Raises ValueError for anything else."""
    try:
        if int(values["schema"]) > _SCHEMA:
            raise ValueError("a newer solarrally kept it")
        return Release(
            int(values["number"]),
            int(values["previous"]),
            datetime.fromisoformat(values["kept"]),
            str(values["version"]),
            from_answers(values["site"]),
            str(values["app_image"]),
            str(values["broker_image"]),
            str(values["page"]),
            str(values["database"]),
        )
    except (KeyError, TypeError, AttributeError, SiteError) as error:
        raise ValueError(str(error)) from error


async def read(door: Door, bucket: str) -> tuple[Release, ...]:
    """Return the newest releases, the newest first. One that cannot be read is left out.

    bucket: the site's artefact bucket. Raises AwsError.
    """
    listed = await door.pages("s3", "list_objects_v2", "Contents", Bucket=bucket, Prefix=PREFIX)
    newest = sorted((item["Key"] for item in listed), reverse=True)[:SHOWN]
    found = []
    for key in newest:
        response = await door.find("s3", "get_object", Bucket=bucket, Key=key)
        try:
            found.append(from_json(json.loads(response["Body"] if response else "")))
        except ValueError:
            continue
    return tuple(found)


async def write(door: Door, bucket: str, release: Release) -> None:
    """Keep a release. Raises AwsError."""

    async def kept() -> dict[str, Any] | None:
        return await door.find("s3", "head_object", Bucket=bucket, Key=release.key)

    await door.once(
        "s3",
        "put_object",
        kept,
        Bucket=bucket,
        Key=release.key,
        Body=json.dumps(release.to_json(), sort_keys=True).encode(),
        ContentType="application/json",
    )


def numbered(kept: Sequence[Release], number: int) -> Release | None:
    """Return the release with a number, or None."""
    return next((release for release in kept if release.number == number), None)


async def has_image(door: Door, image: str) -> bool:
    """Whether a registry still has an image, by its reference with a digest.

    What AWS does not show, of other registries or of another account's, counts as there.
    Raises AwsError.
    """
    reference = ImageReference.parse(image)
    if not reference.account:
        return True
    try:
        response = await door.with_region(reference.region).find(
            "ecr",
            "describe_images",
            registryId=reference.account,
            repositoryName=reference.name,
            imageIds=[{"imageDigest": reference.digest}],
        )
    except AwsError as error:
        if error.kind is not Kind.DENIED:
            raise
        return True
    return bool(response and response.get("imageDetails"))
