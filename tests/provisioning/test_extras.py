"""What an account may refuse without stopping a site."""

import contextlib
from collections.abc import Iterator

import pytest

from solarrally_tui.account.shared.extras import BUDGET, STACKS
from solarrally_tui.account.shared.singletons import SettingsWanted, ensure
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Plain
from solarrally_tui.aws.poll import StillWaitingError
from solarrally_tui.blueprints import CATALOGUE
from solarrally_tui.commands.shared.event_readers import result_json
from solarrally_tui.deployed import record
from solarrally_tui.findings.severity import Severity
from solarrally_tui.provisioning.deployment.optional import optional
from solarrally_tui.provisioning.engine.context import Context
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.narrator import Narrator
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import End, StepError
from solarrally_tui.provisioning.teardown.destroy import destroy
from solarrally_tui.simulator.child import Account
from tests.provisioning.engine_setup import Heard, deployed, fault, opened, seen, site_named

SITE = "bare-essentials"
CLOSED = "User not enabled for cost explorer access"
LINKED = (
    "Account 123456789012 is a linked account. To enable budgets for your account, ask the payer "
    "account to enable budgets first. (Service: Budgets, Status Code: 400)"
)
FULL = "User: 123456789012 already has 5 trails in us-east-1. (Service: CloudTrail)"
DENIED = "not authorized to perform this with an explicit deny in a service control policy"
OFF = {
    "alerts": {"email": "ops@example.com", "budget": False, "anomaly_detection": False},
    "devices": {"iot_log": False, "fleet_index": False},
    "governance": {"trail": False},
}


@contextlib.contextmanager
def a_narrow_account(account: Account) -> Iterator[None]:
    refusals = {
        "ce.*": CLOSED,
        "iot.GetV2LoggingOptions": DENIED,
        "iot.SetV2LoggingOptions": DENIED,
        "iot.GetIndexingConfiguration": DENIED,
        "iot.UpdateIndexingConfiguration": DENIED,
        "iam.ListOpenIDConnectProviders": DENIED,
    }
    resources = {f"solarrally-{SITE}-budget/Budget": LINKED, f"solarrally-{SITE}-trail/Trail": FULL}
    with contextlib.ExitStack() as faults:
        for target, words in refusals.items():
            faults.enter_context(fault(account, kind="refuse", target=target, message=words))
        for target, words in resources.items():
            faults.enter_context(fault(account, kind="resource", target=target, message=words))
        yield


@pytest.mark.torture
@pytest.mark.timeout(180)
async def test_no_extra_stops_a_site_or_keeps_it(own_account: Account, own_owner: Door) -> None:
    wanted = site_named(SITE, governance={"github_repository": "owner/name"})
    async with opened(own_account) as door:
        with a_narrow_account(own_account):
            outcome, heard = await deployed(wanted, door)
            assert outcome.exit_code is Exit.OK, outcome.cause
            warned = {each.what.partition(" could not")[0]: each for each in outcome.warnings}
            assert set(warned) == {
                "The budget",
                "The audit trail",
                "Cost anomaly detection",
                "The log of AWS IoT",
                "The fleet index",
                "The identity provider for GitHub",
            }
            assert "never been opened" in warned["Cost anomaly detection"].why
            assert "in the console" in warned["Cost anomaly detection"].next
            assert "account that pays" in warned["The budget"].why
            assert "alerts.budget = false" in warned["The budget"].next
            assert "already has 5 trails" in warned["The audit trail"].detail
            assert "organization" in warned["The log of AWS IoT"].why
            states = heard.states()
            assert {step for step, state in states.items() if state is State.WARN} == {
                "budget",
                "trail",
                "singletons",
            }
            result = result_json(SITE, outcome)
            assert (result["v"], result["state"], result["exit_code"]) == (2, "done", 0)
            assert {each["what"] for each in result["warnings"]} == {
                each.what for each in outcome.warnings
            }

            found = await seen(SITE, door)
            assert found["budget"].severity is found["trail"].severity is Severity.WARN
            assert "payer account" in found["budget"].line
            assert found["stacks"].severity is Severity.OK

            again, _ = await deployed(site_named(SITE, **OFF), door)
            assert (again.exit_code, again.warnings) == (Exit.OK, ())
            found = await seen(SITE, door)
            assert {found[id_].line for id_ in ("budget", "trail", "account-settings")} == {
                "Turned off in the site file."
            }
            gone = await destroy(SITE, door, lambda _: None, delete_data=True)
            assert gone.exit_code is Exit.OK, gone.cause
        assert await _parameters(own_owner) == []


