"""Causes that stacks and builds tell."""

from typing import Final

from solarrally_tui.health.diagnosis.rules.rule import AGAIN, LIKELY, NEAR, SYMPTOM, Rule

STACKS: Final = (
    Rule(
        id="build-failed",
        kinds=("build-log", "build"),
        what="The build {resource} failed in its phase {phase}.",
        next="Fix what the line says in the source or choose another ref on Application. " + AGAIN,
        source="CodeBuild user guide, Build phase transitions",
        state="FAILED|FAULT|TIMED_OUT|STOPPED",
    ),
    Rule(
        id="resource-failed",
        kinds=("stack-event",),
        what="AWS could not make or change {resource} in {stack}.",
        next="The words of AWS name the cause. Fix it. " + AGAIN,
        source="CloudFormation user guide, Troubleshooting",
        depth=NEAR,
    ),
    Rule(
        id="rollback-stuck",
        kinds=("stack-stuck",),
        what="The stack {stack} is stuck: its rollback failed at {resource}.",
        next="Mend what keeps {resource} from going back, then in the console: Stack actions, "
        "Continue update rollback. Skip {resource} there only if it cannot be mended.",
        source="CloudFormation user guide, Continue rolling back an update",
        state="UPDATE_ROLLBACK_FAILED|UPDATE_FAILED",
    ),
    Rule(
        id="delete-stuck",
        kinds=("stack-stuck",),
        what="The stack {stack} is stuck: {resource} could not be deleted.",
        next="Remove what AWS names, then run solarrally destroy {site} again.",
        source="CloudFormation user guide, Delete stack fails",
        state="DELETE_FAILED|ROLLBACK_FAILED",
    ),
    Rule(
        id="stack-deleted",
        kinds=("stack-deleted",),
        what="The stack {stack} was deleted.",
        next="If nobody meant to, ask CloudTrail who did. solarrally deploy makes it again; data "
        "that it held comes back only from backups.",
        source="CloudFormation API reference, ListStacks",
        depth=NEAR,
    ),
    Rule(
        id="still-working",
        kinds=("stack-busy",),
        what="AWS is still at work on {stack}.",
        next="Wait, or watch with solarrally deploy: it joins what runs.",
        source="CloudFormation API reference, StackStatus",
        depth=SYMPTOM,
    ),
    Rule(
        id="unfinished",
        kinds=("stack-missing",),
        what="The deployment never got to {stack}.",
        next="Nothing that failed was seen: the run was probably cut off. Run solarrally deploy "
        "again.",
        source="CloudFormation API reference, DescribeStacks",
        sure=LIKELY,
        depth=SYMPTOM,
    ),
)
