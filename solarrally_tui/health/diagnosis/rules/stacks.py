"""Causes that stacks and builds tell."""

from typing import Final

from solarrally_tui.health.diagnosis.rules.rule import AGAIN, LIKELY, NEAR, SYMPTOM, Rule

STACKS: Final = (
    Rule(
        "build-failed",
        ("build-log", "build"),
        "The build {resource} failed in its phase {phase}.",
        "Fix what the line says in the source or choose another ref on Application. " + AGAIN,
        "CodeBuild user guide, Build phase transitions",
        state="FAILED|FAULT|TIMED_OUT|STOPPED",
    ),
    Rule(
        "resource-failed",
        ("stack-event",),
        "AWS could not make or change {resource} in {stack}.",
        "The words of AWS name the cause. Fix it. " + AGAIN,
        "CloudFormation user guide, Troubleshooting",
        depth=NEAR,
    ),
    Rule(
        "rollback-stuck",
        ("stack-stuck",),
        "The stack {stack} is stuck: its rollback failed at {resource}.",
        "Mend what keeps {resource} from going back, then in the console: Stack actions, Continue "
        "update rollback. Skip {resource} there only if it cannot be mended.",
        "CloudFormation user guide, Continue rolling back an update",
        state="UPDATE_ROLLBACK_FAILED|UPDATE_FAILED",
    ),
    Rule(
        "delete-stuck",
        ("stack-stuck",),
        "The stack {stack} is stuck: {resource} could not be deleted.",
        "Remove what AWS names, then run solarrally destroy {site} again.",
        "CloudFormation user guide, Delete stack fails",
        state="DELETE_FAILED|ROLLBACK_FAILED",
    ),
    Rule(
        "stack-deleted",
        ("stack-deleted",),
        "The stack {stack} was deleted.",
        "If nobody meant to, ask CloudTrail who did. solarrally deploy makes it again; data that "
        "it held comes back only from backups.",
        "CloudFormation API reference, ListStacks",
        depth=NEAR,
    ),
    Rule(
        "still-working",
        ("stack-busy",),
        "AWS is still at work on {stack}.",
        "Wait, or watch with solarrally deploy: it joins what runs.",
        "CloudFormation API reference, StackStatus",
        depth=SYMPTOM,
    ),
    Rule(
        "unfinished",
        ("stack-missing",),
        "The deployment never got to {stack}.",
        "Nothing that failed was seen: the run was probably cut off. Run solarrally deploy again.",
        "CloudFormation API reference, DescribeStacks",
        sure=LIKELY,
        depth=SYMPTOM,
    ),
)
