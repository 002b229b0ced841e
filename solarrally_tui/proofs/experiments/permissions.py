"""What IAM allows, and how AWS refuses. Each with roles that exist for a moment."""

from typing import Any, Final

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.aws.supervision import Supervision
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.health.checks import check_site
from solarrally_tui.policy import calls, support
from solarrally_tui.policy.scope import Scope
from solarrally_tui.proofs.bench import PATH, Bench, allowed, document, refused, trusting
from solarrally_tui.site.names import PROOF

_READS: Final[tuple[tuple[str, str, str, dict[str, Any]], ...]] = (
    ("cloudformation", "describe_stacks", "cloudformation:DescribeStacks", {"StackName": PROOF}),
    ("ecs", "list_tasks", "ecs:ListTasks", {"cluster": PROOF}),
    ("rds", "describe_db_instances", "rds:DescribeDBInstances", {}),
    ("ssm", "get_parameter", "ssm:GetParameter", {"Name": f"{PATH}none"}),
    ("secretsmanager", "describe_secret", "secretsmanager:DescribeSecret", {"SecretId": PROOF}),
    ("iot", "list_things", "iot:ListThings", {}),
    ("logs", "describe_log_groups", "logs:DescribeLogGroups", {}),
    ("cloudwatch", "describe_alarms", "cloudwatch:DescribeAlarms", {}),
    ("ecr", "describe_images", "ecr:DescribeImages", {"repositoryName": PROOF}),
    ("codebuild", "list_builds_for_project", "codebuild:ListBuildsForProject", {}),
    ("cloudfront", "list_distributions", "cloudfront:ListDistributions", {}),
    ("iam", "get_role", "iam:GetRole", {"RoleName": PROOF}),
)
"""Service, operation and action of one reading call of each service, with what it needs."""


async def denied_words(bench: Bench) -> None:
    """Call services as a role without permissions, and read their refusals as we read them."""
    async with bench.acting("none") as nobody:
        for service, operation, action, given in _READS:
            needed = {"projectName": PROOF} if service == "codebuild" else given
            error = await refused(nobody.call(service, operation, **needed))
            _note_words(bench, action, error)


def _note_words(bench: Bench, action: str, error: AwsError | None) -> None:
    expected = f"refused, with words that name {action} and who called"
    if error is None:
        bench.note(expected, "allowed", holds=False)
        return
    named = action in error.plain.what and f"{bench.name}-none" in error.message
    bench.note(expected, f"{error.code}: {error.message}", holds=named)


async def parameter_version(bench: Bench) -> None:
    """Read an old version of a parameter with permission on the parameter's ARN."""
    name = f"{PATH}{bench.name}"
    for value in ("first", "second"):
        await bench.door.call(
            "ssm", "put_parameter", Name=name, Value=value, Type="String", Overwrite=True
        )
    statement = {
        "Effect": "Allow",
        "Action": "ssm:GetParameter",
        "Resource": bench.arn("ssm", f"parameter{name}"),
    }
    async with bench.acting("reader", statement) as reader:
        denied = await allowed(lambda: reader.call("ssm", "get_parameter", Name=name))
        _note(bench, "the newest value is read", denied)
        denied = await refused(reader.call("ssm", "get_parameter", Name=f"{name}:1"))
        _note(bench, "version 1 is read with the same permission", denied)


async def thing_as_resource(bench: Bench) -> None:
    """Ask for a thing's principals with permission on that thing alone."""
    for suffix in ("one", "other"):
        await bench.thing(f"{bench.name}-{suffix}")
    statement = {
        "Effect": "Allow",
        "Action": "iot:ListThingPrincipals",
        "Resource": bench.arn("iot", f"thing/{bench.name}-one"),
    }
    async with bench.acting("reader", statement) as reader:

        async def ask(suffix: str) -> Any:
            name = f"{bench.name}-{suffix}"
            return await reader.call("iot", "list_thing_principals", thingName=name)

        denied = await allowed(lambda: ask("one"))
        _note(bench, "the principals of the thing in the policy are listed", denied)
        _note_refused(bench, "those of another thing are refused", await refused(ask("other")))


async def trust_boundary(bench: Bench) -> None:
    """Change the trust of a role with a boundary and of one without, where only one may be."""
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    boundary = await bench.managed("boundary", document(everything))
    await bench.role("bound", boundary=boundary)
    await bench.role("free")
    statement = {
        "Effect": "Allow",
        "Action": "iam:UpdateAssumeRolePolicy",
        "Resource": bench.arn("iam", f"role{PATH}{bench.name}-*", is_global=True),
        "Condition": {"StringEquals": {"iam:PermissionsBoundary": boundary}},
    }
    trust = trusting(bench.account)
    async with bench.acting("changer", statement) as changer:

        async def change(suffix: str) -> Any:
            return await changer.call(
                "iam",
                "update_assume_role_policy",
                RoleName=f"{bench.name}-{suffix}",
                PolicyDocument=trust,
            )

        denied = await allowed(lambda: change("bound"))
        _note(bench, "the trust of the role with the boundary is changed", denied)
        expected = "that of the role without one is refused"
        _note_refused(bench, expected, await refused(change("free")))


async def support_reads(bench: Bench) -> None:
    """Check a site with the printed support policy and nothing else."""
    who = bench.identity
    scope = Scope(bench.site, who.partition, who.account)
    role = await bench.role("support")
    for number, policy in enumerate(support.policies(scope)):
        arn = await bench.managed(f"support-{number}", policy.document)
        await bench.door.call(
            "iam", "attach_role_policy", RoleName=f"{bench.name}-support", PolicyArn=arn
        )
    watched = Supervision(calls.pairs(calls.SUPPORT) - calls.pairs(calls.REVEALING))
    async with bench.assumed(role) as door:
        site: list[DeployedSite] = []

        async def open_site() -> None:
            site[:] = [await DeployedSite.open(door.supervised(watched), bench.site)]

        denied = await allowed(open_site)
        _note(bench, f"the answers of {bench.site} are read", denied)
        if denied:
            return
        watched.made.clear()
        report = await check_site(site[0])
    failed = sorted(
        {f"{c.service} {c.operation}: {c.error}" for c in watched.made if _denied(c.error)}
    )
    bench.note(
        f"{len(report.checks)} checks make their calls, and none is refused",
        ", ".join(failed) or f"{len(watched.made)} calls, none refused",
        holds=not failed and bool(watched.made),
    )


def _denied(code: str) -> bool:
    return "Denied" in code or "Unauthorized" in code or "Forbidden" in code


def _note(bench: Bench, expected: str, denied: AwsError | None) -> None:
    bench.note(expected, str(denied) if denied else "done", holds=denied is None)


def _note_refused(bench: Bench, expected: str, denied: AwsError | None) -> None:
    bench.note(expected, str(denied) if denied else "allowed", holds=denied is not None)
