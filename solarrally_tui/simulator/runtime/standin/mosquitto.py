"""Reads the part of a mosquitto.conf that describes one bridge, as mosquitto 2.0 does."""

from dataclasses import dataclass, field, replace


def _options(text: str) -> frozenset[str]:
    return frozenset(text.split())


_GLOBAL = _options(
    "allow_anonymous allow_zero_length_clientid autosave_interval connection_messages listener"
    " log_dest log_timestamp log_timestamp_format log_type max_connections max_inflight_messages"
    " max_packet_size max_queued_messages message_size_limit password_file per_listener_settings"
    " acl_file persistence persistence_location pid_file protocol retain_available socket_domain"
    " sys_interval use_username_as_clientid user"
)
_BRIDGE = _options(
    "address addresses bridge_alpn bridge_attempt_unsubscribe bridge_cafile bridge_capath"
    " bridge_certfile bridge_insecure bridge_keyfile bridge_max_packet_size"
    " bridge_outgoing_retain bridge_protocol_version bridge_require_ocsp bridge_tls_version"
    " cleansession clientid idle_timeout keepalive_interval local_clientid"
    " local_cleansession notifications notifications_local_only notification_topic"
    " remote_clientid remote_password remote_username round_robin restart_timeout start_type"
    " threshold topic try_private"
)
_DEFAULT_PORT = 1883
_SHARED = "$share/"


class ConfError(ValueError):
    """Mosquitto would not start with this file. The message is one line for its log."""


@dataclass(frozen=True, slots=True)
class BridgeTopic:
    """One `topic` line: what is subscribed at the remote broker and under which local name."""

    pattern: str
    direction: str = "out"
    qos: int = 0
    local_prefix: str = ""
    remote_prefix: str = ""

    @property
    def remote_filter(self) -> str:
        """The topic filter as the remote broker sees it."""
        return self.remote_prefix + self.pattern

    @property
    def matched(self) -> str:
        """The filter that topics are compared with: without the group of a shared subscription."""
        if self.remote_filter.startswith(_SHARED):
            return self.remote_filter.split("/", 2)[2]
        return self.remote_filter

    def local_name(self, remote_topic: str) -> str:
        """Return the name under which a message of the remote broker appears locally."""
        if not self.local_prefix and not self.remote_prefix:
            return remote_topic
        return self.local_prefix + remote_topic.removeprefix(self.remote_prefix)


@dataclass(frozen=True, slots=True)
class Bridge:
    """A `connection` section."""

    name: str
    host: str = ""
    port: int = _DEFAULT_PORT
    client_id: str = ""
    username: str = ""
    password: str = field(default="", repr=False)
    notification_topic: str = ""
    ca_file: str = ""
    certificate_file: str = ""
    key_file: str = ""
    insecure: bool = False
    keepalive: int = 60
    clean_session: bool = False
    backoff: tuple[float, float] = (5.0, 30.0)
    topics: tuple[BridgeTopic, ...] = field(default=())


def parse(text: str) -> Bridge:
    """Read the one bridge of a configuration file.

    Raises ConfError for an unknown option, a bad value or an incomplete bridge.
    """
    bridge: Bridge | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        # `""` is an empty word, and a line that starts with # is a comment.
        words = ["" if word == '""' else word for word in line.split()]
        if not words or words[0].startswith("#"):
            continue
        try:
            bridge = _apply(bridge, words[0], words[1:])
        except (ValueError, IndexError) as error:
            raise ConfError(f"Error: {error} in mosquitto.conf:{number}: {words[0]}") from error
    return _complete(bridge)


def _apply(bridge: Bridge | None, option: str, values: list[str]) -> Bridge | None:
    if option == "connection":
        return Bridge(values[0])
    if option in _GLOBAL:
        return bridge
    if option not in _BRIDGE:
        raise ValueError("Unknown configuration variable")
    if bridge is None:
        raise ValueError("Invalid bridge configuration: no connection before this option")
    return replace(bridge, **_change(bridge, option, values))  # type: ignore[arg-type]


_TEXTS = {
    "bridge_cafile": "ca_file",
    "bridge_certfile": "certificate_file",
    "bridge_keyfile": "key_file",
    "remote_clientid": "client_id",
    "clientid": "client_id",
    "notification_topic": "notification_topic",
    "remote_username": "username",
    "remote_password": "password",
}
_FLAGS = {"bridge_insecure": "insecure", "cleansession": "clean_session"}


def _change(bridge: Bridge, option: str, values: list[str]) -> dict[str, object]:
    if option in _TEXTS:
        return {_TEXTS[option]: values[0]}
    if option in _FLAGS:
        if values[0] not in {"true", "false", "1", "0"}:
            raise ValueError("Invalid boolean value")
        return {_FLAGS[option]: values[0] in {"true", "1"}}
    if option in {"address", "addresses"}:
        host, _, port = values[0].partition(":")
        return {"host": host, "port": int(port or _DEFAULT_PORT)}
    if option == "keepalive_interval":
        return {"keepalive": int(values[0])}
    if option == "restart_timeout":
        return {"backoff": (float(values[0]), float(values[-1]))}
    if option == "topic":
        return {"topics": (*bridge.topics, _topic(values))}
    return {}


def _topic(values: list[str]) -> BridgeTopic:
    """Read a topic line. Everything after the pattern may be left out, from the end."""
    pattern, direction, qos, local, remote, *_ = [*values, *["out", "0", "", ""][len(values) - 1 :]]
    if direction not in {"in", "out", "both"}:
        raise ValueError(f"Invalid bridge topic direction '{direction}'")
    if qos not in {"0", "1", "2"}:
        raise ValueError(f"Invalid bridge QoS level '{qos}'")
    return BridgeTopic(pattern, direction, int(qos), local, remote)


def _complete(bridge: Bridge | None) -> Bridge:
    if bridge is None or not bridge.host:
        raise ConfError("Error: Invalid bridge configuration: no address.")
    if not bridge.topics:
        raise ConfError("Error: Invalid bridge configuration: no topics.")
    if "@" in bridge.client_id + bridge.host:
        raise ConfError("Error: A placeholder of the configuration was not replaced.")
    return bridge
