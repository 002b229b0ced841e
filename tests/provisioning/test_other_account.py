"""A simulated account with another number than the usual one takes a site to the end."""

from pathlib import Path

import pytest

from solarrally_tui.chargers.onboarding import add
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.teardown.destroy import destroy
from solarrally_tui.simulator.child import Account
from tests.provisioning.engine_setup import Heard, all_well, deployed, opened, site_named


@pytest.fixture
def number(own_account: Account, monkeypatch: pytest.MonkeyPatch) -> str:
    # A twelve-digit access key is an account of its own.
    monkeypatch.setitem(own_account.environment, "AWS_ACCESS_KEY_ID", "111111111111")
    return "111111111111"


@pytest.mark.torture
async def test_a_site_lives_and_ends_in_another_account(
    own_account: Account, number: str, tmp_path: Path
) -> None:
    async with opened(own_account) as door:
        assert (await door.identity()).account == number
        outcome, heard = await deployed(site_named("elsewhere"), door)
        assert outcome.exit_code is Exit.OK, outcome.cause
        assert heard.last("viewer-keys").state is State.DONE
        await all_well("elsewhere", door)
        await add("left-wall", await DeployedSite.open(door, "elsewhere"), tmp_path / "left")
        gone = await destroy("elsewhere", door, Heard().append, delete_data=True)
        assert gone.exit_code is Exit.OK, gone.cause
        assert gone.kept == ()
