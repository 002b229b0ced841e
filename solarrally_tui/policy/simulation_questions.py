"""The deploy policy as questions that IAM's policy simulator can answer."""

from solarrally_tui.account.preflight.checks import PermissionQuestion
from solarrally_tui.policy import deploy
from solarrally_tui.policy.document import Statement
from solarrally_tui.policy.scope import Scope


def deploy_questions(
    site: str, partition: str, account: str, region: str, boundary: str = ""
) -> tuple[PermissionQuestion, ...]:
    """Return a question for each statement of a site's deploy policy that allows something.

    region: of the site. boundary: ARN of the permissions boundary of its roles, empty for none.
    """
    policies = deploy.policies(Scope(site, partition, account, boundary=boundary))
    return tuple(
        _question(statement, region) for policy in policies for statement in policy.statements
    )


def _question(statement: Statement, region: str) -> PermissionQuestion:
    """Return a question whose context has the first value that meets each condition.

    The credentials may be limited to Regions, so the question names one.
    """
    context = {"aws:RequestedRegion": region} | {
        key: str(value[0] if isinstance(value, list | tuple) else value)
        for values in statement.condition.values()
        for key, value in values.items()
    }
    return PermissionQuestion(statement.actions, statement.resources, context)