async def test_a_site_is_deleted_where_cost_explorer_has_become_closed(
    own_account: Account, own_owner: Door
) -> None:
    async with opened(own_account) as door:
        needs = SettingsWanted(
            site=SITE,
            email="ops@example.com",
            anomaly_detection=True,
            iot_log=True,
            fleet_index=True,
            github=False,
        )
        await ensure(door, needs)
        await record.write(door, site_named(SITE), "123456789012")
        with a_narrow_account(own_account):
            heard = Heard()
            gone = await destroy(SITE, door, heard.append, delete_data=True)
            assert gone.exit_code is Exit.OK, gone.cause
        assert [each.what for each in gone.warnings] == [
            "Cost anomaly detection could not be deleted.",
            "The log of AWS IoT could not be deleted.",
            "The fleet index could not be deleted.",
            "Cost anomaly detection could not be deleted.",
        ]
        assert "Cost anomaly detection could not be deleted." in gone.summary
        assert heard.last("record").state is State.DONE
        # What could not be deleted stays on record, so that a later teardown deletes it.
        names = await _parameters(own_owner)
        assert not [name for name in names if name.startswith("/solarrally/sites/")]
        assert "/solarrally/made/anomaly-monitor" in names
        again = await destroy(SITE, door, lambda _: None, delete_data=True)
        assert again.exit_code is Exit.OK


async def _parameters(door: Door) -> list[str]:
    response = await door.call("ssm", "describe_parameters")
    return [each["Name"] for each in response["Parameters"]]


PLAIN = Plain(what="It broke.", why="A reason.", next="Mend it.")


@pytest.mark.parametrize(
    ("error", "stops"),
    [
        (StepError(PLAIN), None),
        (AwsError("LimitExceededException", "no", "budgets", "x"), None),
        (AwsError("AccessDenied", "no", "budgets", "x"), None),
        (StillWaitingError("long"), None),
        (StepError(PLAIN, Exit.REFUSED), Exit.REFUSED),
        (AwsError("ExpiredToken", "gone", "cloudformation", "x"), Exit.OUT_OF_SIGHT),
        (AwsError("ReadOnly", "no", "cloudformation", "x"), Exit.REFUSED),
    ],
    ids=str,
)
async def test_only_what_needs_the_operator_stops_the_run(
    error: Exception, stops: Exit | None
) -> None:
    async def act(_: Context) -> End:
        raise error

    context = Context(narrator=Narrator("x", lambda _: None))
    if stops is None:
        (warning,) = (await optional(act, BUDGET)(context)).warnings
        assert warning.what.startswith("The budget")
        assert warning.why
        assert "alerts.budget = false" in warning.next
    else:
        with pytest.raises(StepError) as raised:
            await optional(act, BUDGET)(context)
        assert raised.value.exit_code is stops


async def test_a_stack_of_an_extra_that_stays_is_named_by_a_teardown() -> None:
    async def act(_: Context) -> End:
        raise StepError(PLAIN)

    context = Context(narrator=Narrator("x", lambda _: None))
    (warning,) = (await optional(act, BUDGET, deletes=True)(context)).warnings
    assert (warning.what, warning.why) == ("The budget could not be deleted.", "A reason.")


def test_the_extras_that_are_stacks_are_leaves_of_the_catalogue() -> None:
    assert not {need for item in CATALOGUE for need in item.needs} & STACKS.keys()
