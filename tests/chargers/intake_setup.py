"""An account with AWS's own limits, in which the command line adds many chargers and is killed."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from solarrally_tui.aws.door import Door
from solarrally_tui.deployed import record
from solarrally_tui.simulator.child import Account, Child
from solarrally_tui.site.model import Site
from tests.chargers.charger_setup import client, deploy_iot
from tests.policy.operators import operator
from tests.simulator.simulator_setup import control

A_SECOND = 15
"""Certificates that AWS issues and policies that it attaches, whichever is less: the limit."""


@dataclass
class Fleet:
    """A site that takes chargers at AWS's own pace, and what its operator has."""

    account: Account
    site: Site
    folder: Path

    def command(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start `solarrally chargers` in a process that can be killed."""
        environment = {
            **self.account.applied_to(os.environ),
            "SOLARRALLY_PACE": "1",
            "XDG_STATE_HOME": str(self.folder / "state"),
        }
        return subprocess.Popen(
            [sys.executable, "-m", "solarrally_tui", "chargers", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def result(self, *arguments: str) -> dict[str, Any]:
        """Run `solarrally chargers` to its end, and return its result."""
        running = self.command(*arguments, "--json")
        output, errors = running.communicate()
        assert running.returncode == 0, errors
        result: dict[str, Any] = json.loads(output.splitlines()[-1])
        return {key: value for key, value in result.items() if key not in {"type", "exit_code"}}

    def add(self, names: Sequence[str], kill_after: Sequence[float] = ()) -> dict[str, Any]:
        """Add chargers; after each kill, again. Returns the last result with all seconds it took.

        kill_after: seconds after the first certificate of a run.
        """
        roster = self.folder / "chargers.csv"
        rows = [
            f"{name},wallbox-{number % 2},22,Hall_{number % 5}" for number, name in enumerate(names)
        ]
        roster.write_text("\n".join(["name,type,max_kw,location", *rows]))
        arguments = ("add", "--from", str(roster), "--to", str(self.place), "--json")
        began = time.monotonic()
        for seconds in kill_after:
            running = self.command(*arguments)
            asked = self.calls("CreateCertificateFromCsr")
            while running.poll() is None and self.calls("CreateCertificateFromCsr") == asked:
                time.sleep(0.05)
            time.sleep(seconds)
            running.send_signal(signal.SIGKILL)
            running.communicate()
        running = self.command(*arguments)
        output, errors = running.communicate()
        result: dict[str, Any] = json.loads(output.splitlines()[-1])
        assert result["exit_code"] == running.returncode, errors
        return result | {"all_seconds": time.monotonic() - began, "errors": errors}

    @property
    def place(self) -> Path:
        """Where the folders of the chargers are."""
        return self.folder / "keys"

    def calls(self, operation: str) -> int:
        """How often an operation was called, refused calls too."""
        _, answer = control(self.account, "GET", "calls")
        return int(answer["calls"].get(f"iot.{operation}", 0))

    def faults(self, names: Sequence[str]) -> list[str]:
        """What is doubled, lost or half done, here and in AWS IoT."""
        iot = client(self.account, "iot")
        site, found = self.site.name, []
        control(self.account, "POST", "speed", {"speed": "instant"})
        pages = iot.get_paginator("list_things").paginate(attributeName="site", attributeValue=site)
        things = [thing["thingName"] for page in pages for thing in page["things"]]
        if sorted(things) != sorted(names):
            found.append(f"things: {len(things)} of {len(names)}")
        policy = f"solarrally-{site}-device"
        pages = iot.get_paginator("list_targets_for_policy").paginate(policyName=policy)
        allowed = [arn.rpartition("/")[2] for page in pages for arn in page["targets"]]
        issued = Counter(c["certificateId"] for c in self.certificates(iot))
        if sorted(allowed) != sorted(issued):
            found.append(f"certificates: {len(issued)}, with the policy: {len(allowed)}")
        on_disk = [self._held(name, found) for name in names]
        if sorted(on_disk) != sorted(issued):
            found.append(f"certificates: {len(issued)}, on the disk: {len(set(on_disk))}")
        for name in names:
            principals = iot.list_thing_principals(thingName=name)["principals"]
            if len(principals) != 1:
                found.append(f"{name}: {len(principals)} certificates")
        control(self.account, "POST", "speed", {"speed": "real"})
        return found

    def certificates(self, iot: Any) -> list[dict[str, Any]]:
        """All certificates of the account."""
        pages = iot.get_paginator("list_certificates").paginate(pageSize=250)
        return [item for page in pages for item in page["certificates"]]

    def _held(self, name: str, found: list[str]) -> str:
        """Return the id of the certificate that fits the only key in a charger's folder."""
        folder = self.place / name
        keys = [path.name for path in folder.iterdir() if "key" in path.name]
        if keys != [f"{name}.key.pem"] or (folder / keys[0]).stat().st_mode & 0o777 != 0o600:
            found.append(f"{name}: keys {keys}")
            return ""
        key = load_pem_private_key((folder / keys[0]).read_bytes(), None)
        certificate = x509.load_pem_x509_certificate((folder / f"{name}.cert.pem").read_bytes())
        if key.public_key() != certificate.public_key():
            found.append(f"{name}: the key is not that of the certificate")
        return certificate.fingerprint(hashes.SHA256()).hex()


@contextmanager
def fleet(folder: Path, name: str = "fleet") -> Iterator[Fleet]:
    """A site in an account of its own whose control plane is as slow as AWS's."""
    child = Child(speed="instant")
    try:
        owner = child.start()
        site = deploy_iot(owner, name)
        asyncio.run(_record(owner, site))
        control(owner, "POST", "speed", {"speed": "real"})
        yield Fleet(operator(owner), site, folder)
    finally:
        child.stop()


async def _record(account: Account, site: Site) -> None:
    before = dict(os.environ)
    os.environ |= account.environment
    try:
        async with await Door.open(site.region) as door:
            await record.write(door, site, "000000000000")
    finally:
        for key in account.environment:
            os.environ.pop(key, None)
        os.environ |= before
