"""A person signs in to the simulated account with IAM Identity Center, as they do to AWS."""

import asyncio
import urllib.request

import pytest

from solarrally_tui.account.credentials.sign_in import AccountRole, DeviceSignIn
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.commands.demonstration.scenarios import START_URL
from solarrally_tui.simulator.child import Account


@pytest.fixture(autouse=True)
def here(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)


async def test_a_person_confirms_a_code_and_gets_a_session_that_is_not_root() -> None:
    sign_in = DeviceSignIn(START_URL, "us-east-1")
    invitation = await sign_in.start()
    assert invitation.code in invitation.url_with_code
    waiting = asyncio.create_task(sign_in.wait())
    await asyncio.sleep(0.3)
    assert not waiting.done()  # nobody has confirmed the code
    await asyncio.to_thread(urllib.request.urlopen, invitation.url_with_code)
    await waiting
    (role,) = await sign_in.roles()
    assert role == AccountRole("123456789012", "Sunny Garage", "AdministratorAccess")
    keys = await sign_in.keys(role)
    async with await Door.open("us-east-1", keys=keys) as door:
        who = await door.identity()
        assert who.arn.endswith("/ada")
        assert not who.is_root
        assert await door.credential_source() == "sso"
        await door.pages("iam", "list_roles", "Roles")
    with pytest.raises(AwsError, match="No access"):
        await sign_in.keys(AccountRole("999999999999", "", "AdministratorAccess"))
    sign_in.close()


async def test_another_portal_and_another_code_are_refused(account: Account) -> None:
    sign_in = DeviceSignIn("https://elsewhere.awsapps.com/start", "us-east-1")
    with pytest.raises(AwsError, match="Invalid start url"):
        await sign_in.start()
    sign_in.close()
    with pytest.raises(OSError, match="400"):
        await asyncio.to_thread(
            urllib.request.urlopen, f"{account.endpoint_url}/_solarrally/device/AAAA-BBBB"
        )
