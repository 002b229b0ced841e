"""The files of a claim: its key, its certificate, the authority of AWS IoT, and a note."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Self

from solarrally_tui.chargers.files import stored_settings, write_together
from solarrally_tui.chargers.problems import ChargerError

SCHEMA: Final = 1

_README: Final = """\
{name}: a claim of the SolarRally site {site}

Devices that share this key may ask for a certificate of their own, and for nothing else.
{limits}
Anybody who has the key may do the same. Revoke it once the devices are registered, or at once
where others may have seen it. Chargers that are registered keep their own certificates:
  solarrally chargers claim revoke {name} --site {site}

What a device does, once, with MQTT 3.1.1 over TLS 1.2 or newer:
  host           {endpoint}
  port           {port}
  client id      {client_id_prefix}SERIAL   (no other beginning is accepted)
  certificate    {name}.cert.pem
  private key    {name}.key.pem
  authority      root-ca.pem
1. Create a private key that never leaves the device, and a certificate signing request for it.
2. Subscribe to {csr_topic}/accepted and /rejected,
   and to {register_topic}/accepted and /rejected.
3. Publish {{"certificateSigningRequest": "PEM"}} to {csr_topic}.
   Keep certificatePem and certificateOwnershipToken of the answer.
4. Publish {{"certificateOwnershipToken": "TOKEN", "parameters": {{"SerialNumber": "SERIAL"}}}}
   to {register_topic}.
5. Disconnect, delete the claim, and connect with the new certificate under the client id SERIAL.

Try it from here, in place of a device:
  solarrally chargers provision --claim . --serial SERIAL --to FOLDER
"""


@dataclass(frozen=True, slots=True)
class ClaimFiles:
    """Where a claim's files are, and how a device uses it. Holds no secret itself."""

    folder: Path
    name: str
    site: str
    region: str
    endpoint: str
    port: int
    template: str
    client_id_prefix: str
    topic_name: str = ""
    """The name in the topics of chargers; empty in older files, for the site's."""

    @property
    def key(self) -> Path:
        """The private key that the devices share (PEM)."""
        return self.folder / f"{self.name}.key.pem"

    @property
    def certificate(self) -> Path:
        """The claim certificate (PEM)."""
        return self.folder / f"{self.name}.cert.pem"

    @property
    def root_ca(self) -> Path:
        """The authorities that sign the endpoint's certificate (PEM)."""
        return self.folder / "root-ca.pem"

    @property
    def csr_topic(self) -> str:
        """Where a device sends its signing request (AWS IoT, Device provisioning MQTT API)."""
        return "$aws/certificates/create-from-csr/json"

    @property
    def register_topic(self) -> str:
        """Where a device registers itself with the certificate that it got."""
        return f"$aws/provisioning-templates/{self.template}/provision/json"

    @classmethod
    def in_folder(cls, folder: Path) -> Self:
        """Read the claim in a folder. Raises ChargerError."""
        for path in sorted(folder.glob("*.claim.json")):
            try:
                return cls(folder=folder, **stored_settings(path, _TEXTS, SCHEMA, _NEWER))
            except ValueError as error:
                raise _none(folder, str(error)) from None
        raise _none(folder, "no file NAME.claim.json")

    def write(self, key: bytes, certificate: str, root_ca: str, limits: str) -> None:
        """Write all files with mode 0600, each one completely or not at all. Raises OSError."""
        settings: dict[str, object] = {**asdict(self), "schema": SCHEMA}
        del settings["folder"]
        write_together(
            {
                self.root_ca: root_ca.encode("ascii"),
                self.folder / "README.txt": self._readme(settings, limits).encode(),
                self.key: key,
                self.certificate: certificate.encode("ascii"),
                self.folder / f"{self.name}.claim.json": json.dumps(settings, indent=2).encode()
                + b"\n",
            }
        )

    def _readme(self, settings: Mapping[str, object], limits: str) -> str:
        topics = {"csr_topic": self.csr_topic, "register_topic": self.register_topic}
        return _README.format(**settings, **topics, limits=limits)


_TEXTS: Final = ("name", "site", "region", "endpoint", "template", "client_id_prefix")
_NEWER: Final = ("topic_name",)


def _none(folder: Path, detail: str) -> ChargerError:
    return ChargerError(
        what=f"There is no claim in {folder}.",
        why="The folder of a claim contains NAME.claim.json beside its key and certificate.",
        next=f"Create one first: solarrally chargers claim create NAME --to {folder}",
        detail=detail,
    )
