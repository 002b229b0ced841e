"""Causes that stacks and builds show."""

from typing import Final

from solarrally_tui.findings.build_failures import ANOTHER_VERSION, RETRIED
from solarrally_tui.health.diagnosis.rules.rule import AGAIN, LIKELY, NEAR, SYMPTOM, Rule

STACKS: Final = (
    Rule(
        id="build-failed",
        kinds=("build-log", "build"),
        what="The {what} could not be built.",
        next=f"Run solarrally deploy FILE again: {RETRIED} {ANOTHER_VERSION}",
        source="CodeBuild user guide, Build phase transitions",
        state="FAILED|FAULT|TIMED_OUT|STOPPED",
        depth=NEAR,
        defaults={"what": "application"},
    ),
    Rule(
        id="build-not-started",
        kinds=("build",),
        what="The build {resource} was never started.",
        next="Run solarrally deploy FILE again. Where AWS has not released builds for the account "
        "(a quota of 0), it stops at once and says so.",
        source="CodeBuild API reference, StartBuild: AccountLimitExceededException",
        state="NEVER",
        sure=LIKELY,
        depth=NEAR,
    ),
    Rule(
        id="resource-failed",
        kinds=("stack-event",),
        what="AWS could not create or change {resource} in {stack}.",
        next="AWS's own words name the cause. Fix it. " + AGAIN,
        source="CloudFormation user guide, Troubleshooting",
        depth=NEAR,
    ),
    Rule(
        id="rollback-stuck",
        kinds=("stack-stuck",),
        what="The stack {stack} is stuck: its rollback failed at {resource}.",
        next="Fix what keeps {resource} from rolling back. {then}",
        source="CloudFormation user guide, Continue rolling back an update",
        state="UPDATE_ROLLBACK_FAILED|UPDATE_FAILED|IMPORT_ROLLBACK_FAILED",
        defaults={"then": "Then run solarrally deploy FILE again."},
    ),
    Rule(
        id="delete-stuck",
        kinds=("stack-stuck",),
        what="The stack {stack} is stuck: {resource} could not be deleted.",
        next="Remove what AWS names. {then}",
        source="CloudFormation user guide, Delete stack fails",
        state="DELETE_FAILED|ROLLBACK_FAILED",
        defaults={"then": "Then run solarrally destroy again."},
    ),
    Rule(
        id="creation-failed",
        kinds=("stack-stuck",),
        what="The first creation of the stack {stack} failed.",
        next="{then}",
        source="CloudFormation user guide, Stack status codes",
        state="CREATE_FAILED|ROLLBACK_COMPLETE",
        depth=NEAR,
        defaults={"then": "Run solarrally deploy FILE again."},
    ),
    Rule(
        id="change-undone",
        kinds=("stack-undone",),
        what="The last change of the stack {stack} failed and was rolled back.",
        next="{then}",
        source="CloudFormation user guide, Stack status codes",
        state=".*ROLLBACK_COMPLETE",
        depth=NEAR,
        defaults={"then": "Run solarrally deploy FILE again."},
    ),
    Rule(
        id="status-unknown",
        kinds=("stack-undone",),
        what="The stack {stack} is in {state}, which this version does not know.",
        next="Look the status up in the CloudFormation user guide, under stack status codes.",
        source="CloudFormation API reference, StackStatus",
        depth=NEAR,
    ),
    Rule(
        id="stack-deleted",
        kinds=("stack-deleted",),
        what="The stack {stack} was deleted.",
        next="If nobody intended that, look up in CloudTrail who did it. solarrally "
        "deploy creates the stack again. Its data comes back only from backups.",
        source="CloudFormation API reference, ListStacks",
        depth=NEAR,
    ),
    Rule(
        id="still-working",
        kinds=("stack-busy",),
        what="AWS is still working on {stack}.",
        next="Wait, or run solarrally deploy to watch. It joins the operation in progress.",
        source="CloudFormation API reference, StackStatus",
        depth=SYMPTOM,
    ),
    Rule(
        id="unfinished",
        kinds=("stack-missing",),
        what="The deployment did not reach {stack}.",
        next="No failure was seen, so the deployment was probably interrupted. Run "
        "solarrally deploy FILE again.",
        source="CloudFormation API reference, DescribeStacks",
        sure=LIKELY,
        depth=SYMPTOM,
    ),
)
