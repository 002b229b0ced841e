"""What one run of the embedded account is started with."""

from dataclasses import dataclass, field
from pathlib import Path

ACCOUNT_ID = "123456789012"
HOME_REGION = "us-east-1"
# In the user agent of calls that the account makes to itself; faults leave those alone.
INTERNAL = "solarrally-account"


@dataclass(frozen=True)
class Settings:
    """Ports, pace and faults of one run.

    Attributes:
        port: the HTTP port on 127.0.0.1.
        mqtt_port: the mutual-TLS MQTT port on 127.0.0.1.
        folder: private temporary folder; removed at the end.
        speed: simulated seconds for each real second; infinity for instant.
        faults: `STACK/LOGICAL_ID=MESSAGE` texts to start with.
        parent: process id whose end ends this one too; 0 for none.
    """

    port: int
    mqtt_port: int
    folder: Path
    speed: float
    faults: tuple[str, ...] = field(default=())
    parent: int = 0

    @property
    def endpoint_url(self) -> str:
        """Where the account answers AWS's HTTP APIs."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def ca_file(self) -> Path:
        """PEM file of the authority that signs the IoT endpoint and the distributions."""
        return self.folder / "ca.pem"
