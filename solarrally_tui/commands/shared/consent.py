"""What a run would do and cost, and the question whether to start it."""

import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from solarrally_tui.commands.shared.options import DeploymentOptions, SiteDeploymentOptions
from solarrally_tui.commands.shared.terminal import confirm, explain, say
from solarrally_tui.computer.wizard_child import in_wizard
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door
    from solarrally_tui.deployed.releases import Release
    from solarrally_tui.provisioning.change.plan import Plan
    from solarrally_tui.provisioning.deployment.releases.updating import Difference
    from solarrally_tui.site.model import Site


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask, and what the options have answered already."""

    verb: str
    """What the run does to the site: deploy."""
    confirmed: str
    """The site's name where the options agree to lose data."""
    skip_preflight: bool
    agreed: bool
    """Whether the options have agreed to the run."""
    release: "Release | None" = None
    """What a rollback returns to."""

    @classmethod
    def of(cls, options: DeploymentOptions, verb: str, release: "Release | None" = None) -> Self:
        """Return what is left to ask with these options."""
        return cls(verb, options.confirm_replacement, options.skip_preflight, options.yes, release)


@dataclass(frozen=True, slots=True)
class Consent:
    """What the operator agreed to."""

    starts: bool
    confirmed: str = ""
    """The site's name where they agreed to lose data, as deploy takes it."""


def run_on_site(options: SiteDeploymentOptions, change: Callable[["Door"], Awaitable[int]]) -> int:
    """Run a change of a deployed site with a door, unless the options agree for another site."""
    from solarrally_tui.commands.shared.door import run_with_door

    if options.confirm_replacement not in {"", options.site}:
        say(f"--confirm-replacement must repeat the site's name, {options.site}.")
        return Exit.USAGE
    return run_with_door(options, change)


def say_differences(found: Sequence["Difference"]) -> None:
    """Print answers that change, by the wizard's labels, with their names in a site file."""
    from solarrally_tui.interview.steps import ASKED
    from solarrally_tui.text.table import columns

    def label(path: str) -> str:
        question, _ = ASKED.get(path, (None, None))
        name = path.rpartition(".")[2].replace("_gib", ", GiB").replace("_", " ")
        return question.label if question else f"{name[:1].upper()}{name[1:]}"

    rows = [(label(one.path), one.path, one.change) for one in found]
    for line in columns(rows):
        say(line, whole=True)


async def show_plan(site: "Site", door: "Door", question: Question) -> "Plan | None":
    """Print what a run costs, changes and loses, and how long it takes.

    Return None where it would be refused, which is explained then. Raises AwsError.
    """
    from solarrally_tui.pricing.estimate import estimate
    from solarrally_tui.provisioning.engine.steps import StepError
    from solarrally_tui.provisioning.preview.outlook import outlook
    from solarrally_tui.provisioning.preview.preview import preview
    from solarrally_tui.provisioning.preview.render import lines

    identity = await door.identity()
    say(f"Site {site.name} ({site.tier.value}) in {site.region}, account {identity.account}.")
    try:
        plan = await preview(site, door, question.release)
    except StepError as error:
        explain(error.plain)
        return None
    if not plan.is_new:
        for line in lines(plan, outlook(site, plan)):
            say(line)
        return plan
    cost = estimate(site)
    if cost.complete:
        most = math.ceil(cost.high)  # as the budget
        say(f"About {cost.expected:.0f} USD a month, between {cost.low:.0f} and {most}.")
    else:
        say(f"What it costs is not fully known: the price book lacks prices of {site.region}.")
    for line in lines(plan) if plan.obstacles or plan.dangers else ():
        say(line)
    return plan


async def ask(site: "Site", door: "Door", question: Question) -> Consent:
    """Print the plan and ask, where the options have not agreed already. Raises AwsError.

    Losing data takes the site's name.
    """
    if question.agreed:
        return Consent(starts=True, confirmed=question.confirmed)
    plan = await show_plan(site, door, question)
    if plan is None or (plan.obstacles and not question.skip_preflight):
        return Consent(starts=False)
    if plan.dangers and question.confirmed != site.name:
        agreed = confirm(f"Type {site.name} to {question.verb} and lose that data.", site.name)
        return Consent(agreed, site.name if agreed else "")
    # All that the wizard runs takes the site's name.
    if in_wizard():
        return Consent(confirm(f"Type {site.name} to confirm.", site.name), question.confirmed)
    return Consent(confirm(f"Type yes to {question.verb}.", "yes"), question.confirmed)
