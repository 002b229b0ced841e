"""Measure the sender of simulated chargers alone, against a real mosquitto with mutual TLS.

Usage: python tools/bench_sender.py [CHARGERS INTERVAL SECONDS]

Without arguments: 1,000 chargers that each send once a second, then 5,000 connected chargers.
Prints messages a second, latency, and memory and processor time of this process a charger. Each
charger has a certificate of its own, as those that `chargers add` wrote.
"""

import asyncio
import datetime as dt
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from solarrally_tui.chargers.files import ChargerFiles
from solarrally_tui.chargers.publisher import Rhythm, publish_as
from solarrally_tui.chargers.simulation.figures import Figures, Tally

_RUNS: Final = ((1000, 1.0, 15.0), (5000, 30.0, 60.0))
"""Chargers, seconds between two messages of each, seconds of the run."""
_LEAST_SHARE: Final = 0.8
"""Of the messages that the interval asks for."""
_MOST_KB: Final = 200.0


class Authority:
    """Signs certificates for the broker and the chargers of one measurement."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bench")])
        signed = self._signed(self._name, self._key.public_key(), is_authority=True)
        (folder / "root-ca.pem").write_bytes(signed.public_bytes(Encoding.PEM))

    def issue(self, name: str, host: str) -> None:
        """Write a key and a certificate."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        signed = self._signed(subject, key.public_key(), is_authority=False)
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (self._folder / f"{name}.key.pem").write_bytes(private)
        (self._folder / f"{name}.cert.pem").write_bytes(signed.public_bytes(Encoding.PEM))

    def _signed(
        self, subject: x509.Name, public: ec.EllipticCurvePublicKey, *, is_authority: bool
    ) -> x509.Certificate:
        now = dt.datetime.now(dt.UTC)
        host = str(subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=1))
            .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        )
        return builder.sign(self._key, hashes.SHA256())


@contextmanager
def broker(folder: Path) -> Iterator[int]:
    """Run mosquitto as AWS IoT's listener is: nobody without a certificate. Yields its port."""
    path = shutil.which("mosquitto", path=f"{os.environ['PATH']}:/usr/sbin")
    if not path:
        sys.exit("mosquitto is needed: .ci/system-packages installs it.")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    (folder / "mosquitto.conf").write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\nuser root\nmax_connections -1\n"
        f"cafile {folder}/root-ca.pem\ncertfile {folder}/broker.cert.pem\n"
        f"keyfile {folder}/broker.key.pem\nrequire_certificate true\nlog_type error\n"
    )
    process = subprocess.Popen([path, "-c", str(folder / "mosquitto.conf")])
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _chargers(folder: Path, port: int, count: int) -> list[ChargerFiles]:
    names = [f"bench-{number:04}" for number in range(count)]
    return [
        ChargerFiles(
            folder, name, "bench", "local", "localhost", port, name, f"bench/evse/{name}/telemetry"
        )
        for name in names
    ]


def _kilobytes() -> int:
    """Return the memory that this process holds."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


async def _run(chargers: list[ChargerFiles], interval: float, seconds: float) -> None:
    tally = Tally()
    before, begun, worked = _kilobytes(), time.perf_counter(), time.process_time()
    publishing = asyncio.create_task(publish_as(chargers, Rhythm(interval, seed="bench"), tally))
    while tally.connected() < len(chargers):  # noqa: ASYNC110 a measurement may poll
        await asyncio.sleep(0.2)
    up = time.perf_counter() - begun
    first, worked_up, began = tally.figures(len(chargers)), time.process_time(), time.perf_counter()
    await asyncio.sleep(seconds)
    last, lasted = tally.figures(len(chargers)), time.perf_counter() - began
    busy = (time.process_time() - worked_up) / lasted
    held = (_kilobytes() - before) / len(chargers)
    publishing.cancel()
    await asyncio.gather(publishing, return_exceptions=True)
    a_second = (last.acknowledged - first.acknowledged) / lasted
    _report(last, up=up, a_second=a_second, busy=busy)
    each = (worked_up - worked) / len(chargers) * 1000
    print(f"  {held:6.0f} KB a charger (at most {_MOST_KB:.0f}), {each:.1f} ms to connect")
    if held > _MOST_KB:
        sys.exit("Too much memory a charger.")
    if a_second < _LEAST_SHARE * len(chargers) / interval:
        sys.exit("Too few messages a second.")


def _report(last: Figures, *, up: float, a_second: float, busy: float) -> None:
    print(f"{last.chargers} chargers, connected in {up:.0f} s")
    print(f"  {a_second:6.0f} messages a second acknowledged, {busy:.0%} of one processor")
    latency = last.acknowledgement
    print(
        f"  {latency.p50 or 0:6.1f} ms p50, {latency.p99 or 0:.1f} ms p99, refused {last.refused}"
    )


def main() -> None:
    """Measure one run given as arguments, or the usual ones, each in a process of its own."""
    if len(sys.argv) == 4:
        count, interval, seconds = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
        with tempfile.TemporaryDirectory(prefix="bench-sender-") as text:
            folder = Path(text)
            authority = Authority(folder)
            authority.issue("broker", "localhost")
            with broker(folder) as port:
                chargers = _chargers(folder, port, count)
                for charger in chargers:
                    authority.issue(charger.name, charger.name)
                asyncio.run(_run(chargers, interval, seconds))
        return
    for run in _RUNS:
        subprocess.run([sys.executable, __file__, *map(str, run)], check=True)


if __name__ == "__main__":
    main()
