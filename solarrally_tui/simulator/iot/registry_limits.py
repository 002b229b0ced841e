"""Sizes of AWS IoT's policies and things, over the API as in stacks.

Figures: AWS General Reference, "AWS IoT Core endpoints and quotas" (policies, things) and the API
reference (CreateThing, AttributePayload). Names of things are MiniStack's own check: 1 to 128 of
a-z, A-Z, 0-9, colon, underscore and hyphen.
"""

import re
from collections.abc import Callable
from typing import Any, Final

from ministack.core.responses import error_response_json
from ministack.services import iot

from solarrally_tui.simulator.pins import private, replace

_things = private(iot, "_things")
_policies = private(iot, "_policies")

POLICY_CHARACTERS: Final = 2048
"""Of a policy document, without white space."""

POLICY_VERSIONS: Final = 5

ATTRIBUTES: Final = 50
ATTRIBUTES_WITHOUT_TYPE: Final = 3
ATTRIBUTES_BYTES: Final = 47 * 1024
_NAME: Final = re.compile(r"[a-zA-Z0-9_.,@/:#-]{1,128}")
_VALUE: Final = re.compile(r"[a-zA-Z0-9_.,@/:#=\[\]-]{0,800}")

Refusal = tuple[Any, ...] | None


def install() -> None:
    """Check what creates and changes policies and things. Call once."""
    replace(iot, "_create_policy", _checked(_policy_refusal))
    replace(iot, "_create_policy_version", _checked(_version_refusal))
    replace(iot, "_create_thing", _checked(_thing_refusal))
    replace(iot, "_update_thing", _checked(_update_refusal))


def _checked(refusal: Callable[[str, Any], Refusal]) -> Callable[..., Callable[..., Any]]:
    def wrap(work: Callable[..., Any]) -> Callable[..., Any]:
        def checked(name: str, payload: dict[str, Any], *rest: Any) -> Any:
            return refusal(name, payload) or work(name, payload, *rest)

        return checked

    return wrap


def _policy_refusal(_name: str, payload: dict[str, Any]) -> Refusal:
    if len("".join(str(payload.get("policyDocument", "")).split())) <= POLICY_CHARACTERS:
        return None
    # In AWS's words, as people met them.
    return _invalid(f"Policy cannot be created - size exceeds hard limit ({POLICY_CHARACTERS})")


def _version_refusal(name: str, payload: dict[str, Any]) -> Refusal:
    versions = (_policies.get(name) or {}).get("versions", ())
    if len(versions) < POLICY_VERSIONS:
        return _policy_refusal(name, payload)
    message = f"The policy {name} already has the maximum number of versions ({POLICY_VERSIONS})"
    return error_response_json("VersionsLimitExceededException", message, 409)  # type: ignore[no-any-return]


def _thing_refusal(_name: str, payload: dict[str, Any]) -> Refusal:
    given = (payload.get("attributePayload") or {}).get("attributes") or {}
    return _attributes_refusal(given, given, has_type=bool(payload.get("thingTypeName")))


def _update_refusal(name: str, payload: dict[str, Any]) -> Refusal:
    thing = _things.get(name)
    if thing is None:
        return None
    change = payload.get("attributePayload") or {}
    given = change.get("attributes") or {}
    before = thing.get("attributes") or {}
    if "attributePayload" in payload:
        before = {**before, **given} if change.get("merge") else given
    has_type = bool(payload.get("thingTypeName") or thing.get("thingTypeName"))
    if payload.get("removeThingType"):
        has_type = False
    after = {key: value for key, value in before.items() if value}
    return _attributes_refusal(given, after, has_type=has_type)


def _attributes_refusal(given: dict[str, str], after: dict[str, str], *, has_type: bool) -> Refusal:
    most = ATTRIBUTES if has_type else ATTRIBUTES_WITHOUT_TYPE
    if len(after) > most:
        without = "" if has_type else " without a thing type"
        return _invalid(f"A thing{without} can have at most {most} attributes.")
    for name, value in given.items():
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value or ""):
            words = "Map keys and values must satisfy regular expression patterns"
            return _invalid(f"'attributePayload.attributes' failed to satisfy constraint: {words}")
    if sum(len(key) + len(value) for key, value in after.items()) > ATTRIBUTES_BYTES:
        return _invalid(f"The attributes of a thing have at most {ATTRIBUTES_BYTES} bytes.")
    return None


def _invalid(message: str) -> Refusal:
    return error_response_json("InvalidRequestException", message, 400)  # type: ignore[no-any-return]
