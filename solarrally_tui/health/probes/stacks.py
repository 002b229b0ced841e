"""Checks of what holds the site and watches over it: stacks, alarms, alert e-mail."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from solarrally_tui.account.shared.extras import STACKS
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.aws.why_unknown import why_unknown
from solarrally_tui.deployed import presence
from solarrally_tui.deployed.ownership import ForeignResourceError
from solarrally_tui.deployed.stack import Stack, StackResource
from solarrally_tui.deployed.stack_status import status_of
from solarrally_tui.findings.severity import Severity, worst
from solarrally_tui.health.figures import Figure
from solarrally_tui.health.observed_site import ObservedSite
from solarrally_tui.health.report import Observation, fail, ok, unknown, unused, warn
from solarrally_tui.text.enumeration import enumerated

_ALARMS_A_CALL: Final = 100
_ALARM_TYPES: Final = frozenset({"AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"})
_NAMED: Final = 3
"""How many stacks, resources or alarms a line names."""
_OTHERS: Final = frozenset(
    {
        "AWS::CertificateManager::Certificate",
        "AWS::CloudWatch::Alarm",
        "AWS::CloudWatch::CompositeAlarm",
        "AWS::ECS::Service",
        "AWS::RDS::DBInstance",
    }
)
"""Types whose own checks say that they are gone."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What the status of one stack means, and what the operator does next."""

    severity: Severity
    what: str = ""
    next: str = ""


async def stacks(observed: ObservedSite) -> Observation:
    """Judge whether every stack that the site needs exists and is complete."""
    # Somebody else's stack goes first: others are missing because of it.
    ids = sorted(
        observed.stacks.keys() - STACKS.keys(),
        key=lambda id_: not isinstance(observed.stacks[id_], ForeignResourceError),
    )
    judged = [_judged(observed, stack_id) for stack_id in ids]
    bad = [one for one in judged if one.severity is not Severity.OK]
    if not bad:
        extras = [stack for id_ in STACKS if (stack := observed.stacks.get(id_))]
        whole = [one for one in extras if isinstance(one, Stack) and _is_complete(one)]
        return ok(f"All {len(judged) + len(whole)} stacks are complete.")
    severity = worst(one.severity for one in bad)
    worst_first = sorted(bad, key=lambda one: one.severity is not severity)
    return Observation(severity, together(worst_first[:_NAMED]))


def together(judged: Sequence[Judged]) -> str:
    """Return what several stacks are, each with what to do next, which is said once."""
    groups: dict[str, list[str]] = {}
    for one in judged:
        longer = [other.next for other in judged if one.next and other.next.startswith(one.next)]
        whats = groups.setdefault(max(longer, key=len, default=""), [])
        if one.what not in whats:
            whats.append(one.what)
    return " ".join(f"{' '.join(whats)} {next_}".rstrip() for next_, whats in groups.items())


def _is_complete(stack: Stack) -> bool:
    return status_of(stack.status).severity is Severity.OK


def judge(observed: ObservedSite, stack_id: str) -> Observation:
    """Judge one stack: what its status means, and what the operator does next."""
    one = _judged(observed, stack_id)
    return Observation(one.severity, f"{one.what} {one.next}".rstrip())


def _judged(observed: ObservedSite, stack_id: str) -> Judged:
    stack = observed.stacks[stack_id]
    if isinstance(stack, ForeignResourceError):
        return Judged(Severity.FAIL, f"{stack.plain.what} {stack.plain.why}")
    if isinstance(stack, AwsError):
        return Judged(Severity.UNKNOWN, str(stack.plain))
    if stack is None:
        missing = f"{observed.name_of(stack_id)} is missing."
        return Judged(Severity.FAIL, missing, "Run solarrally deploy FILE again.")
    status = status_of(stack.status)
    if status.severity is Severity.OK:
        return Judged(Severity.OK)
    means = status.means.format(stack=stack.name)
    # AWS's own word for it is what people look up.
    named = means if stack.status in means else f"{means.rstrip('.')} ({stack.status})."
    return Judged(status.severity, named, status.next)


async def resources(observed: ObservedSite) -> Observation:
    """Judge whether what the stacks hold still exists: CloudFormation does not notice otherwise."""
    ids = [id_ for id_ in observed.stacks if observed.stack(id_)]
    looks = await asyncio.gather(*(_present(observed, id_) for id_ in ids))
    missing = [one for look in looks for one in look.missing]
    unseen = [pair for look in looks for pair in look.unseen]
    if missing:
        named = enumerated([f"{it.logical_id} ({it.physical_id})" for it in missing], _NAMED)
        return fail(
            f"Deleted by somebody, and still in their stacks: {named}. Run solarrally deploy."
        )
    seen = sum(look.seen for look in looks)
    if unseen:
        resource, error = unseen[0]
        return unknown(
            f"{len(unseen)} of {len(unseen) + seen} could not be looked for, such as "
            f"{resource.logical_id}: {why_unknown(error)}"
        )
    if not seen:
        return unknown("The site has no stacks yet.")
    held = sum([presence.alive(await observed.resources(id_)) for id_ in ids])
    return ok(f"Nothing was deleted by hand: {seen} of {held} resources were looked up.")


async def drift(observed: ObservedSite) -> Observation:
    """Judge whether CloudFormation's last drift detection found changes by hand.

    Detecting takes minutes and is not begun here: AWS Config or a person does that.
    """
    found = {stack.name: stack.drift for id_ in observed.stacks if (stack := observed.stack(id_))}
    return judge_drift(found)


