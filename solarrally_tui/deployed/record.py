"""The record of a site: its answers in an SSM parameter, so that a name alone finds it."""

import json
from dataclasses import dataclass
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind, Plain, tolerate
from solarrally_tui.deployed.search import Found, find_stacks
from solarrally_tui.site.files import from_answers, to_answers
from solarrally_tui.site.model import SCHEMA, Site
from solarrally_tui.site.names import GLOBAL_REGION, RECORD_PREFIX, SITE_TAG, record_name
from solarrally_tui.site.problems import SiteError
from solarrally_tui.text.suggestion import did_you_mean

IN_THE_WIZARD: Final = "Or run solarrally for the wizard."
DEPLOY_FIRST: Final = (
    f"Write the answers of a site with solarrally init, then run solarrally deploy. {IN_THE_WIZARD}"
)
"""What to do in an account without sites."""
_STANDARD_LIMIT: Final = 4096
"""Characters that a standard SSM parameter holds; more needs the Advanced tier."""


@dataclass(frozen=True, slots=True)
class Record:
    """What the account knows about a site."""

    site: Site
    region: str
    account: str


class UnknownSiteError(AwsError):
    """The account has no site of this name."""

    def __init__(self, name: str, known: tuple[str, ...], stays: str = "") -> None:
        """known: the sites that exist. stays: what a deleted site of this name has left."""
        super().__init__("UnknownSite", f"no site named {name}", "ssm", "get_parameter")
        self.kind = Kind.NOT_FOUND
        self.name = name
        self.known = known
        self.stays = stays

    @property
    def plain(self) -> Plain:
        """The error in plain words, with the sites that exist."""
        if self.stays:
            return Plain(
                what=f"The site {self.name} is deleted. Its data stays: {self.stays}.",
                why="",
                next=f"To delete the data: solarrally destroy {self.name} --delete-data "
                f"{self.name}. To have the site again, run solarrally deploy with its file.",
            )
        known = f"Its sites: {', '.join(self.known)}." if self.known else "It has no sites."
        meant = did_you_mean(self.name, self.known)
        next_ = "Check the name, and that the credentials are for the right account."
        if self.name.endswith(".toml"):
            next_ = (
                "This command takes the name of a deployed site. To bring a changed file to AWS, "
                f"run solarrally deploy {self.name}."
            )
        return Plain(
            what=f"There is no site named {self.name} in this account.{meant}",
            why=known,
            next=next_,
        )


class UnnamedSiteError(AwsError):
    """No site was named, and the account has none or several."""

    def __init__(self, known: tuple[str, ...]) -> None:
        super().__init__("UnnamedSite", "no site was named", "ssm", "get_parameters_by_path")
        self.kind = Kind.NOT_FOUND
        self.known = known

    @property
    def plain(self) -> Plain:
        """The error in plain words, with the sites that exist."""
        if not self.known:
            return Plain(
                what="This account has no site yet.",
                why="",
                next=DEPLOY_FIRST,
            )
        return Plain(
            what=f"No site was named, and this account has several: {', '.join(self.known)}.",
            why="",
            next=f"Name one of them, such as {self.known[0]}.",
        )


class NewerRecordError(AwsError):
    """A newer version of solarrally wrote this record."""

    def __init__(self, name: str, schema: int) -> None:
        super().__init__("NewerRecord", f"schema {schema}", "ssm", "get_parameter")
        self.name = name
        self.schema = schema

    @property
    def plain(self) -> Plain:
        """The error in plain words."""
        return Plain(
            what=f"The site {self.name} was deployed by a newer solarrally.",
            why=f"Its record has schema {self.schema}. This version reads up to {SCHEMA}.",
            next="Upgrade: pipx upgrade solarrally-tui. To delete the site with this version "
            f"anyway, delete the SSM parameter {record_name(self.name)} in {GLOBAL_REGION}, then "
            f"run solarrally destroy {self.name}: it finds the stacks that it knows, and may leave "
            "what only newer versions create.",
            detail=str(self),
        )


class DamagedRecordError(AwsError):
    """A site has stacks, but its record is gone or does not hold valid answers."""

    def __init__(self, name: str, why: str, found: Found | None) -> None:
        """why: what is wrong with the record. found: its stacks."""
        super().__init__("DamagedRecord", f"{record_name(name)} {why}", "ssm", "get_parameter")
        self.name = name
        self.why = why
        self.found = found

    @property
    def plain(self) -> Plain:
        """The error in plain words, with what the account has of the site."""
        there = f"It has {self.found}." if self.found else "No stack of it was found."
        return Plain(
            what=f"The record of the site {self.name} {self.why}. {there}",
            why=f"The record is the SSM parameter {record_name(self.name)} in {GLOBAL_REGION}. "
            "Somebody deleted or changed it.",
            next="To write it again, run solarrally deploy with the site's file. To delete the "
            f"site as it is, run solarrally destroy {self.name}.",
            detail=str(self),
        )


