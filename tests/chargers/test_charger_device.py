"""What a charger does about a message: pure, without AWS."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from solarrally_tui.blueprints import blueprint
from solarrally_tui.chargers.management import job_documents
from solarrally_tui.chargers.management.device import Answer, Device
from solarrally_tui.chargers.management.settings import parse
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.stacks.template import read

SHADOW = "$aws/things/barn/shadow/name/settings"
JOBS = "$aws/things/barn/jobs"


def said(answer: Answer) -> list[tuple[str, Any]]:
    return [(one.topic, json.loads(one.payload)) for one in answer.messages]


def told(device: Device, topic: str, message: object) -> list[tuple[str, Any]]:
    return said(device.answer(topic, json.dumps(message).encode()))


def test_it_takes_what_it_can_of_a_delta_and_reports_it() -> None:
    device = Device("barn")
    delta = {"state": {"interval": 10, "max_current_a": 500, "colour": "red"}}
    assert told(device, f"{SHADOW}/update/delta", delta) == [
        (f"{SHADOW}/update", {"state": {"reported": {"interval": 10, "firmware": "1.0.0"}}})
    ]
    assert device.interval == 10
    assert told(device, f"{SHADOW}/update/delta", {"state": {"interval": 0.5}}) == []
    assert told(device, f"{SHADOW}/get/accepted", {"state": {"delta": {"max_current_a": 16}}})
    assert device.limited({"current_a": 32.0, "power_w": 7360.0, "voltage_v": 230}) == {
        "current_a": 16,
        "power_w": 3680.0,
        "voltage_v": 230,
    }
    assert device.limited({"current_a": 8.0, "power_w": 1840.0})["power_w"] == 1840.0


@pytest.mark.parametrize("payload", [b"", b"[", b"3", b'{"state": 3}', b'{"execution": 3}'])
def test_nonsense_changes_nothing(payload: bytes) -> None:
    device = Device("barn")
    for topic in (*device.subscriptions, "elsewhere"):
        assert device.answer(topic, payload) == Answer()
    assert device == Device("barn")


def job(document: object, version: int = 2) -> dict[str, Any]:
    return {"execution": {"jobId": "j1", "versionNumber": version, "jobDocument": document}}


def test_it_carries_jobs_out_one_after_another() -> None:
    device = Device("barn")
    queued = {"execution": {"jobId": "j1", "status": "QUEUED"}}
    assert told(device, f"{JOBS}/notify-next", queued) == [(f"{JOBS}/start-next", {})]
    assert told(device, f"{JOBS}/notify-next", {}) == []
    reported, done = told(
        device, f"{JOBS}/start-next/accepted", job(job_documents.settings({"interval": 30}))
    )
    assert reported[1]["state"] == {
        "reported": {"interval": 30, "firmware": "1.0.0"},
        "desired": {"interval": 30},
    }
    assert done == (
        f"{JOBS}/j1/update",
        {
            "status": "SUCCEEDED",
            "statusDetails": {"operation": "settings"},
            "expectedVersion": 2,
        },
    )
    answer = device.answer(
        f"{JOBS}/start-next/accepted", json.dumps(job(job_documents.restart())).encode()
    )
    assert answer.restart
    [(_, rejected)] = told(device, f"{JOBS}/start-next/accepted", job({"operation": "explode"}))
    assert rejected["status"] == "REJECTED"
    assert rejected["statusDetails"] == {"reason": "unknown operation"}


@pytest.fixture
def firmware(tmp_path: Path) -> tuple[dict[str, Any], Ed25519PrivateKey]:
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "key.pem").write_bytes(pem)
    (tmp_path / "fw.bin").write_bytes(b"firmware")
    document = job_documents.firmware(
        "2.1.0", "https://example.com/fw.bin", tmp_path / "fw.bin", tmp_path / "key.pem"
    )
    return document, key


def test_it_installs_firmware_that_the_operator_signed(
    firmware: tuple[dict[str, Any], Ed25519PrivateKey],
) -> None:
    document, key = firmware
    device = Device("barn", key=key.public_key())
    reported, (_, done) = told(device, f"{JOBS}/start-next/accepted", job(document))
    assert device.firmware == "2.1.0"
    assert reported[1]["state"]["reported"] == {"firmware": "2.1.0"}
    assert done["statusDetails"] == {"operation": "firmware", "version": "2.1.0"}


@pytest.mark.parametrize(
    "change",
    [
        {"version": "2.2.0"},
        {"sha256": "0" * 64},
        {"url": "http://example.com/fw.bin"},
        {"signature": base64.b64encode(b"0" * 64).decode()},
        {"signature": "no base64"},
    ],
)
def test_it_rejects_other_firmware(
    firmware: tuple[dict[str, Any], Ed25519PrivateKey], change: dict[str, str]
) -> None:
    document, key = firmware
    device = Device("barn", key=key.public_key())
    [(_, told_)] = told(device, f"{JOBS}/start-next/accepted", job(document | change))
    assert told_["status"] == "REJECTED"
    assert device.firmware == "1.0.0"


@pytest.mark.parametrize("word", ["interval=0", "interval=1.5", "colour=red", "max_current_a=x"])
def test_settings_of_no_use_are_refused(word: str) -> None:
    with pytest.raises(ChargerError):
        parse([word])


def test_settings_are_read_as_they_are_typed() -> None:
    assert parse(["interval=10", "max_current_a=16.5"]) == {"interval": 10, "max_current_a": 16.5}
    assert parse(["interval="]) == {"interval": None}


@pytest.mark.parametrize("policy", ["DevicePolicy", "BridgePolicy", "ClaimPolicy"])
def test_policies_of_aws_iot_fit_for_the_longest_names(policy: str) -> None:
    """AWS IoT takes 2,048 characters without white space (AWS IoT Core quotas)."""
    longest = {
        "AWS::Partition": "aws-us-gov",
        "AWS::Region": "ap-southeast-2",
        "AWS::AccountId": "1" * 12,
        "SiteName": "s" * 20,
    }

    def resolved(part: Any) -> Any:
        if isinstance(part, list):
            return [resolved(one) for one in part]
        if not isinstance(part, dict):
            return part
        if set(part) != {"Fn::Sub"}:
            return {name: resolved(one) for name, one in part.items()}
        text = str(part["Fn::Sub"])
        for name, value in longest.items():
            text = text.replace(f"${{{name}}}", value)
        return text.replace("${!", "${")

    document = read(blueprint("iot").template())["Resources"][policy]["Properties"]
    text = "".join(json.dumps(resolved(document["PolicyDocument"])).split())
    assert "${AWS" not in text
    assert len(text) <= 2048
