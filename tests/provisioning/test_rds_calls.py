"""Waits for a database of RDS: whose end states end them."""

from typing import Any, cast

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.provisioning.operations.rds_calls import EndStateError, settled


class Told:
    """A door through which RDS reports a database in one state after the other."""

    def __init__(self, *states: str) -> None:
        self.states = list(states)

    async def call(self, _service: str, _operation: str, **_given: Any) -> dict[str, Any]:
        return {"DBInstances": [{"DBInstanceStatus": self.states.pop(0)}]}


async def test_a_database_of_a_site_is_waited_for_whatever_its_state() -> None:
    """Somebody may bring it back meanwhile: rotate continues then."""
    told = Told("failed", "available")
    assert (await settled(cast("Door", told), "own"))["DBInstanceStatus"] == "available"


async def test_a_restored_one_that_failed_is_not() -> None:
    with pytest.raises(EndStateError, match="RDS reports drill as failed"):
        await settled(cast("Door", Told("failed")), "drill", ends={"failed"})
