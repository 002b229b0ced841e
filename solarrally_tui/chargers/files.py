"""A charger's files: key, certificate, authority, settings and a note on how to connect."""

import contextlib
import json
import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self

from solarrally_tui.chargers.message import as_text, sample_for_shell
from solarrally_tui.chargers.problems import ChargerError, ChargerNameError
from solarrally_tui.computer.folders import exists, next_for, why_not
from solarrally_tui.deployed.device_keys import KeyRequest, new_key, request_for

SCHEMA: Final = 1

_NAME: Final = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_README: Final = """\
{name}: a charger of the SolarRally site {site}

Connect with MQTT 3.1.1 over TLS 1.2 or newer:
  host           {endpoint}
  port           {port}
  client id      {client_id}   (no other is accepted)
  certificate    {name}.cert.pem
  private key    {name}.key.pem
  authority      root-ca.pem
Publish telemetry with QoS 1 to:
  {topic}
Each message is a JSON object with these keys. One that is missing or wrong rejects the message:
{fields}

Try it from this folder. A viewer sees this message at once:
  mosquitto_pub -h {endpoint} -p {port} -i {client_id} -q 1 \\
    --cafile root-ca.pem --cert {name}.cert.pem --key {name}.key.pem \\
    -t {topic} \\
    -m {sample}
Check a message of the charger itself: solarrally chargers check FILE

The private key exists only in this folder. Anybody who has it can publish as this charger.
If it was lost or others may have seen it: solarrally chargers replace {name} --to FOLDER
"""


def check_name(name: str) -> None:
    """Raise ChargerError unless a name can be a thing, a client id, a topic level and a file."""
    if not _NAME.fullmatch(name):
        raise ChargerNameError(
            what=f"{name!r} cannot be the name of a charger.",
            why="A name has 1 to 64 letters, digits, hyphens and underscores.",
            next="Choose another name, for example garage-left.",
        )
    if name.startswith("solarrally-"):
        raise ChargerNameError(
            what=f"{name} cannot be the name of a charger.",
            why="Names that start with solarrally- belong to the site's own connections.",
            next="Choose another name, for example garage-left.",
        )


@dataclass(frozen=True, slots=True)
class ChargerFiles:
    """Where a charger's files are, and how it connects. Holds no secret itself."""

    folder: Path
    name: str
    site: str
    region: str
    endpoint: str
    port: int
    client_id: str
    topic: str

    @property
    def key(self) -> Path:
        """The private key (PEM)."""
        return self.folder / f"{self.name}{_KEY}"

    @property
    def begun_key(self) -> Path:
        """The private key until its certificate and all other files are there (PEM)."""
        return _begun(self.folder, self.name)

    @property
    def certificate(self) -> Path:
        """The certificate that AWS IoT signed (PEM)."""
        return self.folder / f"{self.name}.cert.pem"

    @property
    def root_ca(self) -> Path:
        """The authorities that sign the endpoint's certificate (PEM)."""
        return self.folder / "root-ca.pem"

    @property
    def settings(self) -> Path:
        """The settings that this object is stored in (JSON)."""
        return self.folder / f"{self.name}.json"

    @classmethod
    def load(cls, settings: Path) -> Self:
        """Read a settings file. Raises ChargerError."""
        try:
            values = stored_settings(settings, _TEXTS, SCHEMA)
        except ValueError as error:
            raise _unreadable(settings, str(error)) from None
        check_name(values["name"])
        return cls(folder=settings.parent, **values)

    @classmethod
    def in_folder(cls, folder: Path) -> tuple[Self, ...]:
        """Read every charger that has its files in a folder. Raises ChargerError."""
        chargers = tuple(cls.load(path) for path in sorted(folder.glob("*.json")))
        if not chargers:
            raise ChargerError(
                what=f"There is no charger in {folder}.",
                why="The folder of a charger contains NAME.json beside its key and certificate.",
                next=f"Add one first: solarrally chargers add NAME --to {folder}",
            )
        return chargers


def stored_settings(
    path: Path, texts: Iterable[str], schema: int, newer: Iterable[str] = ()
) -> dict[str, Any]:
    """Return the settings of a file: its texts and the port.

    newer: texts that files of older releases lack, and that are empty then. Raises ValueError with
    the reason.
    """
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        values = {key: stored[key] for key in (*texts, "port", "schema")}
        values |= {key: str(stored.get(key, "")) for key in newer}
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ValueError(repr(error)) from error
    if values.pop("schema") != schema or not isinstance(values["port"], int):
        raise ValueError("unknown schema")
    return values


_TEXTS: Final = ("name", "site", "region", "endpoint", "client_id", "topic")


def _unreadable(settings: Path, detail: str) -> ChargerError:
    return ChargerError(
        what=f"{settings} does not describe a charger.",
        why="It is damaged, or another program wrote it.",
        next="Issue new files with solarrally chargers replace NAME --to FOLDER.",
        detail=detail,
    )


