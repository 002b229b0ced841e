"""Measure a site with a hub under load, on a simulated account: print, judge nothing but losses.

Usage: python tools/bench_hub.py [RATE [SECONDS]]

A site of three tasks with a hub is deployed, and simulated chargers send RATE messages a second for
SECONDS. Counted are what was sent, what AWS IoT took and delivered (one copy, to a link of the
hub), and what a viewer of the live figures saw, each message by its number. Then the processor's
time of each process and of its busiest thread: a thread of Python that is near one whole processor
is the limit of this machine, or all together are, or what else runs here. Ends with status 1 where
a message was lost.
"""

import asyncio
import contextlib
import datetime as dt
import json
import os
import ssl
import sys
import tempfile
import threading
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from solarrally_tui.aws.door import Door
from solarrally_tui.chargers.message import SAMPLE
from solarrally_tui.provisioning.deployment.deploy import deploy
from solarrally_tui.simulator.child import Account, Child
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.model import Site

_SHORT: Final = (200, 20.0)
_ON_A_SENDER: Final = 5
"""Messages a second on a connection of the sender. AWS IoT discards what exceeds 100 on one: with
few connections, a pause of this machine would end in a burst that no fleet of chargers sends."""
_EVERY: Final = 30.0
"""Seconds between two lines of progress."""
_QUIET: Final = 5.0
"""Seconds without a message after which no more is expected."""
_HERTZ: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Worked:
    """Seconds of processor time since a process began, and those of each of its threads."""

    whole: float
    threads: dict[str, float]

    @classmethod
    def by(cls, pid: int) -> "Worked":
        """Read what the kernel counted. Nothing for a process that has ended."""
        threads = {}
        with contextlib.suppress(OSError):
            for path in Path(f"/proc/{pid}/task").iterdir():
                threads[path.name] = _seconds(path / "stat")
            return cls(_seconds(Path(f"/proc/{pid}/stat")), threads)
        return cls(0.0, {})

    def since(self, before: "Worked") -> tuple[float, float]:
        """Return what the process and what its busiest thread took since another reading."""
        threads = (took - before.threads.get(name, 0.0) for name, took in self.threads.items())
        return self.whole - before.whole, max(threads, default=0.0)


def _seconds(path: Path) -> float:
    fields = path.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _HERTZ


def _machine() -> tuple[float, float]:
    """Return the seconds that all processors together were busy, and that they had."""
    first = Path("/proc/stat").read_text().splitlines()[0].split()[1:9]
    times = [int(each) / _HERTZ for each in first]
    return sum(times) - times[3] - times[4], sum(times)


def processes(account: int) -> dict[str, tuple[int, int]]:
    """Find the processes of a site by what they are, each with a port where it serves pages."""
    found = {"sender and viewer": (os.getpid(), 0), "account": (account, 0)}
    children = Path(f"/proc/{account}/task").glob("*/children")
    pids = sorted({int(pid) for path in children for pid in path.read_text().split()})
    for pid in pids:
        if "standin.program" not in Path(f"/proc/{pid}/cmdline").read_text():
            continue
        port = _port(pid)
        if _serves(port):
            number = sum(name.startswith("task") for name in found) + 1
            found[f"task {number}"] = pid, port
        else:
            found["hub"] = pid, 0
    return found


def _port(pid: int) -> int:
    """Return the port at which a process listens on loopback."""
    sockets = set()
    for path in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            sockets.add(str(path.readlink()).removeprefix("socket:[").rstrip("]"))
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[3] == "0A" and fields[9] in sockets:
            return int(fields[1].partition(":")[2], 16)
    return 0


def _serves(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=3) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


