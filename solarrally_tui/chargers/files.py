"""A charger's files: key, certificate, authority, settings and a note on how to connect."""

import json
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Self

from solarrally_tui.chargers.message import as_text, sample_for_shell
from solarrally_tui.chargers.problems import ChargerError

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
If it was lost or others may have seen it: solarrally chargers add {name} --to FOLDER --replace
"""


def check_name(name: str) -> None:
    """Raise ChargerError unless a name can be a thing, a client id, a topic level and a file."""
    if not _NAME.fullmatch(name):
        raise ChargerError(
            what=f"{name!r} cannot be the name of a charger.",
            why="The name is used as a thing name, an MQTT topic level and a file name.",
            next="Use 1 to 64 letters, digits, hyphens and underscores, for example garage-left.",
        )
    if name.startswith("solarrally-"):
        raise ChargerError(
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
        return self.folder / f"{self.name}.key.pem"

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
            stored = json.loads(settings.read_text(encoding="utf-8"))
            values = {key: stored[key] for key in (*_TEXTS, "port", "schema")}
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise _unreadable(settings, repr(error)) from None
        if values.pop("schema") != SCHEMA or not isinstance(values["port"], int):
            raise _unreadable(settings, "unknown schema")
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


_TEXTS: Final = ("name", "site", "region", "endpoint", "client_id", "topic")


def _unreadable(settings: Path, detail: str) -> ChargerError:
    return ChargerError(
        what=f"{settings} does not describe a charger.",
        why="It is damaged, or another program wrote it.",
        next="Issue new files with solarrally chargers add NAME --to FOLDER --replace.",
        detail=detail,
    )


def prepare(folder: Path, name: str, *, replace: bool) -> None:
    """Create the folder (0700) and check that the charger's files can be written there.

    Raises ChargerError when the folder cannot be used or has a key of this name already and
    replace is not set.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise ChargerError(
            what=f"The files of {name} cannot be written to {folder}.",
            why=error.strerror or "The operating system refused.",
            next="Choose another folder with --to.",
            detail=str(error),
        ) from None
    key = folder / f"{name}.key.pem"
    if key.exists() and not replace:
        raise ChargerError(
            what=f"{key} exists already.",
            why="Overwriting a private key would lose it.",
            next="Choose another folder, or add --replace to issue a new key and certificate.",
        )


def write(files: ChargerFiles, key: bytes, certificate: str, root_ca: str) -> None:
    """Write all files of a charger with mode 0600, each one completely or not at all.

    Everything is on the disk under another name before the first file is replaced, so that a full
    disk leaves an older key with its own certificate.
    """
    settings: dict[str, object] = {**asdict(files), "schema": SCHEMA}
    del settings["folder"]
    contents = {
        files.root_ca: root_ca.encode("ascii"),
        files.folder / "README.txt": _readme(settings).encode(),
        files.key: key,
        files.certificate: certificate.encode("ascii"),
        files.settings: json.dumps(settings, indent=2).encode() + b"\n",
    }
    write_together(contents)


def write_together(contents: Mapping[Path, bytes]) -> None:
    """Write files of one folder with mode 0600, all of them before the first is replaced.

    Raises OSError; a full disk then leaves the older files as they were.
    """
    written = _write_aside(contents)
    try:
        for target, aside in written.items():
            aside.replace(target)
    finally:
        for aside in written.values():
            aside.unlink(missing_ok=True)


def _readme(settings: Mapping[str, object]) -> str:
    fields = "\n".join(f"  {line}" for line in as_text())
    return _README.format(**settings, fields=fields, sample=sample_for_shell())


def _write_aside(contents: Mapping[Path, bytes]) -> dict[Path, Path]:
    written: dict[Path, Path] = {}
    try:
        for target, content in contents.items():
            handle, name = tempfile.mkstemp(dir=target.parent, prefix=".new-")
            written[target] = Path(name)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
    except BaseException:
        for aside in written.values():
            aside.unlink(missing_ok=True)
        raise
    return written
