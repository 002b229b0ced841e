"""What a run saw of a failing stack before AWS rolled it back, in an SSM parameter a stack.

It is beside the site's record: any computer finds it there, whichever stack failed, and who may
only look can read it. A bucket or log group of the site may be what is rolled back, and a supporter
may not read the bucket. The standard tier is free; compressed, what the rules read of a failure
fits. Compression also keeps AWS from refusing two braces in a value (Systems Manager API reference,
PutParameter).
"""

import base64
import binascii
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import Kind, tolerate
from solarrally_tui.site.names import GLOBAL_REGION, SITE_TAG, evidence_name

SCHEMA: Final = 1
_LIMIT: Final = 4096
"""Characters that a standard parameter holds."""

Item = Mapping[str, Any]
"""One piece of evidence as JSON. Without secrets: the reader who writes it down redacts it."""


@dataclass(frozen=True, slots=True)
class KeptEvidence:
    """What was seen of one stack when it failed."""

    stack: str
    """Its id in the catalogue."""
    event: str
    """Id of CloudFormation's event with which the failure showed."""
    taken: str
    """ISO 8601 in UTC, by the clock of the computer that looked."""
    items: tuple[Item, ...]
    """The most telling first."""


async def write(door: Door, site: str, kept: KeptEvidence) -> int:
    """Keep as much as fits, in place of what was kept of the stack before; return how many items.

    Raises AwsError.
    """
    value, count = _fitting(kept)
    name, tags = evidence_name(site, kept.stack), [{"Key": SITE_TAG, "Value": site}]
    parameter: dict[str, Any] = {"Name": name, "Value": value, "Type": "String"}
    # Tags and Overwrite exclude each other in PutParameter.
    with tolerate(Kind.EXISTS):
        await door.call("ssm", "put_parameter", GLOBAL_REGION, **parameter, Tags=tags)
        return count
    await door.call("ssm", "put_parameter", GLOBAL_REGION, **parameter, Overwrite=True)
    return count


async def read(door: Door, site: str) -> tuple[KeptEvidence, ...]:
    """Return what is kept of a site's stacks. Raises AwsError.

    What cannot be read, or a newer version wrote, is left out.
    """
    found = (_read(parameter["Value"]) for parameter in await _all(door, site))
    return tuple(kept for kept in found if kept)


async def delete(door: Door, site: str) -> int:
    """Delete all that is kept of a site; return how many parameters that were. Raises AwsError."""
    names = [parameter["Name"] for parameter in await _all(door, site)]
    for name in names:
        await door.find("ssm", "delete_parameter", GLOBAL_REGION, Name=name)
    return len(names)


async def _all(door: Door, site: str) -> list[dict[str, Any]]:
    path = evidence_name(site, "").rstrip("/")
    return await door.pages("ssm", "get_parameters_by_path", "Parameters", GLOBAL_REGION, Path=path)


def _fitting(kept: KeptEvidence) -> tuple[str, int]:
    """Return the value of the parameter, and how many items are in it."""
    count = len(kept.items)
    while len(value := _value(kept, kept.items[:count])) > _LIMIT:
        count -= 1
    return value, count


def _value(kept: KeptEvidence, items: Sequence[Item]) -> str:
    packed = zlib.compress(json.dumps(items).encode(), 9)
    fields = {
        "schema": SCHEMA,
        "stack": kept.stack,
        "event": kept.event,
        "taken": kept.taken,
        "items": base64.b64encode(packed).decode(),
    }
    return json.dumps(fields)


def _read(value: str) -> KeptEvidence | None:
    try:
        fields = json.loads(value)
        if fields["schema"] != SCHEMA:
            return None
        items = json.loads(zlib.decompress(base64.b64decode(fields["items"])))
        return KeptEvidence(fields["stack"], fields["event"], fields["taken"], tuple(items))
    except (ValueError, TypeError, KeyError, zlib.error, binascii.Error):
        return None