def judge_drift(found: Mapping[str, str]) -> Observation:
    """Judge stacks by their names and StackDriftStatus."""
    if not found:
        return unknown("The site has no stacks yet.")
    drifted = [name for name, state in found.items() if state == "DRIFTED"]
    if drifted:
        return warn(
            f"Changed by hand: {', '.join(drifted[:_NAMED])}. Run solarrally deploy, or see the "
            "stack's drift in the CloudFormation console."
        )
    looked = sum(state == "IN_SYNC" for state in found.values())
    if not looked:
        return unused(
            "Nobody has let AWS look for them. Detect drift in CloudFormation's console does; it "
            "takes minutes."
        )
    return ok(f"None in {looked} of {len(found)} stacks, when CloudFormation last detected drift.")


async def _present(observed: ObservedSite, stack_id: str) -> presence.Presence:
    door = observed.door.with_region(observed.deployed.stacks.region(stack_id))
    looked = await presence.look(door, _held(await observed.resources(stack_id)))
    if not looked.missing:
        return looked
    # A list from before the last change of the stack names what that change replaced.
    return await presence.look(door, _held(await observed.resources(stack_id, fresh=True)))


def _held(resources: Iterable[StackResource]) -> list[StackResource]:
    return [one for one in resources if one.type not in _OTHERS]


async def alarms(observed: ObservedSite) -> Observation:
    """Judge whether any alarm of the site's own stacks is in alarm."""
    names = await alarm_names(observed)
    if not names:
        return unknown("The site has no alarms yet.")
    states = await _states(observed, names)
    if _gone(names, states):  # The last change of a stack may have removed them.
        names = await alarm_names(observed, fresh=True)
        states = await _states(observed, names)
    if gone := _gone(names, states):
        listed = ", ".join(gone[:_NAMED])
        return fail(f"{len(gone)} of {len(names)} are deleted: {listed}. Run solarrally deploy.")
    ringing = [alarm for alarm in states if alarm["StateValue"] == "ALARM"]
    count = Figure("alarms", "Alarms that ring", len(ringing))
    if not ringing:
        return ok(f"None of {len(names)} alarms rings.", count)
    named = " ".join(
        f"{(alarm.get('AlarmDescription') or alarm['AlarmName']).strip().rstrip('.')}."
        for alarm in ringing[:_NAMED]
    )
    serving = observed.output("observe", "ServingAlarmName")
    is_down = serving in {alarm["AlarmName"] for alarm in ringing}
    return (fail if is_down else warn)(f"{len(ringing)} of {len(names)} in alarm: {named}", count)


def _gone(names: Collection[str], states: Iterable[Mapping[str, str]]) -> list[str]:
    return sorted(set(names) - {alarm["AlarmName"] for alarm in states})


async def alarm_names(observed: ObservedSite, *, fresh: bool = False) -> list[str]:
    """Return the names of all alarms of the site's stacks. Raises AwsError.

    fresh: list them anew.
    """
    ids = [stack_id for stack_id, stack in observed.stacks.items() if stack]
    listings = await asyncio.gather(*(observed.resources(id_, fresh=fresh) for id_ in ids))
    return [
        resource.physical_id
        for listing in listings
        for resource in listing
        if resource.type in _ALARM_TYPES and resource.physical_id
    ]


async def _states(observed: ObservedSite, names: list[str]) -> list[dict[str, str]]:
    states: list[dict[str, str]] = []
    for start in range(0, len(names), _ALARMS_A_CALL):
        response = await observed.door.call(
            "cloudwatch",
            "describe_alarms",
            AlarmNames=names[start : start + _ALARMS_A_CALL],
            # Without this, DescribeAlarms leaves composite alarms out.
            AlarmTypes=["MetricAlarm", "CompositeAlarm"],
        )
        states += response["MetricAlarms"] + response.get("CompositeAlarms", [])
    return states


async def alerts(observed: ObservedSite) -> Observation:
    """Judge whether the alert topic has a confirmed e-mail subscription, and lost none."""
    topic = observed.output("bootstrap", "AlertTopicArn")
    subscriptions = await observed.door.pages(
        "sns", "list_subscriptions_by_topic", "Subscriptions", TopicArn=topic
    )
    emails = [item for item in subscriptions if item["Protocol"] == "email"]
    listed = [item["Endpoint"] for item in emails if item["SubscriptionArn"] != "Deleted"]
    # AWS lists what somebody unsubscribed for some days (github.com/ansible/ansible pull 20086).
    gone = [item["Endpoint"] for item in emails if item["Endpoint"] not in listed]
    why = "Somebody, or a program that checks e-mail, followed the link in an alert."
    if not listed:
        was = f"{gone[0]} was unsubscribed. {why} " if gone else ""
        return fail(f"{was}Nobody is subscribed to the alerts.")
    # Until it is confirmed, a subscription's ARN is the word PendingConfirmation.
    waiting = [
        item["Endpoint"] for item in emails if item["SubscriptionArn"] == "PendingConfirmation"
    ]
    if waiting:
        return warn(
            f"{waiting[0]} has not confirmed the subscription. AWS sent an e-mail with a link."
        )
    if gone:
        return warn(f"{gone[0]} was unsubscribed. {why} Alerts go to {', '.join(listed)}.")
    have = "has" if len(listed) == 1 else "have"
    return ok(f"Alerts go to {', '.join(listed)}, which {have} confirmed.")
