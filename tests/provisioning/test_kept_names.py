"""Names of what stays in the account while an option is switched off."""

from dataclasses import replace
from typing import Any

import pytest

from solarrally_tui.blueprints import CATALOGUE
from solarrally_tui.deployed.stack import Stack
from solarrally_tui.provisioning.change.plan import Value
from solarrally_tui.provisioning.deployment.kept_names import suffixes
from solarrally_tui.provisioning.preview.template_diff import changed_parameters
from solarrally_tui.stacks.template import read
from tests.provisioning.engine_setup import site_named

SWITCHES = [
    ("trail", "CreateTrail", "false", "true", ("governance", "trail", False, True)),
    ("iot", "ArchiveDays", "0", "30", ("devices", "archive_days", 0, 30)),
    ("governance", "BackupPlanDays", "0", "35", ("governance", "backup_plan_days", 0, 35)),
]


@pytest.mark.parametrize("switch", SWITCHES, ids=[switch[0] for switch in SWITCHES])
def test_what_is_switched_on_again_gets_another_name_and_what_exists_keeps_its_own(
    switch: tuple[str, str, str, str, tuple[str, str, Any, Any]],
) -> None:
    id_, parameter, off, on, (section, field, unwanted, wanted) = switch
    with_it = site_named("names", **{section: {field: wanted}})
    without = site_named("names", **{section: {field: unwanted}})

    def named(site: Any, stack: Stack | None) -> str:
        return suffixes(site, {id_: stack})[id_]

    stack = Stack("arn/1a2b3c4d-5", "s", "CREATE_COMPLETE", touched="1", parameters={parameter: on})
    assert named(with_it, None) == named(with_it, stack) == ""
    assert named(with_it, replace(stack, status="ROLLBACK_COMPLETE")) == ""

    again = []
    for touched in ("2", "3"):
        stack = replace(stack, touched=touched, parameters=stack.parameters | {parameter: off})
        again.append(named(with_it, stack))
        assert named(with_it, stack) == again[-1]  # a plan shows what the deployment does
        kept = {parameter: on, "NameSuffix": again[-1]}
        stack = replace(stack, touched=f"{touched}, then on", parameters=kept)
        assert named(with_it, stack) == named(without, stack) == again[-1]
        assert named(with_it, replace(stack, status="DELETE_IN_PROGRESS")) == ""
    assert len({"", *again}) == 3


@pytest.mark.parametrize("item", CATALOGUE, ids=lambda item: item.id)
def test_a_plan_names_no_parameter_that_a_stack_of_an_earlier_version_only_lacks(item: Any) -> None:
    template = item.template()
    declared = read(template)["Parameters"]
    defaults = {name: str(body.get("Default", "given")) for name, body in declared.items()}
    given = {name: "given" for name, body in declared.items() if "Default" not in body}
    assert changed_parameters(template, given, defaults) == ()
    assert changed_parameters(template, {**given, "SiteName": "old"}, defaults) == (
        Value("SiteName", "old", "given"),
    )
