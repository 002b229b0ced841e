"""Why a site has a hub, or none, in a sentence."""

from solarrally_tui.site.model import Size
from solarrally_tui.site.tiers import Shape


def hub_sentence(size: Size) -> str:
    """Return whether a site has a hub, and why; empty where nobody would expect one.

    A hub takes each message from AWS IoT once and passes it on to every task.
    """
    if size.shape is Shape.FUNCTIONS:
        return ""
    why = f", because {size.why_hub}" if size.why_hub else ""
    if size.hub is True:
        return f"It has a hub{why}." if why else "It has a hub, as size.hub = true says."
    if size.has_hub:
        return f"It has a hub{why}. The hub takes each message from AWS IoT once."
    if size.hub is False and why:
        return f"It has no hub, as size.hub = false says. One would pay{why}."
    if size.min_tasks == 1:
        return ""
    return f"It has no hub: sending each message to {size.min_tasks} tasks costs less than one."
