"""What one run of the simulated account is started with."""

from dataclasses import dataclass, field
from pathlib import Path

ACCOUNT_ID = "123456789012"
# Of the root user of every account. Only the signature of a presigned address is checked with it.
ROOT_SECRET = "embedded"  # noqa: S105 (no secret: it opens nothing but this account)
HOME_REGION = "us-east-1"
LOOPBACK = "127.0.0.1"
# In the user agent of calls that the account makes to itself. Faults do not affect those.
INTERNAL = "solarrally-account"


@dataclass(frozen=True, slots=True)
class SimulatorSettings:
    """Ports, speed and faults of one run."""

    port: int
    """The HTTP port on 127.0.0.1."""
    mqtt_port: int
    """The MQTT port on 127.0.0.1, with mutual TLS."""
    folder: Path
    """A private temporary folder, removed at the end."""
    speed: float
    """Simulated seconds for each real second; infinity for instant."""
    faults: tuple[str, ...] = field(default=())
    """`STACK/LOGICAL_ID=MESSAGE` texts to start with."""
    scenario: str = ""
    """Name of the scenario to start with; empty for an ordinary account."""
    parent: int = 0
    """The process whose end ends this one too; 0 for none."""

    @property
    def endpoint_url(self) -> str:
        """Where the account answers AWS's HTTP APIs."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def ca_file(self) -> Path:
        """PEM file of the authority that signs the IoT endpoint and the distributions."""
        return self.folder / "ca.pem"

    @property
    def hosts_file(self) -> Path:
        """Where the names of distributions lead, as in /etc/hosts with a port."""
        return self.folder / "hosts"
