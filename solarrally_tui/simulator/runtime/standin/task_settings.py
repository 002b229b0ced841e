"""What a stand-in needs to know, and what the init container makes of it.

The settings travel as one line of JSON on the stand-in's standard input: they hold the bridge's
private key, which must appear neither in its arguments nor on disk.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from paho.mqtt.client import topic_matches_sub

from solarrally_tui.simulator.runtime.standin.mosquitto import Bridge, ConfError, parse

_CONF = "MOSQUITTO_CONF"
_LINK = "LINK_CONF"
_ACL = "HUB_ACL"
_PASSWORD = "HUB_PASSWORD"  # noqa: S105 (the name of a variable)
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
    """A bridge with the PEM texts that its files would hold; none where it speaks without TLS."""

    bridge: Bridge
    ca: str
    certificate: str
    key: str


@dataclass(frozen=True, slots=True, repr=False)
class Access:
    """Who may sign in to the hub, and what they may read. Nobody may write."""

    password: str
    users: frozenset[str]
    readable: tuple[str, ...]

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Access":
        """Read an access list as mosquitto does. Raises ConfError for a line that grants more."""
        users, readable = set(), []
        for line in environment.get(_ACL, "").splitlines():
            words = line.split()
            if words[:1] == ["user"]:
                users.add(words[1])
            elif words[:2] == ["topic", "read"]:
                readable.append(words[2])
            elif words:
                raise ConfError(f"Error: The hub's access list grants more than reading: {line}")
        return cls(environment.get(_PASSWORD, ""), frozenset(users), tuple(readable))

    def admits(self, user: str, password: str) -> bool:
        """Whether someone may sign in."""
        return bool(self.password) and user in self.users and password == self.password

    def may_read(self, topic: str) -> bool:
        """Whether a user may read a topic."""
        return any(topic_matches_sub(one, topic) for one in self.readable)


def is_hub(environment: Mapping[str, str]) -> bool:
    """Whether the variables of an init container are those of the hub."""
    return _LINK in environment


def hub_links(settings: TaskSettings) -> tuple[Link, ...]:
    """Do what the hub's init container does: one link for each number. Raises ConfError."""
    environment = settings.environment
    count = int(environment["HUB_LINKS"])
    texts = (environment[_LINK].replace("@LINK@", str(n)) for n in range(1, count + 1))
    return tuple(_link(settings, text) for text in texts)


def link(settings: TaskSettings) -> Link | None:
    """Do what the init container does: fill in the configuration and find the PEM files.

    Returns None when the task definition has no bridge. Raises ConfError when mosquitto would not
    start with this configuration.
    """
    environment = settings.environment
    if _CONF not in environment:
        return None
    text = environment[_CONF]
    if password := environment.get(_PASSWORD):
        text += f"\nremote_password {password}\n"
    return _link(settings, text)


def _link(settings: TaskSettings, text: str) -> Link:
    environment = settings.environment
    folder = environment.get("MQTT_DIR", _FOLDER)
    text = text.replace("@CLIENT_ID@", settings.task_id)
    bridge = parse(text.replace("@MQTT_DIR@", folder))
    if not bridge.ca_file:
        return Link(bridge, "", "", "")
    pems = (bridge.ca_file, bridge.certificate_file, bridge.key_file)
    ca, certificate, key = (_pem(environment, folder, path) for path in pems)
    return Link(bridge, ca, certificate, key)


def _pem(environment: Mapping[str, str], folder: str, path: str) -> str:
    variable = _FILES.get(path.removeprefix(folder + "/"), "")
    pem = environment.get(variable, "")
    if not pem.strip():
        raise ConfError(f"Error: Unable to open the file {path or '(none given)'} of the bridge.")
    return pem
