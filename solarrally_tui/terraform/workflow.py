"""The workflow of GitHub Actions that brings commits of the operator's fork out to a site."""

from dataclasses import dataclass
from typing import Any, Final

from solarrally_tui import __version__
from solarrally_tui.site.model import Site
from solarrally_tui.site.tiers import Architecture
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
        **_common(site, ref),
        deploy_role=roles.deploy,
        plan_role=roles.plan,
    )


def of_folder(site: Site) -> str:
    """Return the workflow of an exported folder, which builds the image and applies Terraform.

    Its roles are variables of the repository: Terraform needs far more than the roles of the stack
    governance allow. Where the answers name a tag, which brings nothing out, the branch is main.
    """
    ref = site.governance.github_ref
    is_arm = site.size.architecture is Architecture.ARM64
    return rendered(
        "terraform.yml.j2",
        **_common(site, ref if ref.startswith(_BRANCHES) else MAIN),
        runner="ubuntu-24.04-arm" if is_arm else "ubuntu-24.04",
        platform="arm64" if is_arm else "amd64",
    )


def _common(site: Site, ref: str) -> dict[str, Any]:
    branch = ref.removeprefix(_BRANCHES)
    return {"version": __version__, "site": site, "ref": ref, "branch": branch}


def comment_mark(site: str) -> str:
    """Return how a comment begins, so that the workflow finds its own."""
    return f"<!-- solarrally {site} -->"
