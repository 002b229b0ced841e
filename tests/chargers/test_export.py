"""Chargers for a gateway, and as a QR code."""

import json
import stat
import tarfile
from pathlib import Path

import pytest

from solarrally_tui import cli
from solarrally_tui.chargers import files
from solarrally_tui.chargers.files import ChargerFiles
from solarrally_tui.chargers.intake import qr_code
from solarrally_tui.chargers.intake.export import export, find
from solarrally_tui.chargers.problems import ChargerError

HOST = "a1b2c3d4e5f6g7-ats.iot.eu-central-1.amazonaws.com"


def written(folder: Path, name: str, site: str = "garage", key: str = "secret") -> ChargerFiles:
    folder.mkdir(parents=True)
    topic = f"solarrally/{site}/evse/{name}/telemetry"
    place = ChargerFiles(folder, name, site, "eu-central-1", HOST, 8883, name, topic)
    files.write(place, f"{key} {name}".encode(), f"certificate {name}", "root")
    return place


def status(*arguments: str) -> object:
    with pytest.raises(SystemExit) as ended:
        cli.main(["chargers", *arguments])
    return ended.value.code


def test_a_gateway_gets_a_folder_with_references(tmp_path: Path) -> None:
    one, two = written(tmp_path / "in" / "one", "one"), written(tmp_path / "in" / "two", "two")
    assert find([tmp_path / "in"]) == (one, two)
    to = tmp_path / "gateway"
    assert export((one, two), to).place == to
    described = json.loads((to / "gateway.json").read_text())
    assert (described["endpoint"], described["port"]) == (HOST, 8883)
    assert [c["client_id"] for c in described["chargers"]] == ["one", "two"]
    for charger in described["chargers"]:
        name = charger["name"]
        assert (to / charger["private_key"]).read_text() == f"secret {name}"
        assert (to / charger["certificate"]).read_text() == f"certificate {name}"
        assert len(list((to / name).glob("*key*"))) == 1
    assert (to / described["root_ca"]).read_text() == "root"
    modes = {p: stat.S_IMODE(p.stat().st_mode) for p in [to, *to.rglob("*")]}
    assert all(mode == (0o700 if path.is_dir() else 0o600) for path, mode in modes.items())
    assert "secret" not in (to / "gateway.json").read_text()


@pytest.mark.parametrize("name", ["g.tar", "g.tgz", "g.tar.gz"])
def test_or_an_archive(tmp_path: Path, name: str) -> None:
    one = written(tmp_path / "one", "one")
    to = tmp_path / "out" / name
    export((one,), to)
    assert stat.S_IMODE(to.stat().st_mode) == 0o600
    assert [path.name for path in to.parent.iterdir()] == [name]
    with tarfile.open(to) as archive:
        assert all(member.mode == 0o600 for member in archive)
        key = archive.extractfile("one/one.key.pem")
        assert key
        assert key.read() == b"secret one"


def test_nothing_is_overwritten_or_mixed(tmp_path: Path) -> None:
    one = written(tmp_path / "a" / "one", "one")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("mine")
    (tmp_path / "file.tar").write_text("mine")
    for to in (tmp_path / "full", tmp_path / "file.tar"):
        with pytest.raises(ChargerError, match="exists already"):
            export((one,), to)
    written(tmp_path / "b" / "one", "one", key="another")
    with pytest.raises(ChargerError, match="has files in"):
        find([tmp_path / "a", tmp_path / "b"])
    written(tmp_path / "c" / "three", "three", site="other")
    with pytest.raises(ChargerError, match="different sites"):
        find([tmp_path / "a", tmp_path / "c"])
    one.certificate.unlink()
    with pytest.raises(ChargerError, match="not complete"):
        find([tmp_path / "a"])
    (tmp_path / "none").mkdir()
    with pytest.raises(ChargerError, match="no charger"):
        find([tmp_path / "none"])


def test_a_code_says_how_to_connect_and_no_secret(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = written(tmp_path / "one", "one")
    assert json.loads(qr_code.content(one)) == {
        "host": HOST,
        "port": 8883,
        "clientId": "one",
        "topic": "solarrally/garage/evse/one/telemetry",
    }
    rows = qr_code.rows(qr_code.content(one))
    assert len({len(row) for row in rows}) == 1
    # The finder in the corner: seven dark modules after the light edge.
    assert rows[1].startswith("██ ▄▄▄▄▄ █")
    assert status("qr", str(tmp_path / "one")) == 0
    output = capsys.readouterr().out
    assert all(row in output for row in rows)
    assert "secret" not in output


def test_the_command_says_where_keys_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path / "in" / "one", "one")
    arguments = ["export", str(tmp_path / "in"), "--to"]
    assert status(*arguments, str(tmp_path / "g")) == 0
    assert str(tmp_path / "in" / "one") in capsys.readouterr().err
    assert status(*arguments, str(tmp_path / "g")) != 0
    assert status(*arguments, str(tmp_path / "h"), "--json") == 0
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert result["keys_also_in"] == [str(tmp_path / "in" / "one")]
