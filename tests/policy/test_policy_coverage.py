"""The service role may do what the registry says that our types need; each permission counts."""

import json
import os
import re
from functools import cache
from pathlib import Path

import pytest

from solarrally_tui.policy import (
    blueprint_needs,
    deploy,
    extras,
    service_role,
    type_permissions,
)
from solarrally_tui.policy.authorization import document
from solarrally_tui.policy.scope import Scope
from tests.policy.policy_setup import ROOT, allowed_actions

SITE = Scope("sunny-garage")
TEMPLATES = sorted((ROOT / "blueprints").glob("*/template.yaml"))


def types_as_text() -> set[str]:
    """Every type that stands in a template's text, read by no code of ours."""
    return {
        type_
        for template in TEMPLATES
        for type_ in re.findall(r"^    Type: (AWS::\w+::\w+)$", template.read_text(), re.MULTILINE)
    }


def types_with_role() -> set[str]:
    """Types of the stacks that CloudFormation deploys with the service role."""
    return {
        type_
        for template in TEMPLATES
        if template.parent.name not in service_role.WITHOUT_ROLE
        for type_ in re.findall(r"^    Type: (AWS::\w+::\w+)$", template.read_text(), re.MULTILINE)
    }


@cache
def schemas() -> Path:
    """The registry's schemas, as the linter's environment has them."""
    linter = Path(os.environ.get("SOLARRALLY_CFN_LINT", ROOT / ".venv-tools/bin/cfn-lint"))
    assert linter.is_file(), f"{linter} is missing. make test installs it."
    (found,) = linter.parent.parent.glob("lib/python3*/site-packages/cfnlint/data/schemas")
    return found


@cache
def providers() -> dict[str, str]:
    found: dict[str, str] = json.loads((schemas() / "providers" / "us-east-1.json").read_text())
    return found


def schema_of(type_: str) -> str:
    return f"{providers()[type_]}.json"


@cache
def handlers(type_: str) -> dict[str, set[str]]:
    """What the registry itself says, in lower case; our own words where it says nothing."""
    if type_ in document("permissions.json")["written_here"]:
        told = document("permissions.json")["types"][type_]
    else:
        schema = json.loads((schemas() / "resources" / schema_of(type_)).read_text())
        told = {k: v.get("permissions", []) for k, v in schema["handlers"].items()}
    unknown = {u.lower() for u in document("permissions.json")["unknown_to_iam"].get(type_, ())}
    return {k: {action.lower() for action in actions} - unknown for k, actions in told.items()}


def needed() -> set[str]:
    """Every permission of the registry for our types, but those left out with a reason."""
    skipped = type_permissions.left_out()
    unused = {action.lower() for action in type_permissions.unused_actions()}
    return {
        permission
        for type_ in types_with_role()
        for operation in ("create", "read", "update", "delete")
        for permission in handlers(type_).get(operation, ())
        if permission.partition(":")[0] not in skipped and permission not in unused
    } - ({"iam:attachrolepolicy"} if not blueprint_needs.managed_policies() else set())


def granted_to_caller() -> set[str]:
    allowed = allowed_actions(policy.document for policy in deploy.policies(SITE))
    return {action.lower() for action in allowed}


def granted() -> set[str]:
    allowed = allowed_actions(policy.document for policy in service_role.policies(SITE))
    return {action.lower() for action in allowed}


def test_the_data_has_every_type_of_every_blueprint() -> None:
    missing = types_as_text() - document("permissions.json")["types"].keys()
    assert not missing, f"run make resource TYPE={min(missing)}"


def test_the_data_says_where_it_is_from() -> None:
    for name in ("permissions.json", "actions.json"):
        assert re.search(r", from [\w-]+ \d+\.\d+\.\d+$", document(name)["origin"])
    assert re.match(r"\d{4}-\d\d-\d\dT", document("permissions.json")["date"])


