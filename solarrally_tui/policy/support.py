"""What support needs to examine a site: the reading calls of status and diagnosis, no more.

Calls whose response contains a secret are left out: what they would show is unknown to support.
"""

from dataclasses import replace
from typing import Final

from solarrally_tui.policy import calls
from solarrally_tui.policy.deploy import log_of_iot, needed, roles_that_are_gone
from solarrally_tui.policy.document import Policy, split, statements
from solarrally_tui.policy.scope import Scope

_NAMED: Final = frozenset({"cloudformation:DescribeStacks", "rds:DescribeDBInstances"})
"""Actions that an operator, unlike a supporter, also uses without a name, to list everything."""


def policies(scope: Scope) -> tuple[Policy, ...]:
    """Return the managed policies of a supporter, each within IAM's limit."""
    named = replace(scope, only_named=_NAMED)
    reading = needed(calls.SUPPORT) - needed(calls.REVEALING)
    parts = [
        *statements(reading, named),
        log_of_iot(scope),
        roles_that_are_gone(scope),
    ]
    return split(f"{scope.exact.replace('*', 'sites')}-support", parts)