class Sender:
    """Chargers that together send at a steady rate, numbered messages at QoS 0."""

    def __init__(self, rate: int, context: ssl.SSLContext, port: int) -> None:
        self._rate = rate
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._send, daemon=True)
        self.sent = 0
        self.refused = 0
        """Messages at a connection that was down."""
        self.ended = 0
        """How often a connection ended."""
        self._clients = [self._client(context, port, n) for n in range(-(-rate // _ON_A_SENDER))]

    def _client(self, context: ssl.SSLContext, port: int, number: int) -> mqtt.Client:
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"sender-{number}")
        client.tls_set_context(context)
        client.on_disconnect = self._on_disconnect
        client.connect("localhost", port)
        client.loop_start()
        return client

    def _on_disconnect(self, *_: object) -> None:
        if not self._ended.is_set():
            self.ended += 1

    @property
    def connections(self) -> int:
        """How many there are."""
        return len(self._clients)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def stop(self) -> None:
        """Send no more."""
        self._ended.set()
        self._thread.join()

    def close(self) -> None:
        """Disconnect."""
        for client in self._clients:
            client.disconnect()
            client.loop_stop()

    def _send(self) -> None:
        begun = time.monotonic()
        while not self._ended.wait(0.01):
            due = int((time.monotonic() - begun) * self._rate)
            while self.sent < due:
                message = json.dumps(dict(SAMPLE) | {"power_w": float(self.sent)})
                topic = f"solarrally/bench/evse/c{self.sent % self._rate}/telemetry"
                told = self._clients[self.sent % len(self._clients)].publish(topic, message)
                self.refused += told.rc != mqtt.MQTT_ERR_SUCCESS
                self.sent += 1


class Viewer:
    """Counts the messages of the live view of one task, each by its number."""

    def __init__(self) -> None:
        self.seen: set[int] = set()
        self.longest = 0.0
        """Seconds between two messages, at most."""
        self._last = 0.0

    async def watch(self, port: int) -> None:
        """Listen until cancelled."""
        while True:
            with contextlib.suppress(OSError, WebSocketException):
                address = f"ws://127.0.0.1:{port}/ws/live"
                async with connect(address, compression=None, max_queue=None) as socket:
                    async for message in socket:
                        self._take(message)
            await asyncio.sleep(0.1)

    def _take(self, message: str | bytes) -> None:
        now = time.monotonic()
        if self._last:
            self.longest = max(self.longest, now - self._last)
        self._last = now
        self.seen.add(int(json.loads(message)["power_w"]))


async def _certificate(door: Door, folder: Path, account: Account) -> ssl.SSLContext:
    """Make a certificate with which the senders may publish as any charger of the site."""
    made = await door.call("iot", "create_keys_and_certificate", setAsActive=True)
    actions = ["iot:Connect", "iot:Publish"]
    grant = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [grant]})
    await door.call("iot", "create_policy", policyName="bench-sender", policyDocument=policy)
    target = made["certificateArn"]
    await door.call("iot", "attach_policy", policyName="bench-sender", target=target)
    chain = folder / "sender.pem"
    chain.touch(mode=0o600)
    chain.write_text(made["certificatePem"] + made["keyPair"]["PrivateKey"])
    context = ssl.create_default_context(cafile=str(account.edge_ca_file))
    context.load_cert_chain(chain)
    return context


async def _counted(door: Door, metric: str) -> int:
    """Return what AWS IoT counted of a metric in all, by CloudWatch."""
    now = dt.datetime.now(dt.UTC)
    answer = await door.call(
        "cloudwatch",
        "get_metric_statistics",
        Namespace="AWS/IoT",
        MetricName=metric,
        Dimensions=[{"Name": "Protocol", "Value": "MQTT"}],
        StartTime=now - dt.timedelta(hours=3),
        EndTime=now + dt.timedelta(minutes=1),
        Period=60,
        Statistics=["Sum"],
    )
    return round(sum(point["Sum"] for point in answer["Datapoints"]))


def _site(rate: int) -> Site:
    size: dict[str, Any] = {"hub": True, "min_tasks": 3, "max_tasks": 3}
    size |= {"chargers": rate, "interval_seconds": 1, "task_cpu": 1024, "task_memory": 2048}
    answers = {"name": "bench", "region": "us-east-1", "tier": "small"}
    return from_answers(answers | {"alerts": {"email": "ops@example.com"}, "size": size})


