"""Turns what AWS says into what a person can act on. AWS's own words are always kept."""

from collections.abc import Mapping, Sequence
from typing import Final

from solarrally_tui.account.preflight.account_plan import ONE_DAY_OF_BACKUPS, SMALLEST_CLASS
from solarrally_tui.aws.errors import AwsError, Plain
from solarrally_tui.deployed.stack_status import StackStatus
from solarrally_tui.findings.reasons.table import AGAIN, explanation_of
from solarrally_tui.findings.stack_failures import Cause, FailedResource
from solarrally_tui.provisioning.change.wording import in_words
from solarrally_tui.text.plain import Instead

_SHOWN: Final = 4
"""Sentences of what would be lost that an error shows; its detail has all."""

_HOOK: Final = "organisation-hook"
_FORBIDDEN: Final = frozenset({"organisation-policy", _HOOK, "permissions-boundary"})
"""Kinds of reasons with which somebody else forbids a resource, whatever permissions there are."""

_DATABASE: Final = "AWS::RDS::DBInstance"
_SCARCE: Final = frozenset({"capacity", "zone-or-class"})
"""Kinds of reasons that another class of database avoids."""

_FREE_PLAN: Final = "free-plan"
_FREE: Final = {"retention": ONE_DAY_OF_BACKUPS, "instance size": SMALLEST_CLASS}
"""The answer that the free plan allows, by the words with which RDS refuses another one."""

_NO_BACKUP_PLAN: Final = Instead(
    "do without the backup plan",
    {"governance.backup_plan_days": 0},
    "Then there are only the database's own backups, in this Region.",
)
_ANSWERS: Final = {
    "AWS::WAFv2::WebACL": Instead(
        "do without the firewall",
        {"size.waf": "off"},
        "Then nothing filters what comes from the Internet before the application.",
    ),
    "AWS::EC2::NatGateway": Instead(
        "do without NAT gateways",
        {"size.egress": "public-tasks"},
        "Then the tasks have public addresses of their own. Nobody outside may connect to them.",
    ),
    "AWS::EC2::EIP": Instead(
        "do without fixed addresses",
        {"size.egress": "public-tasks"},
        "Then the tasks call from addresses that change, which nobody can allow in a firewall.",
    ),
    "AWS::EC2::FlowLog": Instead(
        "do without flow logs",
        {"size.flow_logs": False},
        "Then nobody can see afterwards what connected to what in the network.",
    ),
    "AWS::EC2::VPCEndpoint": Instead(
        "do without interface endpoints",
        {"size.interface_endpoints": False},
        "Then calls to AWS leave the network of the site. They stay encrypted.",
    ),
    "AWS::Backup::BackupVault": _NO_BACKUP_PLAN,
    "AWS::Backup::BackupPlan": _NO_BACKUP_PLAN,
    "AWS::KinesisFirehose::DeliveryStream": Instead(
        "do without the archive",
        {"devices.archive_days": 0},
        "Then messages of chargers are kept in the database only.",
    ),
    "AWS::Route53::HealthCheck": Instead(
        "do without the health check",
        {"alerts.health_check": False},
        "Then nobody is notified when the page cannot be reached from outside.",
    ),
}
"""The answer of the site that avoids a forbidden resource, by resource type."""

_RULES: Final = {
    _DATABASE: (
        "The usual rule for a database is that it has a standby.",
        Instead(
            "use a standby database",
            {"size.multi_az": True},
            "A standby is a second database in another Availability Zone. It takes over when the "
            "first one fails.",
        ),
    )
}
"""The usual rule of hooks for a resource, and the answer of the site that meets it, by type.

AWS Control Tower controls reference, CT.RDS.PR.1: a database has a second Availability Zone.
"""

_NO_REASON: Final = "CloudFormation gave no reason."


def stack_failed(stack: str, status: str, cause: Cause | None) -> Plain:
    """Explain a stack that did not reach its goal."""
    what = {
        "ROLLBACK_COMPLETE": f"The stack {stack} could not be created. AWS rolled it back.",
        "UPDATE_ROLLBACK_COMPLETE": f"The stack {stack} could not be updated. It is as it was "
        "before.",
        "ROLLBACK_FAILED": f"The stack {stack} could not be created, and AWS could not delete all "
        "that it had created. You pay for what remains.",
    }.get(status, f"The stack {stack} ended as {status}.")
    told = str(cause) if cause else _NO_REASON
    known = {"resource": cause.resource, "stack": stack} if cause else {}
    kind = cause.type if cause else ""
    return _explained(what, told, f"{stack} {status}. {told}", known, kind)


