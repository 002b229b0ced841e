"""Reading the credentials again, as F5 and the guide on Account do, while something uses them."""

import asyncio

import pytest

from solarrally_tui.simulator.child import Account
from solarrally_tui.site.files import from_answers
from solarrally_tui.wizard.engine import real_services
from tests.screens.support import ANSWERS


async def test_checks_that_are_under_way_come_to_their_end(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    services = real_services()
    first = await services.who("us-east-1")
    checks = asyncio.create_task(services.accounts.findings(from_answers(ANSWERS)))
    for _ in range(4):
        await asyncio.sleep(0.01)
        assert await services.who("us-east-1", fresh=True) == first
    assert {"identity", "permissions"} <= {finding.id for finding in await checks}
    await services.close()
