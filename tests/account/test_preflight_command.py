"""solarrally preflight FILE, with keys of the keyring named before or after the command."""

import json
import os
import subprocess
import sys
from pathlib import Path

import keyring
import pytest
from keyring.backends import SecretService

from solarrally_tui.account.credentials.keyring_store import KeyringStore
from solarrally_tui.aws.keys import Keys, Secret
from solarrally_tui.simulator.child import Account
from tests.account.keyring_setup import keyring_of

SITE = """schema = 1
name = "sunny-garage"
region = "eu-central-1"
tier = "small"
[alerts]
email = "ops@example.com"
"""


def test_the_command_looks_with_keys_of_the_keyring(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "site.toml"
    file.write_text(SITE)
    with keyring_of(tmp_path) as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(keyring, "get_keyring", SecretService.Keyring)
        KeyringStore().save("work", Keys("AKIAIOSFODNN7EXAMPLE", Secret("a-secret")))
        given = {k: v for k, v in account.environment.items() if "ACCESS_KEY" not in k}
        given = {"PATH": os.environ["PATH"], **environment, **given}
        for arguments in (
            ["--credentials", "work", "preflight", str(file), "--json"],
            ["preflight", str(file), "--json", "--credentials", "work"],
        ):
            ended = subprocess.run(
                [sys.executable, "-m", "solarrally_tui", *arguments],
                env=given,
                capture_output=True,
                text=True,
                check=False,
                timeout=240,
            )
            assert ended.returncode == 10, ended.stderr
            told = json.loads(ended.stdout)
            assert told["level"] == "warn"
            assert {"permissions", "region", "plan", "fargate"} <= {
                f["id"] for f in told["findings"]
            }
            assert "a-secret" not in ended.stdout + ended.stderr
        unknown = subprocess.run(
            [sys.executable, "-m", "solarrally_tui", "preflight", str(file), "--credentials", "x"],
            env=given,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        assert unknown.returncode == 4
        assert "Known: work." in unknown.stderr
