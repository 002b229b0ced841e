"""How the names end of what stays in the account when an option is switched off.

The audit bucket, the archive bucket and the backup vault stay then, and AWS refuses a second one of
the same name. Their names are given by the templates, so that policies can tell sites apart, and a
name of CloudFormation's own would not. CloudFormation could import what stayed only where the name
is written out in the template (user guide, import-resources-automatically.html).
"""

import hashlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from solarrally_tui.deployed.stack import Stack
from solarrally_tui.site.model import Site

_SWITCHES: Final[Mapping[str, tuple[str, str, Callable[[Site], bool]]]] = MappingProxyType(
    {
        "governance": ("BackupPlanDays", "0", lambda site: site.governance.backup_plan_days > 0),
        "iot": ("ArchiveDays", "0", lambda site: site.devices.archive_days > 0),
        "trail": ("CreateTrail", "false", lambda site: site.governance.trail),
    }
)
"""For each stack that keeps something: the parameter that switches it, its value when switched
off, and whether a site wants it."""


def suffixes(site: Site, deployed: Mapping[str, Stack | None]) -> Mapping[str, str]:
    """Return the suffix for the names of each stack that keeps something; empty: its own names.

    deployed: the stacks of the site by their ids, as they are now.

    What exists keeps its name. What is switched on gets a name that it cannot have had before, and
    until the stack changes it is always the same one: a plan shows what the deployment does.
    """
    return {id_: _suffix(id_, site, stack) for id_, stack in deployed.items() if id_ in _SWITCHES}


def _suffix(stack_id: str, site: Site, stack: Stack | None) -> str:
    if stack is None or not stack.is_created or stack.status.startswith("DELETE_"):
        return ""  # a new stack has an id of its own
    parameter, off, wants = _SWITCHES[stack_id]
    if wants(site) and stack.parameters.get(parameter, off) == off:
        operation = f"{stack.id} {stack.touched}"
        return hashlib.sha256(operation.encode()).hexdigest()[:8]
    return stack.parameters.get("NameSuffix", "")
