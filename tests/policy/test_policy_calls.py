"""The policies allow exactly what the source calls; one permission less is noticed."""

import pytest

from solarrally_tui.aws.door import is_reading
from solarrally_tui.policy import (
    blueprint_needs,
    calls,
    deploy,
    extras,
    service_role,
    support,
    type_permissions,
)
from solarrally_tui.policy.authorization import action
from solarrally_tui.policy.scope import Scope
from tests.policy.policy_setup import allowed_actions, calls_in, operations

SITE = Scope("sunny-garage")
STATUS = (
    "solarrally_tui/health",
    "solarrally_tui/domains/certificates.py",
    "solarrally_tui/account/iot_endpoints.py",
    "solarrally_tui/commands/support/diagnose.py",
    "solarrally_tui/account/shared/shared_state.py",
    "solarrally_tui/commands/watching",
    "solarrally_tui/deployed/change_sets.py",
    "solarrally_tui/chargers/fleet",
    "solarrally_tui/chargers/management/shadow.py",
    "solarrally_tui/deployed/fleet_index.py",
    "solarrally_tui/deployed/presence.py",
    "solarrally_tui/deployed/probe_reports.py",
    "solarrally_tui/deployed/record.py",
    "solarrally_tui/deployed/search.py",
    "solarrally_tui/deployed/site.py",
    "solarrally_tui/deployed/stack.py",
    "solarrally_tui/aws/door.py",
)


def actions_behind(pairs: frozenset[tuple[str, str]]) -> set[str]:
    return {action(a).name for pair in pairs for a in calls.actions_of(*pair)}


def compare(in_source: set[tuple[str, str]], in_table: set[tuple[str, str]], name: str) -> None:
    where = f"{name} in solarrally_tui/policy/calls.py"
    missing, unused = in_source - in_table, in_table - in_source
    assert not missing, f"add {sorted(missing)} to {where}, then run make permissions"
    assert not unused, f"nothing calls {sorted(unused)}: remove them from {where}"


def test_the_table_of_calls_is_what_the_source_calls() -> None:
    in_source = calls_in("solarrally_tui", "screens")
    in_table = {
        *calls.pairs(calls.ENGINE),
        *calls.pairs(calls.GITHUB),
        *calls.pairs(calls.REGISTRAR),
        *calls.pairs(calls.ADMINISTRATOR),
    }
    compare(in_source, in_table, "ENGINE")


def test_nobody_may_buy_domains_by_our_policies() -> None:
    documents = [policy.document for policy in deploy.policies(SITE)]
    assert not any(name.startswith("route53domains:") for name in allowed_actions(documents))


def test_the_table_of_support_is_what_looking_calls() -> None:
    reading = {pair for pair in calls_in(*STATUS) if is_reading(pair[1])}
    compare(reading, set(calls.pairs(calls.SUPPORT)), "SUPPORT")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        (
            "SERVICE_ROLE",
            [
                f"solarrally_tui/provisioning/identities/{name}.py"
                for name in ("iam_role", "managed_policy", "service_role")
            ],
        ),
        ("LOG_ROLE", ["solarrally_tui/account/shared/iot_settings.py"]),
    ],
    ids=["service role", "log role"],
)
def test_the_tables_of_roles_are_what_deals_with_them(name: str, parts: list[str]) -> None:
    in_source = {pair for pair in calls_in(*parts) if pair[0] == "iam"}
    compare(in_source, set(calls.pairs(getattr(calls, name))), name)


def test_looking_changes_nothing() -> None:
    written = {pair for pair in calls_in(*STATUS[:5]) if not is_reading(pair[1])}
    assert not written


@pytest.mark.parametrize(
    "pair", sorted(calls.pairs(calls.ENGINE) | calls.pairs(calls.REGISTRAR)), ids="-".join
)
def test_boto3_has_every_call(pair: tuple[str, str]) -> None:
    service, operation = pair
    assert operation in operations(service)


def test_deploying_allows_every_call_and_the_first_stack_no_more() -> None:
    allowed = allowed_actions(policy.document for policy in deploy.policies(SITE))
    behind = actions_behind(calls.pairs(calls.ENGINE))
    from_types = set(type_permissions.needed(blueprint_needs.types(service_role.WITHOUT_ROLE)))
    looked_up = extras.for_parameters(blueprint_needs.parameter_types()).union(extras.BY_HAND)
    assert behind <= allowed
    assert allowed - behind <= from_types | looked_up | {extras.PASS_ROLE, *extras.KEY_OF_SECRETS}


def test_a_lost_permission_of_deploying_is_noticed() -> None:
    allowed = allowed_actions(policy.document for policy in deploy.policies(SITE))
    behind = actions_behind(calls.pairs(calls.ENGINE))
    for lost in behind:
        assert behind - (allowed - {lost}) == {lost}


def test_support_allows_what_looking_calls_and_nothing_else() -> None:
    documents = [policy.document for policy in support.policies(SITE)]
    secret = {"cloudfront:GetDistribution"}
    assert allowed_actions(documents) == actions_behind(calls.pairs(calls.SUPPORT)) - secret
    assert all(action(name).only_reads for name in allowed_actions(documents))
    secrets = {name for name in allowed_actions(documents) if name.startswith("secretsmanager:")}
    # Neither has a value in it.
    assert secrets == {"secretsmanager:DescribeSecret", "secretsmanager:ListSecretVersionIds"}
