"""The deploy policy as questions that IAM's policy simulator can answer."""

from solarrally_tui.account.preflight.checks import PermissionQuestion
from solarrally_tui.policy import deploy
from solarrally_tui.policy.document import Statement
from solarrally_tui.policy.scope import Scope


def deploy_questions(site: str, partition: str, account: str) -> tuple[PermissionQuestion, ...]:
    """Return a question for each statement of a site's deploy policy."""
    policies = deploy.policies(Scope(site, partition, account))
    return tuple(_question(statement) for policy in policies for statement in policy.statements)


def _question(statement: Statement) -> PermissionQuestion:
    """Return a question whose context has the first value that meets each condition."""
    context = {
        key: str(value[0] if isinstance(value, list | tuple) else value)
        for values in statement.condition.values()
        for key, value in values.items()
    }
    return PermissionQuestion(statement.actions, statement.resources, context)
