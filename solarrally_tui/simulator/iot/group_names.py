"""Lists thing groups by the start of their names, a filter that MiniStack passes over.

An account with several sites otherwise lists the groups of all of them for each (AWS IoT API
reference, ListThingGroups, namePrefixFilter).
"""

import json
from collections.abc import Callable
from typing import Any

from ministack.services import iot

from solarrally_tui.simulator.pins import replace

ListGroups = Callable[[dict[str, str]], tuple[Any, ...]]


def install() -> None:
    """Let ListThingGroups heed namePrefixFilter. Call once."""
    replace(iot, "_list_thing_groups", _by_name)


def _by_name(list_groups: ListGroups) -> ListGroups:
    def listed(given: dict[str, str]) -> tuple[Any, ...]:
        status, headers, body = list_groups(given)
        prefix = given.get("namePrefixFilter", "")
        groups = json.loads(body)["thingGroups"]
        kept = [group for group in groups if group["groupName"].startswith(prefix)]
        return status, headers, json.dumps({"thingGroups": kept}).encode()

    return listed
