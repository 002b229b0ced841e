"""CloudWatch: alarms of the site that ring, with the reason that CloudWatch gives."""

from collections.abc import AsyncIterator

from solarrally_tui.health.diagnosis.evidence import Evidence
from solarrally_tui.health.diagnosis.examination import Case

_A_CALL = 100


async def alarms(case: Case) -> AsyncIterator[Evidence]:
    """Tell which alarms ring and since when."""
    there = [stack for stack in case.observed.stacks if case.stack(stack)]
    names = [
        name
        for stack in there
        for kind in ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
        for name in await case.observed.resource_ids(stack, kind)
    ]
    for start in range(0, len(names), _A_CALL):
        answer, asked = await case.call(
            "cloudwatch",
            "describe_alarms",
            AlarmNames=names[start : start + _A_CALL],
            AlarmTypes=["MetricAlarm", "CompositeAlarm"],
            StateValue="ALARM",
        )
        for each in answer["MetricAlarms"] + answer.get("CompositeAlarms", []):
            words = f"{each.get('AlarmDescription') or ''} {each.get('StateReason', '')}"
            yield asked.saw(
                "alarm",
                words,
                resource=each["AlarmName"],
                type="AWS::CloudWatch::Alarm",
                state=each["StateValue"],
                time=each.get("StateUpdatedTimestamp"),
                link=case.link("alarm", id=each["AlarmName"]),
            )
