"""A support bundle as a file: what is removed, what comes back, and files that are none."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from solarrally_tui.cli import main
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.bundle import archive
from solarrally_tui.health.bundle.archive import BundleError, pack, unpack
from solarrally_tui.health.bundle.contents import Contents, Facts, LogExcerpt, LogLine, Versions
from solarrally_tui.health.bundle.fields import DamagedError, dump, load
from solarrally_tui.health.bundle.removal import Removal
from solarrally_tui.health.report import Check, Report
from tests.screens.scripted.diagnoses import WITH_CAUSE

NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
EVIL = "\x1b]0;title\x07 \x9b31m \u202e back"
PEM = """-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIIrYSSNQFaA2Hwf1duRSxKtLYX5CB04fSeQ6tF1aY/PuoAoG
ab==
"""


def log(*lines: str) -> LogExcerpt:
    return LogExcerpt("/app", "task/backend/1", "x", tuple(LogLine(NOON, text) for text in lines))


def contents(*lines: str, **answers: Any) -> Contents:
    facts = Facts(
        "sunny-garage", "us-east-1", "123456789012", "arn:x", Versions("1", "3", "Linux"), answers
    )
    report = Report("sunny-garage", (Check("page", "Page", Severity.FAIL, "503"),), at=NOON)
    return Contents(facts, WITH_CAUSE, report, logs=(log(*lines),))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "bundle.zip"
    path.write_bytes(pack(contents("hello"))[0])
    return path


def changed(path: Path, **texts: str | None) -> Path:
    """The same archive with other files; a name's dots are written as underscores."""
    with zipfile.ZipFile(path) as before:
        files = {name: before.read(name).decode() for name in before.namelist()}
    for name, text in texts.items():
        files.pop(name.replace("_", "."), None)
        if text is not None:
            files[name.replace("_", ".")] = text
    with zipfile.ZipFile(path, "w") as after:
        for name, text in files.items():
            after.writestr(name, text)
    return path


def manifest(path: Path, **values: Any) -> Path:
    with zipfile.ZipFile(path) as before:
        told = json.loads(before.read("manifest.json"))
    return changed(path, manifest_json=json.dumps(told | values))


def test_what_is_packed_comes_back(file: Path) -> None:
    _, bundle = pack(contents("hello"))
    assert unpack(file) == bundle
    assert bundle.contents.diagnosis.causes[0].id == WITH_CAUSE.causes[0].id


@pytest.mark.parametrize(
    ("text", "removed"),
    [
        ("PGPASSWORD=ab,c}d", "ab,c}d"),
        ('{"password": "ab, c}d"}', "c}d"),
        (r"{\"token\": \"ab,cd\"}", "ab,cd"),
        ("postgresql+asyncpg://solarrally:p@ss/w0rd@db:5432/x", "w0rd"),
        ("mosquitto_sub -u probe -P hunter2 -t a", "hunter2"),
        ("the password is hunter2", "hunter2"),
        ("Cookie: solarrally=abc; other=def", "def"),
        ("viewer kQ7hZ2pL9xWvTTaB3cD4 signed in", "kQ7hZ2pL9xWvTTaB3cD4"),
        ("X-Amz-Signature=0123abcd&x=1", "0123abcd"),
        ("IQoJb3JpZ2luX2VjEXAMPLE" + "aB1/" * 40, "aB1/aB1/"),
        ("AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"),
        ("User ops@example.com logged in", "ops@example.com"),
        ("arn:aws:iam::123456789012:role/x", "12345678"),
        ("bucket cdn-123456789012-eu", "12345678"),
        ("403 from 52.95.110.1", "52.95.110.1"),
        ("from 2600:1f18:1234::1", "2600:1f18"),
    ],
)
def test_secrets_people_and_accounts_are_removed(text: str, removed: str) -> None:
    assert removed not in Removal().text(text)


@pytest.mark.parametrize(
    "text",
    [
        "10.42.4.7:8000 is unhealthy at 06:13:14, ::1 answers",
        "image 111.dkr.ecr.eu-central-1.amazonaws.com/x@sha256:" + "0a" * 32,
        "solarrally-sun-app-Service-Bir1Z3K0mQoZ stopped, E2EXAMPLE123",
        'SSLCertVerificationError: password authentication failed for user "solarrally"',
        "1795932778: Error resolving bridge address, 1795932094012",
        "task 43a5c3db3cad443fa924363b07ade73dc in arn:aws:ecs:eu-central-1:x:task/a",
    ],
)
def test_what_support_needs_stays(text: str) -> None:
    assert Removal().text(text) == text


def test_one_address_has_one_number_and_the_manifest_counts() -> None:
    _, bundle = pack(contents("a@x.org b@x.org", "A@x.org", admin_password="hunter2"))
    lines = [line.text for line in bundle.contents.logs[0].lines]
    assert lines == ["[email-1] [email-2]", "[email-1]"]
    assert bundle.contents.facts.answers == {"admin_password": "[redacted]"}
    assert bundle.manifest.removed["secrets"] == 1
    assert bundle.manifest.removed["e-mail addresses"] == 4  # and one in the diagnosis