def not_deleted(left: FailedResource) -> Plain:
    """Explain what a change that ended well could not delete."""
    one = in_words(left.type)
    return Plain(
        what=f"AWS could not delete the {one} {left.physical_id} of before. It is in no stack any "
        "more, and you keep paying for it.",
        why=left.reason or _NO_REASON,
        next="Delete it in the AWS console. destroy deletes a database of the site.",
        detail=left.reason,
    )


def not_accepted(stack: str, reason: str, problems: Sequence[Cause] = ()) -> Plain:
    """Explain a change that CloudFormation refused before it began.

    problems: the resources that it names for it, which say more than the reason.
    """
    what = f"CloudFormation did not accept the change of {stack}. Nothing was changed in it."
    if not problems:
        return _explained(what, reason, reason, {"stack": stack})
    known = {"stack": stack, "resource": problems[0].resource}
    named = "\n".join(map(str, problems))
    found = explanation_of(problems[0].reason, known) or explanation_of(reason, known)
    return Plain(
        what=what,
        why=" ".join(map(str, problems[:_SHOWN])),
        next=found.next if found else AGAIN,
        detail=f"{reason}\n{named}",
    )


def _explained(
    what: str, words: str, detail: str, known: Mapping[str, str], kind: str = ""
) -> Plain:
    """Explain by the table of reasons; where it has none, AWS's words are why.

    kind: type of the resource that failed.
    """
    found = explanation_of(words, known)
    if found is None:
        return Plain(what=what, why=words, next=AGAIN, detail=detail)
    why, then, instead = found.why, found.next, None
    if found.kind in _FORBIDDEN:
        instead = _ANSWERS.get(kind)
        if found.kind == _HOOK and kind in _RULES:
            rule, instead = _RULES[kind]
            why = f"{why} {rule}"
        then += f" {instead}" if instead else ""
    elif found.kind == _FREE_PLAN and kind == _DATABASE:
        instead = next((way for said, way in _FREE.items() if said in words), None)
        then += f" {instead}" if instead else ""
    elif found.kind in _SCARCE and kind == _DATABASE:
        instead = Instead("use another class", {"size.database_class": None})
    return Plain(what=what, why=f"{found.what} {why}", next=then, detail=detail, instead=instead)


def not_changeable(stack: str, status: StackStatus, refusal: Plain) -> Plain:
    """Explain a stack of which AWS refuses a change because of its status."""
    means = status.means.format(stack=f"The stack {stack}").replace("into The", "into the")
    return Plain(
        what=f"{means} AWS refuses to change it in {status.name}.",
        why=refusal.why,
        next=status.next,
        detail=refusal.detail,
    )


def not_rolled_back(stack: str, failed: Sequence[FailedResource], places: Sequence[str]) -> Plain:
    """Explain a rollback that failed again.

    places: what failed, as STACK/RESOURCE.
    """
    words = " ".join(f"{resource.logical_id}: {resource.reason}" for resource in failed[:_SHOWN])
    known = explanation_of(words, {"stack": stack})
    fix = known.next if known else "Fix what AWS names, then run the same command again."
    leave = (
        f" To continue without it, run it with {_options(places)}: it then stays as the failed "
        "change left it."
    )
    return Plain(
        what=f"The stack {stack} could not be rolled back to what it was before its last change.",
        why=words or _NO_REASON,
        next=f"{fix}{leave if places else ''}",
        detail="\n".join(f"{resource.logical_id}: {resource.reason}" for resource in failed),
    )


def passed_over(stack: str, left: FailedResource) -> Plain:
    """Explain a resource that the rollback of its stack has left as it was."""
    return Plain(
        what=f"{left.logical_id} of {stack} was not rolled back: you chose to leave it.",
        why=f"It is as the failed change left it, whatever the stack says. AWS: {left.reason}",
        next=f"Compare {left.physical_id} with the template in the CloudFormation console: Stack "
        "actions, Detect drift.",
        detail=left.reason,
    )


def not_unlocked(refusal: Plain, one: str, place: str) -> Plain:
    """Explain a resource that AWS does not let be emptied, or freed of its protection.

    one: type and physical id. place: the same as STACK/RESOURCE.
    """
    return Plain(
        what=f"The {one} cannot be made ready for its deletion. {refusal.what}",
        why=refusal.why,
        next=f"{refusal.next} To delete everything else and keep paying for it, run the command "
        f"with {_options((place,))}.",
        detail=refusal.detail,
    )


