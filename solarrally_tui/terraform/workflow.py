"""The workflow of GitHub Actions that brings commits of the operator's fork out to a site."""

from dataclasses import dataclass
from typing import Final

from solarrally_tui import __version__
from solarrally_tui.site.model import Site
from solarrally_tui.terraform.rendering import rendered

PATH: Final = ".github/workflows/deploy.yml"
"""Where GitHub looks for it, in the repository of the application."""

MAIN: Final = "refs/heads/main"
"""The ref that may deploy where the answers name none."""

_BRANCHES: Final = "refs/heads/"


@dataclass(frozen=True, slots=True)
class Roles:
    """The roles of the stack governance, by their ARNs."""

    deploy: str
    """What a push takes."""
    plan: str
    """What a pull request takes."""


def workflow(site: Site, roles: Roles) -> str:
    """Return the workflow of a site. Raises ValueError where a tag may deploy, and no branch."""
    ref = site.governance.github_ref or MAIN
    if not ref.startswith(_BRANCHES):
        raise ValueError(ref)
    return rendered(
        "deploy.yml.j2",
        version=__version__,
        site=site,
        ref=ref,
        branch=ref.removeprefix(_BRANCHES),
        deploy_role=roles.deploy,
        plan_role=roles.plan,
    )


def comment_mark(site: str) -> str:
    """Return how a comment begins, so that the workflow finds its own."""
    return f"<!-- solarrally {site} -->"