@pytest.mark.parametrize("cut", [0, 1])
def test_a_key_that_spans_lines_is_removed_whole(cut: int) -> None:
    lines = [*PEM.splitlines()[cut:], "-----END EC PRIVATE KEY-----", "then all is well"]
    content, _ = pack(contents(*lines))
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        texts = "".join(opened.read(name).decode() for name in opened.namelist())
    assert not any(line in texts for line in PEM.splitlines()[1:])
    assert "then all is well" in texts


def test_a_bundle_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_MOST_TEXT", 100_000)
    content, bundle = pack(contents(*(f"{at} " + "word " * 5_000 for at in range(200))))
    assert len(content) < 100_000
    assert bundle.manifest.shortened > 100
    assert bundle.contents.logs[0].lines[-1].text.startswith("199 ")


def test_fields_of_other_versions_do_not_matter() -> None:
    @dataclass(frozen=True)
    class Now:
        name: str
        count: int = 3

    assert load(Now, {"name": "a", "later": [1]}) == Now("a")
    for wrong in ({}, {"name": 1}, {"name": "a", "count": True}, []):
        with pytest.raises(DamagedError):
            load(Now, wrong)
    assert load(tuple[Now, ...], dump((Now("b"),))) == (Now("b"),)


def test_one_of_a_newer_format_names_its_version(file: Path) -> None:
    with pytest.raises(BundleError, match=r"another version of solarrally, 9\.9") as refused:
        unpack(manifest(file, format=99, solarrally="9.9" + EVIL))
    assert "pipx upgrade" in refused.value.plain.next
    assert "\x1b" not in str(refused.value.plain)


def test_one_of_another_version_with_new_fields_is_shown(file: Path) -> None:
    bundle = unpack(manifest(file, solarrally="0.0.9", later=[1]))
    assert bundle.is_of_another_version
    assert bundle.contents.diagnosis.site == "sunny-garage"


def zipped(**files: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive_:
        for name, text in files.items():
            archive_.writestr(name.replace("_", "."), text)
    return target.getvalue()


def good() -> bytes:
    return pack(contents("hello"))[0]


HOSTILE: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "text": lambda: b"hello",
    "truncated": lambda: good()[: len(good()) // 2],
    "garbled": lambda: good()[:200] + b"\0" * 50 + good()[250:],
    "nothing in it": zipped,
    "no manifest": lambda: zipped(**{"../../etc/passwd": "x"}),
    "deep": lambda: zipped(manifest_json="[" * 100_000),
    "numbers": lambda: zipped(manifest_json="9" * 10_000),
    "not text": lambda: zipped(manifest_json='{"format": "one"}'),
    "bomb": lambda: zipped(manifest_json="0" * (archive._MOST_UNPACKED + 1)),
    "many": lambda: zipped(**{f"f{at}": "" for at in range(archive._MOST_FILES + 1)}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_bundle_is_refused_in_words(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(HOSTILE[name]())
    for options in ([], ["--json"]):
        with pytest.raises(SystemExit) as ended:
            main(["diagnose", "--open", str(path), *options])
        assert ended.value.code == 2
        assert "x.zip is not a support bundle" in capsys.readouterr().err
    assert not Path("/etc/passwd.zip").exists()
    assert sorted(tmp_path.iterdir()) == [path], name


def test_a_part_that_was_changed_is_refused(file: Path) -> None:
    with pytest.raises(BundleError, match="not a support bundle") as refused:
        unpack(changed(file, diagnosis_json="{}"))
    assert "diagnosis.json" in refused.value.plain.why


def test_what_a_terminal_would_obey_is_never_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cause = replace(WITH_CAUSE.causes[0], what=EVIL, next=EVIL)
    content, _ = pack(replace(contents(EVIL), diagnosis=replace(WITH_CAUSE, causes=(cause,))))
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    for options in ([], ["--json"], ["--format", "md"]):
        with pytest.raises(SystemExit):
            main(["diagnose", "--open", str(path), *options])
        shown = "".join(capsys.readouterr())
        assert not any(sign in shown for sign in "\x1b\x07\x9b\u202e")
    with zipfile.ZipFile(path) as opened:
        for name in opened.namelist():
            assert not any(sign in opened.read(name).decode() for sign in "\x1b\x07\x9b\u202e")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["x", "--open", "f"], "either a site or --open"),
        (["x", "--screen"], "add --open"),
        (["--open", "no-such-file"], "cannot be read"),
        (["x", "--role-arn", "support"], "not the ARN of a role"),
    ],
)
def test_options_that_do_not_fit_are_explained(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["diagnose", *words])
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