def left_behind(left: FailedResource) -> Plain:
    """Explain a resource that stays although its stack is deleted."""
    one = in_words(left.type)
    return Plain(
        what=f"The {one} {left.physical_id} stays: you chose to leave it. It is in no stack any "
        "more.",
        why=left.reason or _NO_REASON,
        next="Delete it in the AWS console. Until then you pay for it, where it has a price.",
        detail=left.reason,
    )


def database_gone(site: str, name: str) -> Plain:
    """Explain a database that somebody has deleted, which only an empty one could replace."""
    return Plain(
        what=f"The database {name} does not exist any more. Nothing was changed in its stack.",
        why="It was deleted outside CloudFormation. Created again, it would be empty.",
        next="To bring its data back, write its last snapshot to size.database_snapshot. Then, or "
        f"for an empty one, run solarrally deploy FILE --confirm-replacement {site}.",
    )


def stays_gone(stack: str) -> Plain:
    """Explain that CloudFormation does not create again what somebody has deleted."""
    return Plain(
        what=f"Somebody deleted a resource of the stack {stack}, and CloudFormation misses it.",
        why="Its drift-aware change set says that nothing is to change. The events above name what "
        "is gone.",
        next="Create it again by hand with the name above. Or delete the site with solarrally "
        "destroy and deploy it again; the final snapshot keeps the data.",
    )


def _options(places: Sequence[str]) -> str:
    return " ".join(f"--leave {place}" for place in places)


def no_service_role(arn: str, error: AwsError) -> Plain:
    """Explain credentials that may not create the role that CloudFormation works with."""
    return Plain(
        what="These credentials may not create the role that CloudFormation works with.",
        why=f"With {arn} a deployment continues when your own session ends.",
        next="Use credentials with the policy that solarrally policy deploy prints. If yours may "
        "create roles only with a permissions boundary, write its ARN to "
        "governance.permissions_boundary_arn. Or set governance.service_role = false in the site "
        "file to work with your own session.",
        detail=str(error),
    )


def would_lose(site: str, stack: str, effects: Sequence[str]) -> Plain:
    """Explain a change that was not begun, because it would lose data."""
    return Plain(
        what=f"The change of {stack} would lose data. Nothing was changed in it.",
        why=" ".join(effects),
        next=f"If you want that, run solarrally deploy FILE --confirm-replacement {site}, or type "
        "the site's name on the wizard's Review. Otherwise change the answer back.",
    )


def still_holds(site: str, stack: str, status: str, effects: Sequence[str]) -> Plain:
    """Explain a stack that can only be deleted, and was not, because it still holds something."""
    shown = list(dict.fromkeys(effects))
    more = len(shown) - _SHOWN
    back = (
        " To bring its data back afterwards, write the final snapshot to size.database_snapshot "
        "and deploy once more."
    )
    has_snapshot = any("final snapshot" in effect for effect in effects)
    return Plain(
        what=f"The stack {stack} is in {status} and still has resources. Nothing was deleted.",
        why="AWS can only delete such a stack, and create it again. "
        + " ".join(shown[:_SHOWN])
        + (f" And {more} more." if more > 0 else ""),
        next="If you want that, run solarrally deploy FILE --confirm-replacement "
        f"{site}, or type the site's name on the wizard's Review.{back if has_snapshot else ''}",
        detail="\n".join(effects),
    )


def overtaken(stack: str) -> Plain:
    """Explain a change set that another run deleted again and again."""
    return Plain(
        what=f"Another run is changing the stack {stack} at the same time.",
        why="The change set that was prepared for it was deleted before it could be executed.",
        next="Wait until the other run has ended, then run the same command again.",
    )


def too_large(stack: str, size: int, limit: int) -> Plain:
    """Explain a template that is too large to be sent inline."""
    return Plain(
        what=f"The template of {stack} has {size:,} bytes.",
        why=f"CloudFormation accepts {limit:,} bytes at most.",
        next="This is a defect of this version of solarrally: report it.",
    )


def delete_failed(stack: str, cause: Cause | None, places: Sequence[str] = ()) -> Plain:
    """Explain a stack that could not be deleted.

    places: what failed, as STACK/RESOURCE.
    """
    why = str(cause) if cause else _NO_REASON
    found = (
        explanation_of(cause.reason, {"resource": cause.resource, "stack": stack})
        if cause
        else None
    )
    fix = found.next if found else "Remove what AWS names above, then run the same command again."
    leave = f" To delete everything else and keep paying for it, run it with {_options(places)}."
    return Plain(
        what=f"The stack {stack} could not be deleted.",
        why=f"{found.what} {found.why}" if found else why,
        next=f"{fix}{leave if places else ''}",
        detail=why,
    )
