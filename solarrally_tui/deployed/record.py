"""The record of a site: its answers in an SSM parameter, so that a name alone finds it."""

import json
from dataclasses import dataclass
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind, Plain
from solarrally_tui.site.files import from_answers, to_answers
from solarrally_tui.site.model import SCHEMA, Site
from solarrally_tui.site.names import GLOBAL_REGION, RECORD_PREFIX, SITE_TAG, record_name

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

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__("UnknownSite", f"no site named {name}", "ssm", "get_parameter")
        self.kind = Kind.NOT_FOUND
        self.name = name
        self.known = known

    @property
    def plain(self) -> Plain:
        """The error in plain words, with the sites that there are."""
        there = f"It has: {', '.join(self.known)}." if self.known else "It has no site at all."
        return Plain(
            what=f"There is no site named {self.name} in this account.",
            why=there,
            next="Check the name and the account's credentials.",
            detail=str(self),
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
            next="Upgrade first: pipx upgrade solarrally-tui.",
            detail=str(self),
        )


async def read(door: Door, name: str) -> Record:
    """Return the record of a site, whatever Region the door is in.

    Raises UnknownSiteError, NewerRecordError, SiteError when it does not hold valid answers, and
    AwsError.
    """
    text = await _stored(door, name)
    if text is None:
        raise UnknownSiteError(name, await names(door))
    told = json.loads(text)
    if told["schema"] > SCHEMA:
        raise NewerRecordError(name, told["schema"])
    return Record(from_answers(told["site"]), told["region"], told["account"])


async def find(door: Door, name: str) -> Record | None:
    """Return the record of a site, or None. Raises what read raises for everything else."""
    try:
        return await read(door, name)
    except UnknownSiteError:
        return None


async def region(door: Door, name: str) -> str | None:
    """Return the Region of a site, or None where there is no record. Answers are not judged.

    Raises NewerRecordError and AwsError.
    """
    text = await _stored(door, name)
    if text is None:
        return None
    told = json.loads(text)
    if told["schema"] > SCHEMA:
        raise NewerRecordError(name, told["schema"])
    return str(told["region"])


async def write(door: Door, site: Site, account: str) -> bool:
    """Store a site's answers and return whether that changed anything. Raises AwsError."""
    text = _text(site, account)
    before = await _stored(door, site.name)
    if before == text:
        return False
    request: dict[str, Any] = {"Name": record_name(site.name), "Value": text, "Type": "String"}
    if len(text) > _STANDARD_LIMIT:
        request["Tier"] = "Advanced"
    # Tags and Overwrite exclude each other in PutParameter.
    tags: dict[str, Any] = {"Tags": [{"Key": SITE_TAG, "Value": site.name}]}
    if before is None and await _put(door, request | tags):
        return True
    await _put(door, request | {"Overwrite": True})
    return True


async def _put(door: Door, request: dict[str, Any]) -> bool:
    """Store a parameter and return whether it took; it does not where another run was quicker."""
    try:
        await door.call("ssm", "put_parameter", GLOBAL_REGION, **request)
    except AwsError as error:
        if error.kind is Kind.EXISTS:
            return False
        raise
    return True


async def delete(door: Door, name: str) -> bool:
    """Remove the record of a site and return whether there was one. Raises AwsError."""
    try:
        await door.call("ssm", "delete_parameter", GLOBAL_REGION, Name=record_name(name))
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            return False
        raise
    return True


async def names(door: Door) -> tuple[str, ...]:
    """Return the names of all sites of the account, sorted. Raises AwsError."""
    found = await door.pages(
        "ssm", "get_parameters_by_path", "Parameters", GLOBAL_REGION, Path=RECORD_PREFIX.rstrip("/")
    )
    return tuple(sorted(item["Name"].removeprefix(RECORD_PREFIX) for item in found))


async def regions(door: Door, *, without: str) -> tuple[str, ...]:
    """Return the Region of every other site, one entry a site. Raises AwsError."""
    found = await door.pages(
        "ssm", "get_parameters_by_path", "Parameters", GLOBAL_REGION, Path=RECORD_PREFIX.rstrip("/")
    )
    others = (item for item in found if item["Name"] != record_name(without))
    return tuple(str(json.loads(item["Value"])["region"]) for item in others)


async def _stored(door: Door, name: str) -> str | None:
    try:
        told = await door.call("ssm", "get_parameter", GLOBAL_REGION, Name=record_name(name))
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            return None
        raise
    return str(told["Parameter"]["Value"])


def _text(site: Site, account: str) -> str:
    told = {"schema": SCHEMA, "site": to_answers(site), "region": site.region, "account": account}
    return json.dumps(told, sort_keys=True)
