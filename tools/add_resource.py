"""Take in a type of AWS resource: copy what AWS says about it, and list what is still missing.

Usage: make resource TYPE=AWS::X::Y

Copies the type's schema (for the simulated account) and its permissions (for our IAM policies), and
records new logical ids. Then it lists what only a person can write. Run it again until nothing is
missing: then it runs the tests that look at every type. It exits with 1 until they pass.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Final

import generate
import vendor_permissions
import vendor_schemas

from solarrally_tui.policy import blueprint_needs, type_permissions
from solarrally_tui.policy.action_resources import UnknownKindError, resources_of
from solarrally_tui.policy.authorization import action
from solarrally_tui.policy.scope import Scope
from solarrally_tui.pricing.estimate import RULES
from solarrally_tui.pricing.metering.free_types import FREE
from solarrally_tui.provisioning.change.wording import RESOURCE_TYPES
from solarrally_tui.simulator.resources import load
from solarrally_tui.simulator.resources.registry import handled_types
from solarrally_tui.simulator.stacks.durations import DURATIONS

ROOT: Final = Path(__file__).parents[1]
TESTS: Final = (
    "tests/blueprints/test_catalogue.py",
    "tests/blueprints/test_tags.py",
    "tests/policy/test_policy_coverage.py",
    "tests/policy/test_policy_documents.py",
    "tests/provisioning/test_preview_changes.py",
    "tests/simulator/test_simulator_refusals.py",
)
"""Those that look at every type and take seconds; cfn-lint, checkov and deployments take longer."""


def take_in(kind: str, schemas: Path, iam: Path) -> None:
    """Copy what is known about a type."""
    written = vendor_schemas.copy(kind, schemas)
    print(f"Wrote {written.relative_to(ROOT)}.")
    vendor_permissions.main(schemas, iam, kind)
    print("Wrote solarrally_tui/policy/permissions.json and actions.json.")
    if kind in blueprint_needs.types():
        generate.PARTS["ids"]()
        print(f"Wrote {generate.LOGICAL_IDS.relative_to(ROOT)}.")


def missing(kind: str) -> Iterator[str]:
    """Yield what a type still needs, with the file that it belongs in."""
    if kind not in blueprint_needs.types():
        yield "blueprints/STACK/template.yaml: a resource of this type"
    if kind not in RULES and kind not in FREE:
        yield (
            "solarrally_tui/pricing/metering/: a price rule (rules/), or why it is free "
            "(free_types.py)"
        )
    if kind not in RESOURCE_TYPES:
        yield "solarrally_tui/provisioning/change/wording.py: its name in plain words"
    load()
    if kind not in handled_types():
        service = kind.split("::")[1].lower()
        yield f"solarrally_tui/simulator/resources/{service}.py: how the simulated account does it"


def unlimited(kind: str) -> Iterator[str]:
    """Yield the kinds of resources in IAM that our policies cannot name, now that it is there."""
    found: dict[str, None] = {}
    for name in sorted(type_permissions.needed(blueprint_needs.types() | {kind})):
        try:
            resources_of(action(name), Scope("sunny-garage"))
        except UnknownKindError as error:
            found[f"solarrally_tui/{error}"] = None
    yield from found


def hints(kind: str) -> Iterator[str]:
    """Yield what no test can know."""
    if kind not in DURATIONS:
        yield "simulator/stacks/durations.py, if AWS takes longer than some seconds"
    yield "provisioning/change/unlock.py, if something protects it from deletion"
    yield "provisioning/teardown/leftovers.py, if AWS makes a log group for it"
    yield "provisioning/change/wording.py with holds=True, if it holds data"
    yield "docs/blueprints.md, if an answer switches it on; tests/blueprints/option_sets.py too"


def main(kind: str, schemas: Path, iam: Path) -> int:
    """Take a type in, and report in a process that reads the new data."""
    known = vendor_schemas.known(schemas)
    if kind not in known:
        near = ", ".join(get_close_matches(kind, known, 3)) or "none"
        print(f"The CloudFormation registry has no type {kind!r}. Similar: {near}.")
        return 2
    take_in(kind, schemas, iam)
    return _run(__file__, kind)


def report(kind: str) -> int:
    """Print what a type still needs; when that is nothing, run the tests."""
    wanted = [*missing(kind), *unlimited(kind)]
    print("\n  ".join(["Missing:", *wanted] if wanted else ["Nothing is missing in the tables."]))
    print("\n  ".join(["Perhaps:", *hints(kind)]))
    if wanted:
        return 1
    print("\nThe tests that look at every type:", flush=True)
    return _run("-m", "pytest", "-q", "--tb=line", *TESTS)


def _run(*words: str) -> int:
    paths = os.environ | {"PYTHONPATH": str(ROOT)}
    ended = subprocess.run([sys.executable, *words], cwd=ROOT, env=paths, check=False)
    return 1 if ended.returncode else 0


if __name__ == "__main__":
    if len(sys.argv) == 2:
        raise SystemExit(report(sys.argv[1]))
    raise SystemExit(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])))
