"""What tells a site's own resources from others that have the same name: the tag of the site."""

from collections.abc import Iterable, Mapping
from typing import Final

from solarrally_tui.aws.errors import AwsError, Kind, Plain
from solarrally_tui.site.names import SITE_TAG

Tags = Iterable[Mapping[str, str]] | None
"""Tags as most services return them: Key and Value."""

_CODE: Final = "NotOfThisSite"


class ForeignResourceError(AwsError):
    """Something has a name that a site needs, but is not the site's."""

    def __init__(self, what: str, site: str, owner: str) -> None:
        super().__init__(_CODE, f"{what}: {SITE_TAG} = {owner!r}", "solarrally", "ownership")
        self.kind = Kind.FOREIGN
        self.what = what
        self.site = site
        self.owner = owner

    @property
    def plain(self) -> Plain:
        """The error in plain words, with the name of what is in the way."""
        tag = f"the tag {SITE_TAG}"
        why = f"Its tag {SITE_TAG} says {self.owner}." if self.owner else f"It lacks {tag}."
        return Plain(
            what=f"The {self.what} does not belong to the site {self.site}. It was not changed.",
            why=f"{why} Everything of this site has that tag with the value {self.site}.",
            next="If it does belong to the site, give it that tag and run the same command "
            "again. Otherwise give your site another name.",
            detail=str(self),
        )


def owner(tags: Tags) -> str:
    """Return the site that tags name; empty where they name none."""
    return next((tag["Value"] for tag in tags or () if tag["Key"] == SITE_TAG), "")


def refuse_foreign(what: str, site: str, owner: str) -> None:
    """Raise ForeignResourceError where the owner is not the site.

    what: kind and name, such as "stack solarrally-home-data in us-east-1".
    """
    if owner != site:
        raise ForeignResourceError(what, site, owner)
