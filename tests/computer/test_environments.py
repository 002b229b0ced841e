"""A few of the environments that `make fuzz` has hundreds of."""

import json
import subprocess
import sys

from tests.computer.environments import drawn
from tests.computer.fuzz import ROOT


def test_the_same_seed_gives_the_same_environment() -> None:
    assert drawn(1, 7) == drawn(1, 7)
    assert drawn(1, 7) != drawn(2, 7)


def test_no_environment_brings_a_traceback_an_odd_status_or_json_without_a_result() -> None:
    command = [sys.executable, "-m", "tests.computer.fuzz", "--count=8", "--commands=3"]
    done = subprocess.run(
        [*command, "--no-accounts", "--only-forks"], capture_output=True, cwd=ROOT, check=False
    )
    found = json.loads(done.stdout)
    assert found["findings"] == []
    assert (found["environments"], found["runs"]) == (8, 24)
    assert done.returncode == 0
