"""A change set that CloudFormation refuses: the reason is told, kept, and told by diagnose."""

import json

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.findings.stack_failures import Cause, first_cause, operation_causes
from solarrally_tui.health.diagnosis.examine import examine
from solarrally_tui.provisioning.change.change_set import Wanted
from solarrally_tui.provisioning.change.explanation import not_accepted
from solarrally_tui.provisioning.change.stack_step import StackStep
from solarrally_tui.provisioning.engine.narrator import Narrator
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.simulator.child import Account
from tests.provisioning.engine_setup import StandingSite, deployed, fault, opened, site_named

TAKEN = "Resource of type 'AWS::S3::Bucket' with identifier 'x' already exists."
EARLY = (
    "The following hook(s)/validation failed: [AWS::EarlyValidation::ResourceExistenceCheck]. To "
    "troubleshoot Early Validation errors, use the DescribeEvents API."
)


async def test_a_first_change_that_is_refused_is_explained_and_diagnosed(
    account: Account, door: Door
) -> None:
    site = site_named("taken")
    with fault(account, kind="change-set", target="solarrally-taken-network/Vpc", message=TAKEN):
        outcome, _ = await deployed(site, door)
        again, _ = await deployed(site, door)
    for refused in (outcome, again):
        assert refused.exit_code is Exit.FAILED
        assert refused.cause
        assert "did not accept the change of solarrally-taken-network" in refused.cause.what
        assert TAKEN in refused.cause.why
        assert "choose another site name" in refused.cause.next
        assert "EarlyValidation" in refused.cause.detail
    diagnosis = await examine(await DeployedSite.open(door, "taken"))
    first = diagnosis.causes[0]
    assert first.id == "early-validation"
    assert TAKEN in first.why
    assert "was deleted" not in " ".join(cause.what for cause in diagnosis.causes)


async def test_a_refused_update_is_diagnosed_until_the_site_is_as_wanted(
    account: Account, standing: StandingSite, door: Door
) -> None:
    louder = site_named("engine-home", size={"log_retention_days": 60})
    hook = {"code": "AWSControlTower::Guard::Hook", "message": "[CT.LOGS.PR.1]: no"}
    with fault(account, kind="change-set", target="solarrally-engine-home-app/LogGroup", **hook):
        outcome, _ = await deployed(louder, door)
    assert outcome.cause
    assert "[CT.LOGS.PR.1]: no" in outcome.cause.why
    assert "administrators" in outcome.cause.next
    seen = await examine(await DeployedSite.open(door, "engine-home"))
    assert "organization-hook" in {cause.id for cause in (*seen.causes, *seen.past)}

    back, _ = await deployed(standing.site, door)
    assert back.exit_code is Exit.OK, back.cause
    async with opened(account) as fresh:
        seen = await examine(await DeployedSite.open(fresh, "engine-home"))
    assert "organization-hook" not in {cause.id for cause in (*seen.causes, *seen.past)}


async def test_a_stack_that_fails_its_validation_names_the_resource(door: Door) -> None:
    profile = {"Type": "AWS::Signer::SigningProfile", "Properties": {"PlatformId": "Quill"}}
    template = json.dumps({"Resources": {"Profile": profile}})
    wanted = Wanted("validated", "solarrally-validated-data", "us-east-1", template, {})
    step = StackStep(door, Narrator("validated", lambda _: None), "data", wanted)
    with pytest.raises(StepError) as refused:
        await step.bring()
    plain = refused.value.plain
    assert "could not be created" in plain.what
    assert "checked the change before it began" in plain.why
    assert "Profile (AWS::Signer::SigningProfile)" in plain.detail
    assert "Quill is not a valid enum value" in plain.detail


def test_what_a_change_set_names_says_what_to_do() -> None:
    plain = not_accepted("s", EARLY, [Cause("Web", "AWS::S3::Bucket", TAKEN)])
    assert plain.why == f"Web (AWS::S3::Bucket): {TAKEN}"
    assert "choose another site name" in plain.next
    assert EARLY in plain.detail
    assert TAKEN in plain.detail
    unread = not_accepted("s", EARLY)
    assert "describe-events" in unread.next
    strange = not_accepted("s", "No.", [Cause("Web", "AWS::S3::Bucket", "Something new.")])
    assert strange.why == "Web (AWS::S3::Bucket): Something new."


def test_events_that_only_warn_name_nothing() -> None:
    events = [
        {
            "EventType": "HOOK_INVOCATION_ERROR",
            "HookType": "A::B::Hook",
            "HookStatusReason": "careful",
            "HookFailureMode": "WARN",
        },
        {
            "EventType": "VALIDATION_ERROR",
            "LogicalResourceId": "Web",
            "ResourceType": "AWS::S3::Bucket",
            "ValidationStatusReason": TAKEN,
            "ValidationFailureMode": "FAIL",
        },
        {"EventType": "STACK_EVENT"},
    ]
    assert list(operation_causes(events)) == [Cause("Web", "AWS::S3::Bucket", TAKEN)]


def test_a_hook_of_a_resource_says_why() -> None:
    failed = {
        "LogicalResourceId": "Web",
        "ResourceStatus": "CREATE_FAILED",
        "ResourceStatusReason": "The following hook(s) failed: [A::B::Hook]",
    }
    hook = {
        "LogicalResourceId": "Web",
        "ResourceStatus": "CREATE_IN_PROGRESS",
        "HookType": "A::B::Hook",
        "HookStatus": "HOOK_COMPLETE_FAILED",
        "HookStatusReason": "No public buckets.",
        "HookFailureMode": "FAIL",
    }
    cause = first_cause([hook, failed], "stack")
    assert cause
    assert cause.reason.endswith("[A::B::Hook]\nA::B::Hook: No public buckets.")
