"""Import hygiene, seen from fresh interpreters."""

import json
import subprocess
import sys

import pytest

ENGINE = (
    "site.files",
    "stacks.parameters",
    "stacks.resolver",
    "pricing.estimate",
    "provisioning.deploy",
    "provisioning.destroy",
    "health.checks",
    "chargers.onboarding",
    "aws.door",
)
SCREENS = ("app", "screens.services")


def loaded_after(module: str) -> set[str]:
    code = (
        f"import json, sys, solarrally_tui.{module}\n"
        "print(json.dumps([m for m in sys.modules if '.' not in m or m.startswith('solarrally')]))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    return set(json.loads(told.stdout))


@pytest.mark.parametrize("module", ENGINE)
def test_the_engine_imports_neither_textual_nor_boto3_nor_the_simulator(module: str) -> None:
    loaded = loaded_after(module)
    assert not loaded & {"textual", "boto3", "botocore", "ministack", "solarrally_tui.simulator"}


@pytest.mark.parametrize("module", SCREENS)
def test_screens_do_not_import_boto3(module: str) -> None:
    assert not loaded_after(module) & {"boto3", "botocore", "ministack", "solarrally_tui.simulator"}


def test_parsing_the_command_line_imports_nothing_heavy() -> None:
    heavy = {"textual", "boto3", "botocore", "pydantic", "yaml", "httpx", "websockets"}
    assert not loaded_after("cli") & heavy
