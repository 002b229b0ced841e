from typing import TYPE_CHECKING, Any, cast

import pytest

from solarrally_tui.account.preflight.account_plan import ONE_DAY_OF_BACKUPS, SMALLEST_CLASS
from solarrally_tui.findings.stack_failures import Cause, first_cause
from solarrally_tui.provisioning.change.explanation import not_accepted, stack_failed
from solarrally_tui.provisioning.deployment.builds.codebuild import Build
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.narrator import state_of
from solarrally_tui.site.database_classes import CLASSES, alike
from solarrally_tui.text.plain import Instead, Plain

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door
    from solarrally_tui.provisioning.engine.narrator import Narrator

STACK = "arn:aws:cloudformation:us-east-1:1:stack/solarrally-x-data/1"


def event(resource: str, status: str, reason: str = "", physical: str = "") -> dict[str, Any]:
    return {
        "LogicalResourceId": resource,
        "PhysicalResourceId": physical,
        "ResourceType": "AWS::RDS::DBInstance",
        "ResourceStatus": status,
        "ResourceStatusReason": reason,
    }


def test_the_first_real_failure_is_the_cause() -> None:
    response = [
        event("Stack", "CREATE_IN_PROGRESS", physical=STACK),
        event("Alarm", "CREATE_FAILED", "Resource creation cancelled"),
        event("Database", "CREATE_FAILED", "no capacity left"),
        event("Other", "CREATE_FAILED", "because of the database"),
        event("Stack", "ROLLBACK_IN_PROGRESS", "The following failed", physical=STACK),
    ]
    assert first_cause(response, STACK) == Cause(
        "Database", "AWS::RDS::DBInstance", "no capacity left"
    )


def test_the_stack_itself_is_the_cause_only_when_nothing_else_failed() -> None:
    response = [event("Stack", "CREATE_FAILED", "template trouble", physical=STACK)]
    found = first_cause(response, STACK)
    assert found
    assert found.reason == "template trouble"
    response.append(event("Database", "CREATE_FAILED", "no capacity"))
    found = first_cause(response, STACK)
    assert found
    assert found.resource == "Database"


def test_no_failure_has_no_cause() -> None:
    assert first_cause([event("Database", "CREATE_COMPLETE")], STACK) is None


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("CREATE_IN_PROGRESS", State.RUNNING),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", State.RUNNING),
        ("ROLLBACK_IN_PROGRESS", State.RUNNING),
        ("CREATE_COMPLETE", State.DONE),
        ("DELETE_SKIPPED", State.DONE),
        ("DELETE_COMPLETE", State.DONE),
        ("CREATE_FAILED", State.FAILED),
        ("ROLLBACK_COMPLETE", State.FAILED),
        ("UPDATE_ROLLBACK_COMPLETE", State.FAILED),
        ("UPDATE_ROLLBACK_FAILED", State.FAILED),
    ],
)
def test_every_status_has_one_word(status: str, state: State) -> None:
    assert state_of(status) is state


def test_awss_words_are_kept_to_the_letter() -> None:
    words = "The quota «vCPU» of 5 was exceeded (Request ID: 7-b)"
    plain = stack_failed("s", "ROLLBACK_COMPLETE", Cause("Database", "AWS::RDS::DBInstance", words))
    assert words in plain.detail
    assert "Database could not start" in plain.why
    assert "Service Quotas" in plain.next
    assert not_accepted("s", words).detail == words


def test_a_refusal_names_the_answer_that_avoids_it() -> None:
    def instead(kind: str, words: str) -> Instead | None:
        return stack_failed("s", "ROLLBACK_COMPLETE", Cause("Part", kind, words)).instead

    scarce = "There is not enough capacity in this zone (InsufficientDBInstanceCapacity)"
    assert instead("AWS::RDS::DBInstance", scarce) == Instead(
        "use another class", {"size.database_class": None}
    )
    assert instead("AWS::EC2::Instance", scarce) is None
    denied = "is not authorized to perform: wafv2:CreateWebACL with an explicit deny in a service "
    refused = instead("AWS::WAFv2::WebACL", f"User: ann {denied}control policy")
    assert refused
    assert str(refused) == 'Or do without the firewall: size.waf = "off".'
    hook = "The following hook(s) failed: [AWSControlTower::Guard::Hook]"
    assert str(instead("AWS::RDS::DBInstance", hook)) == (
        "Or use a standby database: size.multi_az = true."
    )
    told = stack_failed("s", "ROLLBACK_COMPLETE", Cause("Part", "AWS::RDS::DBInstance", hook))
    assert told.why.endswith("The usual rule for a database is that it has a standby.")
    assert told.instead
    assert "takes over when the first one fails" in told.instead.means
    free = "instances: the backup retention period exceeds the maximum available to free tier"
    assert instead("AWS::RDS::DBInstance", f"{free} customers.") == ONE_DAY_OF_BACKUPS
    large = "This instance size isn't available with free plan accounts."
    assert instead("AWS::RDS::DBInstance", large) == SMALLEST_CLASS


def test_a_package_that_is_missing_leads_to_another_version_of_the_application() -> None:
    def failed(words: str, instead: Instead | None = None) -> Plain:
        build = Build(cast("Door", None), cast("Narrator", None), "image", "p", "The image", list)
        build.instead = instead
        return build._failed({"buildStatus": "FAILED"}, [words])

    missing = "ERROR: No matching distribution found for fastapi==0.0.0"
    found = failed(missing)
    assert "The application needs fastapi 0.0.0, and the registry" in found.why
    assert "Choose another version of the application" in found.next
    assert found.instead == Instead("choose another version", {"application.commit": None})
    tested = Instead("use the tested version", {"application.commit": "c0ffee"})
    assert failed(missing, tested).instead == tested
    lost = failed("HTTPSConnectionPool(host='pypi.org', port=443): Read timed out.", tested)
    assert lost.instead is None
    assert lost.next.startswith("Run the same command again")


def test_a_class_like_another_one_is_of_its_size_and_kind() -> None:
    assert alike("db.t4g.micro") == "db.t3.micro"
    assert alike("db.t3.small") == "db.t4g.small"
    for name in CLASSES:
        other = alike(name)
        assert other != name
        assert not other or (other in CLASSES and other.endswith(f".{name.rpartition('.')[2]}"))
