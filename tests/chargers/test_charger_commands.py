"""What claim, set and job print, for people and for scripts, against the embedded account."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.cli import main
from solarrally_tui.deployed import record
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.model import Site
from tests.chargers.charger_setup import deploy_iot

NAME = "shell-chargers"


@pytest.fixture(scope="module")
def shell_site(account: Account) -> Site:
    return deploy_iot(account, NAME, {"fleet_provisioning": True})


@pytest.fixture
def site(
    account: Account, shell_site: Site, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[str]]:
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COLUMNS", "80")

    async def known(is_known: bool) -> None:
        async with await Door.open("us-east-1") as door:
            if is_known:
                await record.write(door, shell_site, "123456789012")
            else:
                await record.delete(door, NAME)

    asyncio.run(known(True))
    yield ["--site", NAME]
    asyncio.run(known(False))


def run(capsys: Any, *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["chargers", *words])
    printed = capsys.readouterr()
    return int(ended.value.code or 0), printed.out, printed.err


@pytest.mark.usefixtures("site")
def test_the_site_is_a_word_in_its_place_or_an_option(capsys: Any) -> None:
    for words in (("claim", "list"), ("job", "list")):
        assert run(capsys, *words, NAME) == run(capsys, *words, "--site", NAME), words
    status, _, said = run(capsys, "claim", "revoke", NAME, "batch-0")
    assert f"{NAME} has no claim batch-0" in said, status


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("names", [(), ("evse-1", "evse-2")])
def test_a_site_in_the_place_of_a_charger_is_not_registered(
    names: tuple[str, ...], tmp_path: Path, capsys: Any
) -> None:
    status, _, said = run(capsys, "add", NAME, *names, "--to", str(tmp_path / "new"))
    given = " ".join(names) or "NAME"
    assert (status, f"chargers add {given} --site {NAME}" in " ".join(said.split())) == (2, True)
    assert not (tmp_path / "new" / NAME).exists()


def test_from_a_claim_to_a_job(site: list[str], tmp_path: Path, capsys: Any) -> None:
    claim, charger = str(tmp_path / "claim"), str(tmp_path / "charger")
    create = ("claim", "create", "batch-7", "--to", claim, "--serials", "SR2-", *site)
    status, _, said = run(capsys, *create)
    assert (status, "--serials needs --limit" in said) == (2, True)
    assert run(capsys, *create, "--limit", "3")[0] == 0
    provision = ("provision", "--claim", claim, "--serial")
    status, out, said = run(capsys, *provision, "SR2-1", "--to", charger)
    assert "SR2-1 is registered" in out, (status, said)
    status, _, said = run(capsys, *provision, "XX-1", "--to", str(tmp_path / "other"))
    assert (status, "claim expect XX-1" in " ".join(said.split())) == (5, True)
    told = json.loads(run(capsys, "claim", "list", "--json", *site)[1])
    [listed] = told["claims"]
    assert (listed["name"], listed["registered"], listed["limit"]) == ("batch-7", 1, 3)
    assert "1 of 3" in run(capsys, "claim", "list", *site)[1]

    assert "1 charger is to have interval=5." in run(capsys, "set", "SR2-1", "interval=5", *site)[1]
    assert run(capsys, "set", "SR2-1", *site)[0] == 2
    assert run(capsys, "set", "nobody", "interval=5", *site)[0] == 5

    status, shown, _ = run(capsys, "job", "create", "restart", "SR2-1", *site)
    assert (status, "0.003 USD" in shown) == (0, True)
    name = shown.split()[1]
    assert run(capsys, "job", "create", "restart", *site)[0] == 2
    assert run(capsys, "job", "create", "firmware", "--all", *site)[0] == 2
    assert name in run(capsys, "job", "list", *site)[1]
    assert "1 queued" in run(capsys, "job", "show", name, *site)[1]
    cancelled = json.loads(run(capsys, "job", "cancel", name, "--json", *site)[1])
    assert (cancelled["status"], cancelled["counts"]) == ("CANCELED", {"CANCELED": 1})
    assert run(capsys, "job", "show", "none", *site)[0] == 2

    assert "SR2-1" in run(capsys, "claim", "revoke", "batch-7", *site)[2]
    assert run(capsys, "claim", "revoke", "batch-7", *site)[0] != 0