async def read(door: Door, name: str) -> Record:
    """Return the record of a site, whatever Region the door is in.

    Raises DamagedRecordError where the site has only stacks, or no valid record, UnknownSiteError
    where it has nothing, NewerRecordError, and AwsError.
    """
    stored = await _stored(door, name)
    if isinstance(stored, Record):
        return stored
    found = await find_stacks(door, name)
    if stored is None and found is None:
        raise UnknownSiteError(name, await names(door))
    raise DamagedRecordError(name, stored or "is missing", found)


async def find(door: Door, name: str) -> Record | None:
    """Return the record of a site, or None where it is missing or not valid.

    Raises NewerRecordError and AwsError.
    """
    stored = await _stored(door, name)
    return stored if isinstance(stored, Record) else None


async def region(door: Door, name: str) -> str | None:
    """Return the Region of a site, by its stacks where its record is missing or not valid.

    None where there is neither. Raises NewerRecordError and AwsError.
    """
    stored = await _stored(door, name)
    if isinstance(stored, Record):
        return stored.region
    found = await find_stacks(door, name)
    return found.region if found and found.at_home else None


async def write(door: Door, site: Site, account: str) -> bool:
    """Store a site's answers and return whether that changed anything. Raises AwsError."""
    fields = {"schema": SCHEMA, "site": to_answers(site), "region": site.region, "account": account}
    text = json.dumps(fields, sort_keys=True)
    before = await _value(door, site.name)
    if before == text:
        return False
    request: dict[str, Any] = {"Name": record_name(site.name), "Value": text, "Type": "String"}
    if len(text) > _STANDARD_LIMIT:
        request["Tier"] = "Advanced"
    if before is None:
        # Tags and Overwrite exclude each other in PutParameter. The parameter exists by now where
        # another run was quicker.
        with tolerate(Kind.EXISTS):
            tags = [{"Key": SITE_TAG, "Value": site.name}]
            await door.call("ssm", "put_parameter", GLOBAL_REGION, **request, Tags=tags)
            return True
    await door.call("ssm", "put_parameter", GLOBAL_REGION, **request, Overwrite=True)
    return True


async def delete(door: Door, name: str) -> bool:
    """Delete the record of a site and return whether there was one. Raises AwsError."""
    with tolerate(Kind.NOT_FOUND):
        await door.call("ssm", "delete_parameter", GLOBAL_REGION, Name=record_name(name))
        return True
    return False


async def names(door: Door) -> tuple[str, ...]:
    """Return the names of all sites of the account, sorted. Raises AwsError."""
    return tuple(sorted(p["Name"].removeprefix(RECORD_PREFIX) for p in await _all(door)))


async def only(door: Door) -> str:
    """Return the name of the only site of the account. Raises UnnamedSiteError and AwsError."""
    known = await names(door)
    if len(known) != 1:
        raise UnnamedSiteError(known)
    return known[0]


async def regions(door: Door, *, without: str = "") -> tuple[str, ...]:
    """Return the Region of every site, one entry a site. Raises AwsError.

    without: a site that does not count. One whose record is not valid counts as one in the door's
    Region: what it may use is kept.
    """
    others = (p for p in await _all(door) if p["Name"] != record_name(without))
    return tuple(_region_in(parameter["Value"]) or door.region for parameter in others)


def _region_in(text: str) -> str:
    """Return the Region that a record names, also one of a newer version; empty without one."""
    try:
        return str(json.loads(text)["region"])
    except (ValueError, TypeError, KeyError):
        return ""


async def _all(door: Door) -> list[dict[str, Any]]:
    return await door.pages(
        "ssm", "get_parameters_by_path", "Parameters", GLOBAL_REGION, Path=RECORD_PREFIX.rstrip("/")
    )


async def _stored(door: Door, name: str) -> Record | str | None:
    """Return the record, what is wrong with it in words, or None without one.

    Raises NewerRecordError and AwsError.
    """
    text = await _value(door, name)
    if text is None:
        return None
    try:
        stored = json.loads(text)
        schema = int(stored["schema"])
        if schema <= SCHEMA:
            site = from_answers(stored["site"])
            return Record(site, str(stored["region"]), str(stored["account"]))
    except (ValueError, TypeError, KeyError, AttributeError):
        return "cannot be read" if text.strip() else "is empty"
    except SiteError as error:
        return f"holds answers that are not valid ({error.problems[0].field})"
    raise NewerRecordError(name, schema)


async def _value(door: Door, name: str) -> str | None:
    response = await door.find("ssm", "get_parameter", GLOBAL_REGION, Name=record_name(name))
    return str(response["Parameter"]["Value"]) if response else None
