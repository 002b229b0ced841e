"""Deploys a site, or brings it to what its answers say now. Running it again resumes."""

from solarrally_tui.aws.door import Door
from solarrally_tui.provisioning.deployment.context import Run
from solarrally_tui.provisioning.deployment.step_actions import actions
from solarrally_tui.provisioning.deployment.step_graph import DEPLOYMENT
from solarrally_tui.provisioning.deployment.verify import address
from solarrally_tui.provisioning.engine.events import Emit
from solarrally_tui.provisioning.engine.narrator import Voice
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.provisioning.engine.runner import Ends, run
from solarrally_tui.site.model import Site


async def deploy(site: Site, door: Door, emit: Emit, *, confirmed: str = "") -> Outcome:
    """Deploy a site and tell every step as events.

    Each step looks at the account first and acts on what it finds, so that an interrupted run is
    continued by running again. Errors of AWS come back as the outcome's cause, not as exceptions.

    confirmed: the site's name where the person has agreed to lose what replaced and removed
    resources hold. With anything else a change that loses data is refused before it begins.
    """
    agreed = confirmed == site.name
    shared = Run(site, door.with_region(site.region), Voice(site.name, emit), may_lose=agreed)
    ends = await run(DEPLOYMENT, actions(shared), shared.voice)
    return _outcome(shared, ends)


def _outcome(shared: Run, ends: Ends) -> Outcome:
    error = ends.first_error
    if error:
        return Outcome(
            error.exit_code, error.plain.what, error.plain, shared.outputs, changed=ends.changed
        )
    words = "is deployed" if ends.changed else "has no changes. It is as its answers say"
    parts = (
        f"Site {shared.site.name} {words}.",
        f"Its address is {address(shared)}.",
        f"Its passwords: solarrally access {shared.site.name}.",
        shared.bridge_off,
    )
    summary = " ".join(part for part in parts if part)
    return Outcome(Exit.OK, summary, outputs=shared.outputs, changed=ends.changed)
