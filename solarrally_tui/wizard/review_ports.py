"""What Review needs from the outside: what a deployment would do, and what it consists of."""

from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from solarrally_tui.provisioning.change.plan import Plan
from solarrally_tui.site.model import Site

if TYPE_CHECKING:
    from solarrally_tui.provisioning.preview.inventory import Made


class Plans(Protocol):
    """A deployment before it begins."""

    async def preview(self, site: Site) -> Plan:
        """Ask AWS what a deployment would do. Raises StepError and AwsError."""

    async def flags(self) -> tuple[str, ...]:
        """Return the options by which a command uses the same credentials. Raises KeyringError."""

    def made(self, site: Site) -> "Made":
        """Return what the site consists of, offline."""

    def first_build(self, site: Site) -> Decimal | None:
        """Return USD for building the application once; None where that is not known."""
