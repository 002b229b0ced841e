"""How CloudFormation refuses before it begins."""

import json
from typing import Any, Final

from solarrally_tui.aws.poll import poll
from solarrally_tui.deployed.change_sets import problems
from solarrally_tui.proofs.bench import Bench

_VALIDATION: Final = "AWS::EarlyValidation::ResourceExistenceCheck"
_SETTLED_SECONDS: Final = 120.0


async def early_validation(bench: Bench) -> None:
    """Have a change set refused twice for a log group that exists, under one name."""
    await bench.door.call("logs", "create_log_group", logGroupName=bench.name)
    group = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": bench.name}}
    template = json.dumps({"Resources": {"Group": group}})
    for trial in ("the first time", "with the same name again"):
        created = await bench.door.call(
            "cloudformation",
            "create_change_set",
            StackName=bench.name,
            ChangeSetName=bench.name,
            ChangeSetType="CREATE",
            TemplateBody=template,
        )
        described = await _ended(bench, str(created["Id"]))
        reason = str(described.get("StatusReason", ""))
        bench.note(
            f"the change set is refused by {_VALIDATION}, {trial}",
            f"{described['Status']}: {reason}",
            holds=described["Status"] == "FAILED" and _VALIDATION in reason,
        )
        causes = await problems(bench.door, bench.door.region, ChangeSetName=str(created["Id"]))
        words = "; ".join(str(cause) for cause in causes)
        bench.note(
            f"DescribeEvents names the log group, {trial}",
            words or "no failed event",
            holds=bench.name in words or "Group" in words,
        )
        await bench.door.call(
            "cloudformation", "delete_change_set", ChangeSetName=str(created["Id"])
        )


async def _ended(bench: Bench, change_set: str) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        described = await bench.door.call(
            "cloudformation", "describe_change_set", ChangeSetName=change_set
        )
        return described if described["Status"] in {"FAILED", "CREATE_COMPLETE"} else None

    return await poll(look, every=2.0, limit=_SETTLED_SECONDS)
