"""What is deleted at AWS IoT is the site's own, also where a filter was passed over."""

from typing import Any, cast

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.provisioning.identities.iot_identities import delete_standby, type_groups
from solarrally_tui.site.names import STANDBY_OF, thing_group, type_group

SITES = ("sunny", "sunny-side", "sun")
THINGS = {f"{site}-1": {STANDBY_OF: site} for site in SITES} | {"other": {}}


class Unfiltered:
    """AWS IoT as if it knew no filter."""

    def __init__(self) -> None:
        self.deleted: list[str] = []

    async def pages(self, _: str, operation: str, __: str, **___: str) -> list[dict[str, Any]]:
        groups = [name(site) for site in SITES for name in (thing_group, _boxes)]
        listed: dict[str, list[dict[str, Any]]] = {
            "list_thing_groups": [{"groupName": name} for name in groups],
            "list_things": [{"thingName": n, "attributes": THINGS[n]} for n in THINGS],
            "list_thing_principals": [],
        }
        return listed[operation]

    async def call(self, _: str, operation: str, **given: str) -> None:
        assert operation == "delete_thing"
        self.deleted.append(given["thingName"])


def _boxes(site: str) -> str:
    return type_group(site, "box")


@pytest.mark.parametrize("site", SITES)
async def test_only_what_is_the_sites_own_is_deleted(site: str) -> None:
    door = Unfiltered()
    assert await type_groups(cast("Door", door), site) == [_boxes(site)]
    assert await delete_standby(cast("Door", door), site) == 1
    assert door.deleted == [f"{site}-1"]
