"""The note that an import leaves in the site's artifact bucket: when, and how many rows there were.

Any computer that sees the site reads it. It has no row and no name of a person.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from solarrally_tui.aws.door import Door

KEY: Final = "migration/import.json"
_COUNTED: Final = re.compile(r"(\w+) (\d+) -> (\d+)")


@dataclass(frozen=True, slots=True)
class ImportedDump:
    """The newest dump that went into the database."""

    at: datetime
    rows: Mapping[str, tuple[int, int]]
    """By table: rows before and after, as the task counted them. Empty where its log was not
    readable."""


async def write(door: Door, bucket: str, printed: Sequence[str]) -> None:
    """Note that a dump was imported.

    printed: lines of the task, such as "users 1 -> 25". The door is in the site's Region. Raises
    AwsError.
    """
    found = (match.groups() for line in printed if (match := _COUNTED.fullmatch(line)))
    rows = {table: (int(before), int(after)) for table, before, after in found}
    body = json.dumps({"at": datetime.now(UTC).isoformat(timespec="seconds"), "rows": rows})
    await door.call("s3", "put_object", Bucket=bucket, Key=KEY, Body=body.encode())


async def read(door: Door, bucket: str) -> ImportedDump | None:
    """Return the note; None where no dump was imported, or it is not readable. Raises AwsError."""
    response = await door.find("s3", "get_object", Bucket=bucket, Key=KEY)
    if response is None:
        return None
    try:
        values = json.loads(response["Body"])
        rows = {str(table): (int(a), int(b)) for table, (a, b) in values["rows"].items()}
        return ImportedDump(datetime.fromisoformat(values["at"]), rows)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