async def _load(sender: Sender, viewer: Viewer, seconds: float) -> float:
    """Send for as long, wait for the last messages, and return how long the sending took."""
    begun = time.monotonic()
    sender.start()
    while (left := begun + seconds - time.monotonic()) > 0:
        await asyncio.sleep(min(_EVERY, left))
        sent, seen = sender.sent, len(viewer.seen)
        lasted = time.monotonic() - begun
        load = os.getloadavg()[0]
        print(f"  {lasted:5.0f} s: sent {sent}, seen {seen}, load {load:.1f}", flush=True)
    await asyncio.to_thread(sender.stop)
    took = time.monotonic() - begun
    seen = -1
    while len(viewer.seen) > seen:  # what waits on a busy machine is late, and not lost
        seen = len(viewer.seen)
        await asyncio.sleep(_QUIET)
    print(f"  the last message came within {time.monotonic() - begun - took - _QUIET:.0f} s")
    return took


async def _measure(account: Account, pid: int, rate: int, seconds: float) -> bool:
    """Deploy, send, count and print; return whether everything arrived."""
    site = _site(rate)
    os.environ.update(account.environment)
    with tempfile.TemporaryDirectory(prefix="bench-hub-") as folder:
        async with await Door.open() as door:
            outcome = await deploy(site, door, lambda _: None)
            print(outcome.summary.splitlines()[0])
            context = await _certificate(door, Path(folder), account)
            sender, viewer = Sender(rate, context, account.mqtt_port), Viewer()
            found = processes(pid)
            watching = asyncio.create_task(viewer.watch(found["task 1"][1]))
            await asyncio.sleep(2)
            before = {name: Worked.by(process) for name, (process, _) in found.items()}
            busy, had = _machine()
            print(
                f"{rate} a second for {seconds:.0f} s from {sender.connections} connections, "
                f"through {site.size.hub_links} links of the hub, to 3 tasks, one viewer"
            )
            begun = time.monotonic()
            took = await _load(sender, viewer, seconds)
            whole = time.monotonic() - begun
            after = {name: Worked.by(process) for name, (process, _) in found.items()}
            now_busy, now_had = _machine()
            share = (now_busy - busy) / (now_had - had)
            watching.cancel()
            sender.close()
            await asyncio.sleep(2)  # AWS IoT's counts reach CloudWatch once a second
            taken, copies = [await _counted(door, f"Publish{way}.Success") for way in ("In", "Out")]
            refused = [await _counted(door, f"Publish{way}.Throttle") for way in ("In", "Out")]
    lost = sender.sent - len(viewer.seen)
    print(f"sent                {sender.sent:8} ({sender.sent / took:.0f} a second)")
    print(f"not connected       {sender.refused:8} ({sender.ended} connections of chargers ended)")
    print(f"taken by AWS IoT    {taken:8}")
    print(f"delivered by it     {copies:8} ({copies / max(1, sender.sent):.3f} copies a message)")
    print(
        f"discarded by it     {refused[0]:8} from senders, {refused[1]} to links: over 100 a second"
    )
    print(f"seen by the viewer  {len(viewer.seen):8}")
    print(f"lost                {lost:8} (longest silence {viewer.longest:.2f} s)")
    _profile(before, after, whole, share)
    return not lost


def _profile(
    before: dict[str, Worked], after: dict[str, Worked], seconds: float, busy: float
) -> None:
    cores, ours = os.cpu_count() or 1, 0.0
    print("processor           process, busiest thread (of one processor)")
    for name, worked in after.items():
        whole, thread = worked.since(before[name])
        ours += whole
        print(f"  {name:17} {whole / seconds:6.0%} {thread / seconds:6.0%}")
    print(f"  together          {ours / seconds:6.0%} of {cores:.0%}")
    print(f"  others            {busy * cores - ours / seconds:6.0%}")
    print(f"load                {' '.join(f'{each:.1f}' for each in os.getloadavg())}")


def main() -> None:
    """Measure the run given as arguments, or a short one."""
    given = sys.argv[1:]
    rate = int(given[0]) if given else _SHORT[0]
    seconds = float(given[1]) if len(given) > 1 else _SHORT[1]
    child = Child(speed="instant", scenario="raised-quotas")
    account = child.start()
    try:
        whole = asyncio.run(_measure(account, child.pid, rate, seconds))
    finally:
        child.stop()
    sys.exit(0 if whole else "Messages were lost.")


if __name__ == "__main__":
    main()
