"""The experiments that run without a person, by the id of their claim. Part of proofs.

Each notes on its bench what it expected and what it saw. Those of claims with the guard `creates`
create only what `left_behind` finds again; the others only read.
"""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Final

from solarrally_tui.proofs.bench import Bench
from solarrally_tui.proofs.experiments import account, devices, functions, permissions, stacks

EXPERIMENTS: Final[Mapping[str, Callable[[Bench], Awaitable[None]]]] = MappingProxyType(
    {
        "account-plan": account.plan,
        "organization-payer": account.organization,
        "quotas-released": account.quotas,
        "vpc-origin-quota": account.vpc_origins,
        "copy-pairs": account.copy_pairs,
        "iot-ipv6": account.device_name,
        "index-queries": account.index_queries,
        "viewer-function": functions.viewer_function,
        "denied-words": permissions.denied_words,
        "parameter-version": permissions.parameter_version,
        "thing-as-resource": permissions.thing_as_resource,
        "trust-boundary": permissions.trust_boundary,
        "support-reads": permissions.support_reads,
        "early-validation": stacks.early_validation,
        "certificate-cut": devices.certificate_cut,
        "two-names": devices.two_names,
        "shared-subscription": devices.shared_subscription,
        "case-without-else": devices.case_without_else,
    }
)

OF_SITE: Final = frozenset({"support-reads", "viewer-function"})
"""Those that need a deployed site."""
