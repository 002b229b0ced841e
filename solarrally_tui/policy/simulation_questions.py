"""The deploy policy as questions that IAM's simulation can answer."""

from solarrally_tui.account.preflight.checks import PermissionQuestion
from solarrally_tui.policy import deploy
from solarrally_tui.policy.document import Statement
from solarrally_tui.policy.scope import Scope


def deploy_questions(site: str, partition: str, account: str) -> tuple[PermissionQuestion, ...]:
    """Return one question a statement of the deploy policy of a site."""
    made = deploy.policies(Scope(site, partition, account))
    return tuple(_question(each) for policy in made for each in policy.statements)


def _question(statement: Statement) -> PermissionQuestion:
    """Return the question with the first value that meets each condition."""
    context = {
        key: str(value[0] if isinstance(value, list | tuple) else value)
        for told in statement.condition.values()
        for key, value in told.items()
    }
    return PermissionQuestion(statement.actions, statement.resources, context)
