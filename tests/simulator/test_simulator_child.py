"""The child process: where it listens, when it ends, what does not leak into it."""

import signal
import subprocess
import sys
from pathlib import Path

import boto3
import pytest

from solarrally_tui.simulator import pins
from solarrally_tui.simulator.child import Account, Child, EmbeddedAccountError, embedded_account
from solarrally_tui.simulator.pins import PinError, private, replace_entry
from solarrally_tui.simulator.settings import ACCOUNT_ID
from tests.simulator.simulator_setup import control, until

LISTENING = "0A"
LOOPBACK = {"0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000"}


def listening(pid: int) -> set[tuple[str, int]]:
    """Address (as /proc writes it) and port of every TCP listener of a process."""
    sockets = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        try:
            sockets.add(str(link.readlink()))
        except OSError:
            continue
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            cells = line.split()
            if cells[3] == LISTENING and f"socket:[{cells[9]}]" in sockets:
                address, _, port = cells[1].partition(":")
                found.add((address, int(port, 16)))
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


def test_nothing_listens_beyond_loopback() -> None:
    child = Child(speed="instant")
    account = child.start()
    try:
        found = listening(child.pid)
        assert {port for _, port in found} == {
            int(account.endpoint_url.rpartition(":")[2]),
            account.mqtt_port,
        }
        assert {address for address, _ in found} <= LOOPBACK
    finally:
        child.stop()


async def test_the_context_manager_ends_the_child() -> None:
    async with embedded_account(speed="instant") as account:
        assert control(account, "GET", "speed") == (200, {"speed": "instant"})
        ca = account.edge_ca_file
        assert ca.read_text().startswith("-----BEGIN CERTIFICATE-----")
    until(lambda: not ca.exists())


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_the_child_dies_with_its_parent(ending: signal.Signals) -> None:
    code = (
        "import time; from solarrally_tui.simulator.child import Child; c = Child(speed='instant');"
        "c.start(); print(c.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    pid = int(parent.stdout.readline())
    assert alive(pid)
    parent.send_signal(ending)
    parent.wait()
    parent.stdout.close()
    until(lambda: not alive(pid), limit=10)


def test_a_port_in_use_is_said(account: Account) -> None:
    port = int(account.endpoint_url.rpartition(":")[2])
    with pytest.raises(EmbeddedAccountError, match="in use"):
        Child(port=port, speed="instant").start()


def test_settings_of_the_user_do_not_leak(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"PATH": "/bin", "AWS_PROFILE": "work", "AWS_SESSION_TOKEN": "x"}
    applied = account.applied_to(given)
    assert applied["PATH"] == "/bin"
    assert {"AWS_PROFILE", "AWS_SESSION_TOKEN"}.isdisjoint(applied)
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    assert boto3.client("sts").get_caller_identity()["Account"] == ACCOUNT_ID


def test_regions_are_apart(account: Account) -> None:
    def topics(region: str) -> list[str]:
        session = boto3.Session("100000000001", "any", region_name=region)
        client = session.client("sns", endpoint_url=account.endpoint_url)
        client.create_topic(Name=f"only-{region}")
        return [t["TopicArn"].rpartition(":")[2] for t in client.list_topics()["Topics"]]

    assert topics("us-east-1") == ["only-us-east-1"]
    assert topics("eu-central-1") == ["only-eu-central-1"]


def test_a_private_name_that_is_gone_stops_the_start() -> None:
    with pytest.raises(PinError, match=r"lacks _no_such_name"):
        private(pins, "_no_such_name")
    with pytest.raises(PinError, match=r"__dict__ .* lacks NO_SUCH_KEY"):
        replace_entry(pins, "__dict__", "NO_SUCH_KEY", lambda value: value)
    pins.check_version()
