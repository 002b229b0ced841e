"""What support needs to look at a site: the reading calls of status and diagnosis, no more.

Without those whose answers hold a secret: what they would tell is unknown to a supporter.
"""

from dataclasses import replace

from solarrally_tui.policy import calls
from solarrally_tui.policy.deploy import log_of_iot, needed
from solarrally_tui.policy.document import Policy, split, statements
from solarrally_tui.policy.scope import Scope


def policies(scope: Scope) -> tuple[Policy, ...]:
    """Return the managed policies of a supporter, each within IAM's limit."""
    named = replace(scope, only_named=frozenset({"cloudformation:DescribeStacks"}))
    looking = needed(calls.SUPPORT) - needed(calls.REVEALING)
    made = [*statements(looking, named), log_of_iot(scope)]
    return split(f"{scope.exact.replace('*', 'sites')}-support", made)
