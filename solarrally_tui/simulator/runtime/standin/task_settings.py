"""What a stand-in needs to know, and what the init container makes of it.

The settings travel as one line of JSON on the stand-in's standard input: they hold the bridge's
private key, which must appear neither in its arguments nor on disk.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from solarrally_tui.simulator.runtime.standin.mosquitto import Bridge, ConfError, parse

_CONF = "MOSQUITTO_CONF"
_FOLDER = "/mosquitto-run"
# The names of the files that the init script writes, and the variables with their content.
_FILES = {
    "ca.pem": "IOT_ROOT_CA",
    "cert.pem": "IOT_CERTIFICATE",
    "key.pem": "IOT_PRIVATE_KEY",
}


@dataclass(frozen=True, slots=True, repr=False)
class TaskSettings:
    """One task, as its stand-in sees it."""

    task_id: str
    environment: dict[str, str]
    """The init container's variables, secrets included; empty without an init container."""
    answers: dict[str, str] = field(default_factory=dict)
    """The serving container's variables that are answers of the site: prices and the like."""
    pace: float = 1.0
    """Real seconds for each second of reconnecting."""
    probe: dict[str, str] | None = None
    """The plain variables of the container `probe`; None where the task has none."""
    minute: float = 60.0
    """Real seconds between two reports of the probe."""

    def to_line(self) -> bytes:
        """Return one line of JSON."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> "TaskSettings":
        """Read what `to_line` wrote."""
        return cls(**json.loads(line))


@dataclass(frozen=True, slots=True, repr=False)
class Link:
    """The bridge to AWS IoT with the PEM texts that its files would hold."""

    bridge: Bridge
    ca: str
    certificate: str
    key: str


def link(settings: TaskSettings) -> Link | None:
    """Do what the init container does: fill in the configuration and find the PEM files.

    Returns None when the task definition has no bridge. Raises ConfError when mosquitto would not
    start with this configuration.
    """
    environment = settings.environment
    if _CONF not in environment:
        return None
    folder = environment.get("MQTT_DIR", _FOLDER)
    text = environment[_CONF].replace("@CLIENT_ID@", settings.task_id)
    bridge = parse(text.replace("@MQTT_DIR@", folder))
    pems = (bridge.ca_file, bridge.certificate_file, bridge.key_file)
    ca, certificate, key = (_pem(environment, folder, path) for path in pems)
    return Link(bridge, ca, certificate, key)


def _pem(environment: Mapping[str, str], folder: str, path: str) -> str:
    variable = _FILES.get(path.removeprefix(folder + "/"), "")
    pem = environment.get(variable, "")
    if not pem.strip():
        raise ConfError(f"Error: Unable to open the file {path or '(none given)'} of the bridge.")
    return pem
