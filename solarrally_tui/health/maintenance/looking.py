"""Looks at what of a site is due. A thing that cannot be seen is unknown, with the reason."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final

from solarrally_tui.account.lookups import newest_postgres
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.health.checks import why_unknown
from solarrally_tui.health.maintenance import items, judgement
from solarrally_tui.health.maintenance.items import Item, Kind, Standing, Urgency
from solarrally_tui.health.observed_site import ObservedSite, OutOfReachError
from solarrally_tui.health.probes import database, upkeep
from solarrally_tui.site import names
from solarrally_tui.site.tiers import Shape

AUTHORITY: Final = "rds-ca-rsa2048-g1"
"""The authority that the blueprint `data` names for the server certificate."""
_LIMIT: Final = 30.0
"""Seconds that one thing may take."""
_PAGE: Final = 250

Look = Callable[[ObservedSite], Awaitable[Standing | None]]
"""Returns how a site stands with one thing; None where it has no such thing."""


async def look(observed: ObservedSite, broker_tag: str, only: str = "") -> tuple[Item, ...]:
    """Return what a site has to renew from time to time. Never raises AwsError.

    broker_tag: of the mosquitto image that this version deploys. only: the id of one thing.
    """

    async def broker(observed: ObservedSite) -> Standing | None:
        if observed.site.size.shape is Shape.FUNCTIONS:
            return None
        return await _broker_image(observed, broker_tag)

    looks: dict[Kind, Look] = {**_LOOKS, items.BROKER_IMAGE: broker}
    chosen = {kind: see for kind, see in looks.items() if only in ("", kind.id)}
    found = await asyncio.gather(*(_seen(see, observed) for see in chosen.values()))
    return tuple(
        Item(kind, standing)
        for kind, standing in zip(chosen, found, strict=True)
        if standing is not None
    )


async def _seen(see: Look, observed: ObservedSite) -> Standing | None:
    try:
        async with asyncio.timeout(_LIMIT):
            return await see(observed)
    except (AwsError, OutOfReachError, TimeoutError) as error:
        return Standing(Urgency.UNKNOWN, why_unknown(error, _LIMIT).strip())


def _secret(title: str) -> Look:
    async def see(observed: ObservedSite) -> Standing | None:
        found = await observed.shared("secrets", lambda: upkeep.versions_of_secrets(observed))
        if title not in found:
            return None
        changed = upkeep.changed_at(found[title] or ())
        if changed is None:
            return Standing(Urgency.UNKNOWN, "Secrets Manager has no date of it.")
        due, urgent = judgement.SECRET_DUE, judgement.SECRET_URGENT
        return judgement.by_age("The password is", changed, datetime.now(UTC), due, urgent)

    return see


async def _bridge(observed: ObservedSite) -> Standing | None:
    if observed.site.size.shape is Shape.FUNCTIONS:
        return None
    issued = await _issued(observed, observed.output("iot", "BridgePolicyName"))
    if not issued:
        return Standing(Urgency.URGENT, "No certificate carries the bridge's policy.")
    due, urgent = judgement.SECRET_DUE, judgement.SECRET_URGENT
    # One that a run did not come to delete is a way in, too: the oldest counts.
    return judgement.by_age("The certificate is", min(issued), datetime.now(UTC), due, urgent)


async def _chargers(observed: ObservedSite) -> Standing:
    issued = await _issued(observed, names.device_policy(observed.site.name))
    return judgement.charger_certificates(issued, datetime.now(UTC))


async def _issued(observed: ObservedSite, policy: str) -> list[datetime]:
    """Return when the active certificates that carry a policy were issued. Raises AwsError."""
    door = observed.door
    listed, targets = await asyncio.gather(
        observed.shared(
            "certificates",
            lambda: door.pages("iot", "list_certificates", "certificates", pageSize=_PAGE),
        ),
        door.pages("iot", "list_targets_for_policy", "targets", policyName=policy, pageSize=_PAGE),
    )
    carries = set(targets)
    return [
        item["creationDate"]
        for item in listed
        if item["certificateArn"] in carries and item["status"] == "ACTIVE"
    ]


async def _instance(observed: ObservedSite) -> dict[str, Any]:
    instance = await database.described_instance(observed)
    if instance is None:
        raise OutOfReachError("The database was deleted.")
    return instance


async def _authority(observed: ObservedSite) -> Standing:
    instance = await _instance(observed)
    certificate = instance.get("CertificateDetails") or {}
    used = str(certificate.get("CAIdentifier") or instance.get("CACertificateIdentifier") or "")
    return judgement.authority(used, AUTHORITY, certificate.get("ValidTill"), datetime.now(UTC))


async def _minor(observed: ObservedSite) -> Standing:
    version = str((await _instance(observed))["EngineVersion"])
    major = int(version.partition(".")[0])
    newest, same = await asyncio.gather(
        newest_postgres(observed.door, major),
        observed.door.pages(
            "rds",
            "describe_db_engine_versions",
            "DBEngineVersions",
            Engine="postgres",
            EngineVersion=version,
        ),
    )
    offered = any(one.get("Status", "available") == "available" for one in same)
    return judgement.minor_version(version, newest, offered=offered)


async def _major(observed: ObservedSite) -> Standing:
    version = str((await _instance(observed))["EngineVersion"])
    majors = await database.majors_like(observed, version)
    end = database.end_of_support(majors)
    return judgement.major_version(version, end, datetime.now(UTC))


async def _application(observed: ObservedSite) -> Standing:
    pairs = {id_: pair for id_, pair in upkeep.blueprint_versions(observed).items() if all(pair)}
    if not pairs:
        return Standing(Urgency.UNKNOWN, "The stacks do not say which version deployed them.")
    behind = upkeep.what_is_behind(pairs, observed.site.application)
    if behind:
        return Standing(Urgency.DUE, " ".join(behind))
    return Standing(
        Urgency.NOT_DUE, "The blueprints and the application are those of this version."
    )


async def _application_image(observed: ObservedSite) -> Standing | None:
    described = await _image(observed, "AppImage")
    if described is None:  # an image of the operator's own, which is not built here
        return None
    due, urgent = judgement.IMAGE_DUE, judgement.IMAGE_URGENT
    built, now = described["imagePushedAt"], datetime.now(UTC)
    return judgement.by_age("The image, with its system packages, is", built, now, due, urgent)


async def _broker_image(observed: ObservedSite, wanted: str) -> Standing | None:
    described = await _image(observed, "BrokerImage")
    if described is None:
        return None
    tags = described.get("imageTags") or ["without a tag"]
    if wanted not in tags:
        return Standing(Urgency.DUE, f"It runs {tags[0]}; this version deploys {wanted}.")
    return Standing(Urgency.NOT_DUE, f"It runs {wanted}, the one of this version.")


async def _image(observed: ObservedSite, parameter: str) -> dict[str, Any] | None:
    """Return what ECR says of an image that runs; None where the site's registry has it not.

    Raises OutOfReachError and AwsError.
    """
    stack = observed.stack("app")
    if stack is None:
        raise OutOfReachError("The tasks do not exist yet.")
    which = parameter.removesuffix("Image")
    uri, _, digest = stack.parameters.get(parameter, "").partition("@")
    if not digest or uri != observed.output("build", f"{which}RepositoryUri"):
        return None
    response = await observed.door.find(
        "ecr",
        "describe_images",
        repositoryName=observed.output("build", f"{which}RepositoryName"),
        imageIds=[{"imageDigest": digest}],
    )
    details: list[dict[str, Any]] = (response or {}).get("imageDetails") or []
    return details[0] if details else None


_LOOKS: Final[dict[Kind, Look]] = {
    items.DATABASE_PASSWORD: _secret("database"),
    items.ADMINISTRATOR_PASSWORD: _secret("administrator"),
    items.VIEWER_PASSWORD: _secret("viewer"),
    items.BRIDGE_CERTIFICATE: _bridge,
    items.CHARGER_CERTIFICATES: _chargers,
    items.DATABASE_AUTHORITY: _authority,
    items.POSTGRES_MINOR: _minor,
    items.POSTGRES_MAJOR: _major,
    items.APPLICATION: _application,
    items.APPLICATION_IMAGE: _application_image,
}