def prepare(folder: Path, name: str) -> None:
    """Create the folder (0700) and check that the charger's files can be written there, in full.

    Raises ChargerError when the folder cannot be used, or has the key of any charger already.
    """
    is_new = not exists(folder)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder, buffering=0) as trial:
            trial.write(bytes(_ROOM_BYTES))
        present = {path.name for path in folder.iterdir()}
    except OSError as error:
        if is_new:
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise ChargerError(
            what=f"The files of {name} cannot be written to {folder}.",
            why=why_not(error),
            next=next_for(error),
        ) from None
    own = {f"{name}{_KEY}", f"{name}{_BEGUN_KEY}"}
    if others := sorted(file for file in present - own if file.endswith((_KEY, _BEGUN_KEY))):
        raise ChargerError(
            what=f"{folder} has the key of another charger: {others[0]}.",
            why="A folder goes to one charger, which must not get the key of another.",
            next=f"Choose another folder for this one, for example {folder / name}.",
        )
    if f"{name}{_KEY}" in present:
        raise ChargerError(
            what=f"{folder / name}{_KEY} exists already.",
            why="Overwriting a private key would lose it.",
            next="Choose another folder.",
        )


_ROOM_BYTES: Final = 32 * 1024
"""More than all files of a charger take, with the disk's blocks: about 8 KB."""
_KEY: Final = ".key.pem"
_BEGUN_KEY: Final = ".new-key.pem"


def _begun(folder: Path, name: str) -> Path:
    return folder / f"{name}{_BEGUN_KEY}"


@dataclass(frozen=True, slots=True)
class BegunKey:
    """A key that is on the disk before AWS IoT is asked for its certificate."""

    request: KeyRequest
    since: datetime | None = None
    """When an earlier run wrote it, which may have asked already; None for a new one."""


def begun_key(folder: Path, name: str, site: str) -> BegunKey | None:
    """Return the key that a run of a charger was cut off with, or None. Raises OSError.

    What is no whole key was cut off while it was written, before anybody asked for a certificate.
    """
    path = _begun(folder, name)
    try:
        private_key = path.read_bytes()
        since = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return BegunKey(KeyRequest(private_key, request_for(private_key, name, site)), since)
    except (FileNotFoundError, ValueError):
        return None


def begin_key(folder: Path, name: str, site: str) -> BegunKey:
    """Return the key that an earlier run began with, or write a new one. Raises OSError."""
    if begun := begun_key(folder, name, site):
        return begun
    request = new_key(name, site)
    _write_key(_begun(folder, name), request.private_key)
    return BegunKey(request)


def certificate_of_complete(folder: Path, name: str) -> str:
    """Return the certificate (PEM) of a charger whose files are all there; "" where any is missing.

    The key gets its name after everything else. Raises OSError.
    """
    try:
        return (
            (folder / f"{name}.cert.pem").read_text() if (folder / f"{name}{_KEY}").exists() else ""
        )
    except FileNotFoundError:
        return ""


def name_key(folder: Path, name: str) -> None:
    """Give a begun key its final name, after everything else was written. Raises OSError."""
    _begun(folder, name).replace(folder / f"{name}{_KEY}")
    _sync(folder)


def forget_key(folder: Path, name: str) -> None:
    """Delete a key that has no certificate."""
    with contextlib.suppress(OSError):
        _begun(folder, name).unlink()


def write(files: ChargerFiles, key: bytes, certificate: str, root_ca: str) -> None:
    """Write all files of a charger with mode 0600, each one completely or not at all.

    Everything is on the disk under another name before the first file is replaced, so that a full
    disk leaves an older key with its own certificate. The key takes its name last: until then a run
    that was cut off is continued.
    """
    contents = _place(files, root_ca) | {files.certificate: certificate.encode("ascii")}
    if not files.begun_key.exists() or files.begun_key.read_bytes() != key:
        _write_key(files.begun_key, key)
    write_together(contents)
    name_key(files.folder, files.name)


def write_place(files: ChargerFiles, root_ca: str) -> None:
    """Write how a charger connects that has its key and certificate already. Raises OSError.

    In a folder of its own: the files replace those of the same name beside its key.
    """
    files.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_together(_place(files, root_ca))


def _place(files: ChargerFiles, root_ca: str) -> dict[Path, bytes]:
    """Return the files that say how a charger connects, without a secret."""
    settings: dict[str, object] = {**asdict(files), "schema": SCHEMA}
    del settings["folder"]
    return {
        files.root_ca: root_ca.encode("ascii"),
        files.folder / "README.txt": _readme(settings).encode(),
        files.settings: json.dumps(settings, indent=2).encode() + b"\n",
    }


def write_together(contents: Mapping[Path, bytes]) -> None:
    """Write files of one folder with mode 0600, all of them before the first is replaced.

    Raises OSError; a full disk then leaves the older files as they were.
    """
    written = _write_aside(contents)
    try:
        for target, aside in written.items():
            aside.replace(target)
        for folder in {target.parent for target in written}:
            _sync(folder)
    finally:
        for aside in written.values():
            aside.unlink(missing_ok=True)


def _readme(settings: Mapping[str, object]) -> str:
    fields = "\n".join(f"  {line}" for line in as_text())
    return _README.format(**settings, fields=fields, sample=sample_for_shell())


def _write_key(path: Path, key: bytes) -> None:
    """Write a key for the owner only, and let it outlast a loss of power."""
    path.unlink(missing_ok=True)
    _write_through(path, key)
    _sync(path.parent)


def _write_aside(contents: Mapping[Path, bytes]) -> dict[Path, Path]:
    written: dict[Path, Path] = {}
    try:
        for target, content in contents.items():
            # Always the same name, so that a run that was killed leaves nothing for good.
            aside = target.with_name(f".new-{target.name}")
            aside.unlink(missing_ok=True)
            written[target] = aside
            _write_through(aside, content)
    except BaseException:
        for aside in written.values():
            aside.unlink(missing_ok=True)
        raise
    return written


def _write_through(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Let the names in a folder outlast a loss of power, where the system can do that."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
