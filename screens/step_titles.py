"""Titles of the provisioning steps: the stacks', and those that are not CloudFormation."""

from collections.abc import Mapping
from typing import Final

_OTHERS: Final = {
    "account": "Account settings",
    "roles": "Service roles",
    "record": "Record of the site",
    "facts": "Facts about the Region",
    "source": "Build instructions",
    "image": "Application image",
    "images": "Application images",
    "frontend": "Web page",
    "publish": "Web page",
    "bridge": "Message bridge key",
    "singletons": "Account settings",
    "monitor": "Spending watch",
}


def titles() -> Mapping[str, str]:
    """Return the title of every step that we know, the stacks in deployment order."""
    from solarrally_tui.blueprints.catalogue import CATALOGUE  # noqa: PLC0415

    return {**{blueprint.id: blueprint.title for blueprint in CATALOGUE}, **_OTHERS}
