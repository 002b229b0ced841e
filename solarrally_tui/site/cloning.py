"""The answers of one site as those of another: what two sites cannot share, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from solarrally_tui.site.files import from_answers, to_answers
from solarrally_tui.site.model import Site


@dataclass(frozen=True, slots=True)
class Change:
    """One answer that differs between a site and its clone."""

    path: str
    """Dotted, as in the site file."""
    before: Any
    after: Any
    reason: str


_DATA: Final = "The new site begins with an empty database."

_OF_ONE_SITE: Final = {
    "size.database_snapshot": ("", _DATA),
    "size.database_backup": ("", _DATA),
    "size.database_restore_time": ("", _DATA),
    "application.database_dump": (False, "A dump is imported into one site."),
    "devices.topic_name": ("", "Its chargers use its own name in their topics."),
    "governance.github_repository": (
        "",
        "A workflow brings commits out to one site. Choose it for this one, too, if you want that.",
    ),
    "governance.github_ref": ("", "It belongs to the repository."),
}
"""Answers that belong to what one site holds."""


def clone(site: Site, name: str, region: str = "", domain: str = "") -> tuple[Site, list[Change]]:
    """Return the site that a clone describes, and how its answers differ.

    region: another one; empty for the same. domain: the name that the clone's page gets; empty for
    an address from AWS. Raises SiteError where the answers fit no site.
    """
    answers = to_answers(site)
    changes = [
        change
        for change in _changes(answers, name, region or site.region, domain)
        if change.before != change.after
    ]
    for change in changes:
        section, key = _place(answers, change.path)
        section[key] = change.after
    return from_answers(answers), changes


def _place(answers: dict[str, Any], path: str) -> tuple[dict[str, Any], str]:
    """Return the mapping that has an answer, and its key there."""
    where, _, key = path.rpartition(".")
    return answers[where] if where else answers, key


def _changes(answers: dict[str, Any], name: str, region: str, domain: str) -> Iterator[Change]:
    def change(path: str, after: Any, reason: str) -> Change:
        section, key = _place(answers, path)
        return Change(path, section[key], after, reason)

    yield change("name", name, "The name is part of the name of everything in AWS.")
    yield change("region", region, "As asked.")
    yield change("domain.name", domain, "A domain name leads to one site.")
    if _parent(domain) != _parent(answers["domain"]["name"]):
        yield change("domain.hosted_zone_id", "", "The zone was that of the other domain.")
    yield change("domain.charger_host", "", "A host leads chargers to one site.")
    if not domain:
        yield change("domain.origin", "vpc-origin", "A public load balancer needs a domain.")
    if region != answers["region"]:
        yield change("network.avoid_zones", [], "Zones belong to a Region.")
    if f"solarrally-{answers['name']}-" in answers["governance"]["permissions_boundary_arn"]:
        reason = "It limits the other site. Deployer role on Account creates one for this site."
        yield change("governance.permissions_boundary_arn", "", reason)
    if answers["size"]["backup_copy_region"] == region:
        yield change("size.backup_copy_region", "", "Backups are copied to another Region.")
    for path, (after, reason) in _OF_ONE_SITE.items():
        yield change(path, after, reason)


def _parent(domain: str) -> str:
    """Return what two names have in common that are beside each other, such as example.com."""
    return domain.partition(".")[2]
