"""Checks of what watches over the site: stacks, alarms, alert e-mail, budget, audit trail."""

from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.deployed.stack import GOOD, Stack
from solarrally_tui.findings.severity import worst
from solarrally_tui.health.observed_site import ObservedSite
from solarrally_tui.health.report import Observation, fail, ok, unknown, warn
from solarrally_tui.site.names import GLOBAL_REGION

_ROLLED_BACK = "UPDATE_ROLLBACK_COMPLETE"
_ALARMS_A_CALL = 100
_NAMED = 3


async def stacks(observed: ObservedSite) -> Observation:
    """Every stack of the site is there and complete."""
    found = [_one_stack(observed, stack) for stack in observed.stacks]
    bad = [finding for finding in found if finding.severity != "ok"]
    if not bad:
        return ok(f"All {len(found)} stacks are complete.")
    told = sorted(bad, key=lambda finding: finding.severity != worst([f.severity for f in bad]))
    return Observation(
        worst([finding.severity for finding in bad]),
        " ".join(dict.fromkeys(finding.line for finding in told[:_NAMED])),
    )


def _one_stack(observed: ObservedSite, stack: str) -> Observation:
    found, name = observed.stacks[stack], observed.deployed.stacks.name(stack)
    if isinstance(found, AwsError):
        return unknown(str(found.plain))
    return _judged(found) if found else fail(f"{name} is missing.")


def _judged(stack: Stack) -> Observation:
    if stack.status in GOOD:
        return ok("")
    if stack.status == _ROLLED_BACK:
        return warn(f"The last change of {stack.name} failed and was rolled back.")
    if stack.status.endswith("_IN_PROGRESS"):
        return warn(f"{stack.name} is being changed ({stack.status}).")
    return fail(f"{stack.name} is in {stack.status}.")


async def alarms(observed: ObservedSite) -> Observation:
    """No alarm of the site's own stacks is ringing."""
    there = [name for name, found in observed.stacks.items() if found]
    names = [
        name
        for stack in there
        for kind in ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
        for name in await observed.resource_ids(stack, kind)
    ]
    if not names:
        return unknown("The site has no alarms yet.")
    ringing = [alarm for alarm in await _states(observed, names) if alarm["StateValue"] == "ALARM"]
    if not ringing:
        return ok(f"None of {len(names)} alarms is ringing.")
    told = "; ".join(_words(alarm) for alarm in ringing[:_NAMED])
    serving = observed.output("observe", "ServingAlarmName")
    is_down = serving in {alarm["AlarmName"] for alarm in ringing}
    return (fail if is_down else warn)(f"{len(ringing)} of {len(names)} ringing: {told}")


async def _states(observed: ObservedSite, names: list[str]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for start in range(0, len(names), _ALARMS_A_CALL):
        answer = await observed.door.call(
            "cloudwatch",
            "describe_alarms",
            AlarmNames=names[start : start + _ALARMS_A_CALL],
            AlarmTypes=["MetricAlarm", "CompositeAlarm"],
        )
        found += answer["MetricAlarms"] + answer.get("CompositeAlarms", [])
    return found


def _words(alarm: dict[str, str]) -> str:
    return (alarm.get("AlarmDescription") or alarm["AlarmName"]).strip()


async def alerts(observed: ObservedSite) -> Observation:
    """The alert topic has a confirmed e-mail subscription."""
    topic = observed.output("bootstrap", "AlertTopicArn")
    found = await observed.door.pages(
        "sns", "list_subscriptions_by_topic", "Subscriptions", TopicArn=topic
    )
    mails = [each for each in found if each["Protocol"] == "email"]
    if not mails:
        return fail("Nobody is subscribed to the alerts.")
    waiting = [each["Endpoint"] for each in mails if not each["SubscriptionArn"].startswith("arn:")]
    if waiting:
        return warn(f"{waiting[0]} has not confirmed the subscription. AWS sent an e-mail.")
    return ok(f"Alerts go to {', '.join(each['Endpoint'] for each in mails)}.")


async def budget(observed: ObservedSite) -> Observation:
    """The site's budget exists."""
    made = await observed.resource_ids("global", "AWS::Budgets::Budget")
    if not made:
        return unknown("The site has no budget yet.")
    account = (await observed.door.identity()).account
    try:
        answer = await observed.door.call(
            "budgets", "describe_budget", GLOBAL_REGION, AccountId=account, BudgetName=made[0]
        )
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            return fail("The budget was deleted. Nobody is told about high cost.")
        raise
    limit = answer["Budget"]["BudgetLimit"]
    amount = f"{float(limit['Amount']):,.0f} {limit['Unit']}"
    return ok(f"A mail is sent when a month costs more than {amount}.")


async def trail(observed: ObservedSite) -> Observation:
    """CloudTrail records who does what."""
    if not observed.site.governance.trail:
        return ok("Switched off in the site file.")
    made = await observed.resource_ids("governance", "AWS::CloudTrail::Trail")
    if not made:
        return unknown("The audit trail is not there yet.")
    try:
        status = await observed.door.call("cloudtrail", "get_trail_status", Name=made[0])
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            return fail("The audit trail was deleted.")
        raise
    if not status["IsLogging"]:
        return fail("The audit trail was stopped. What is done in the account is not recorded.")
    if status.get("LatestDeliveryError"):
        return warn(f"The audit trail cannot write its files: {status['LatestDeliveryError']}.")
    return ok("CloudTrail is recording.")
