"""CloudWatch: alarms of the site that are in alarm, with the reason that CloudWatch gives."""

from collections.abc import AsyncIterator
from typing import Final

from solarrally_tui.health.diagnosis.evidence import Evidence
from solarrally_tui.health.diagnosis.examination import Case
from solarrally_tui.health.probes.stacks import alarm_names

_ALARMS_A_CALL: Final = 100


async def alarms(case: Case) -> AsyncIterator[Evidence]:
    """Yield the alarms that are in alarm, with the time since when."""
    names = await alarm_names(case.observed)
    for start in range(0, len(names), _ALARMS_A_CALL):
        response, call = await case.call(
            "cloudwatch",
            "describe_alarms",
            AlarmNames=names[start : start + _ALARMS_A_CALL],
            AlarmTypes=["MetricAlarm", "CompositeAlarm"],
            StateValue="ALARM",
        )
        for alarm in response["MetricAlarms"] + response.get("CompositeAlarms", []):
            words = f"{alarm.get('AlarmDescription') or ''} {alarm.get('StateReason', '')}"
            yield call.evidence(
                "alarm",
                words,
                resource=alarm["AlarmName"],
                type="AWS::CloudWatch::Alarm",
                state=alarm["StateValue"],
                time=alarm.get("StateUpdatedTimestamp"),
                link=case.link("alarm", id=alarm["AlarmName"]),
            )