def test_the_data_says_what_the_registry_says() -> None:
    for type_, told in document("permissions.json")["types"].items():
        assert {k: {a.lower() for a in v} for k, v in told.items()} == handlers(type_), type_


def test_what_iam_does_not_know_is_no_whole_service_that_we_use() -> None:
    """A handler may name an action that IAM never had; only known ones may be dropped so."""
    dropped = {u for told in document("permissions.json")["unknown_to_iam"].values() for u in told}
    assert {name.partition(":")[0] for name in dropped} <= {
        "apigateway",  # its tags are paths, and no actions of their own
        "backup-storage",
        "cloudfront",
        "lambda",
        "payments",
        "s3",
        "s3files",
        "vpc-lattice",
    }


def test_the_service_role_covers_every_type() -> None:
    assert needed() - granted() == set()


def test_the_service_role_has_nothing_without_a_cause() -> None:
    assert granted() - needed() <= {action.lower() for action in extras.all_actions()}


def test_a_lost_permission_of_the_service_role_is_noticed() -> None:
    for lost in needed():
        assert needed() - (granted_once() - {lost}) == {lost}


@cache
def granted_once() -> frozenset[str]:
    return frozenset(granted())


def test_a_service_is_left_out_only_while_no_blueprint_brings_it_in() -> None:
    for service in type_permissions.left_out():
        prefix, reason = type_permissions.LEFT_OUT[service]
        assert not [type_ for type_ in types_as_text() if type_.startswith(prefix)]
        assert reason.endswith(".")


def test_an_action_is_left_out_only_while_no_template_sets_what_it_is_for() -> None:
    text = {template: template.read_text() for template in TEMPLATES}
    for one in type_permissions.UNUSED:
        told = {a for actions in handlers(one.type_).values() for a in actions}
        assert {action.lower() for action in one.actions} <= told, one.type_
        for name in one.properties:
            schema = json.loads((schemas() / "resources" / schema_of(one.type_)).read_text())
            assert name in json.dumps(schema), (one.type_, name)
            used = [t for t, body in text.items() if f"Type: {one.type_}\n" in body]
            assert not [t for t in used if re.search(rf"^ +{name}:", text[t], re.MULTILINE)]


def test_a_property_brings_its_actions_back(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "ec2:AttachVolume" not in type_permissions.needed(["AWS::EC2::Instance"])
    volumes = {"Type": "AWS::EC2::Instance", "Properties": {"Volumes": [{"Device": "/dev/sdf"}]}}
    monkeypatch.setattr(blueprint_needs, "resources", lambda: iter([("NatInstance", volumes)]))
    type_permissions.unused_actions.cache_clear()
    assert "ec2:AttachVolume" in type_permissions.needed(["AWS::EC2::Instance"])
    monkeypatch.undo()
    type_permissions.unused_actions.cache_clear()


def test_types_that_make_service_linked_roles_are_known() -> None:
    making = {
        type_
        for type_ in types_as_text()
        if any("iam:createservicelinkedrole" in told for told in handlers(type_).values())
    }
    unknown = making - extras.LINKED_SERVICES.keys()
    assert not unknown, f"add the services of {unknown} to LINKED_SERVICES in policy/extras.py"


def test_parameters_that_aws_checks_may_be_looked_up() -> None:
    checked = blueprint_needs.parameter_types() - extras.PLAIN_PARAMETERS
    unknown = checked - extras.PARAMETER_LOOKUPS.keys()
    assert not unknown, f"add what AWS looks up for {unknown} to PARAMETER_LOOKUPS in extras.py"
    for type_ in checked:
        lookups = {each.lower() for each in extras.for_parameters([type_])}
        assert lookups <= granted()
        # CreateChangeSet looks parameters up with the permissions of its caller, not of the role.
        assert lookups <= granted_to_caller()


def test_secrets_that_templates_resolve_may_be_read() -> None:
    assert any("{{resolve:secretsmanager:" in template.read_text() for template in TEMPLATES)
    assert extras.SECRET_VALUE.lower() in granted()
