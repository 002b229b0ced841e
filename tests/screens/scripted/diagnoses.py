"""Diagnoses for tests of screens: well, with a cause, and partly unknown, in AWS's own words."""

from datetime import UTC, datetime

from solarrally_tui.aws.console import console
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.diagnosis.evidence import ApiCall, Evidence
from solarrally_tui.health.diagnosis.model import Candidate, Diagnosis, Sureness, Unknown
from solarrally_tui.wizard.diagnoses import Progress

NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
STACK = "arn:aws:cloudformation:us-east-1:123456789012:stack/solarrally-sunny-garage-app/7f3"
EVENTS = ApiCall("cloudformation", "describe_stack_events", "us-east-1", {"StackName": STACK})
FAILED = EVENTS.evidence(
    "stack-event",
    "Resource handler returned message: \"You've reached the limit on the number of vCPUs you can "
    "run concurrently (Service: AmazonECS; Status Code: 400; Error Code: "
    'ServiceQuotaExceededException) [/odd]" (RequestToken: 121161f9-1c97-e3d5, HandlerErrorCode: '
    "GeneralServiceException)",
    resource="Service",
    type="AWS::ECS::Service",
    state="CREATE_FAILED",
    time=NOON,
    stack="solarrally-sunny-garage-app",
    link=console("stack", "us-east-1", id=STACK),
)
QUOTA = ApiCall(
    "service-quotas",
    "get_service_quota",
    "us-east-1",
    {"ServiceCode": "fargate", "QuotaCode": "L-3032A538"},
).evidence("quota", "Fargate On-Demand vCPU resource count: 6 are allowed", resource="L-3032A538")
MISSING = EVENTS.evidence(
    "stack-missing",
    "Stack with id solarrally-sunny-garage-edge does not exist",
    resource="solarrally-sunny-garage-edge",
    state="missing",
)
FINE = tuple(
    Evidence(f"check:{title}", words, "solarrally status", title, good=True)
    for title, words in (("Database", "Available, 20 GiB"), ("Alert e-mail", "Goes to ops."))
)
CAUSES = (
    Candidate(
        "quota-vcpu",
        "The account's quota of Fargate vCPUs is used up. Service could not start.",
        Sureness.CERTAIN,
        "Request a quota increase in the Service Quotas console (Fargate, L-3032A538), then run "
        "deploy again.",
        "Service Quotas, AWS Fargate",
        (FAILED, QUOTA),
        (MISSING,),
    ),
    Candidate(
        "alerts-unconfirmed",
        "Alerts reach nobody: the e-mail subscription is not confirmed.",
        Sureness.CERTAIN,
        "Open the mail and confirm.",
        "SNS developer guide",
        (
            Evidence(
                "check:alerts", "ops@example.com has not confirmed [/x].", "sns", "Alert e-mail"
            ),
        ),
    ),
)
REFUSED = Unknown(
    "CloudTrail, refused calls",
    "AWS refused the call. These credentials are not allowed to do it. (cloudtrail lookup_events, "
    "AccessDeniedException)",
)
NOT_THERE = tuple(
    Unknown(title, "The stack solarrally-sunny-garage-edge is not there yet.")
    for title in ("CloudFront distribution", "Dashboard page", "Live telemetry link")
)
WELL = Diagnosis(
    "sunny-garage", "us-east-1", "123456789012", NOON, Severity.OK, fine=FINE, asked=14
)
WITH_CAUSE = Diagnosis(
    "sunny-garage",
    "us-east-1",
    "123456789012",
    NOON,
    Severity.FAIL,
    CAUSES,
    (),
    FINE,
    unknown=(REFUSED, *NOT_THERE),
    asked=14,
)
PARTLY = Diagnosis(
    "sunny-garage",
    "us-east-1",
    "123456789012",
    NOON,
    Severity.UNKNOWN,
    (),
    (),
    FINE,
    unknown=(
        REFUSED,
        Unknown(
            "Database", REFUSED.why.replace("cloudtrail lookup_events", "rds describe_db_instances")
        ),
    ),
    asked=14,
)


class ScriptedDiagnoses:
    """Answers with one diagnosis, or raises."""

    def __init__(self) -> None:
        self.answer: Diagnosis | AwsError = WITH_CAUSE
        self.asked: list[str] = []

    async def examine(self, name: str, progress: Progress) -> Diagnosis:
        self.asked.append(name)
        progress(7, 14, "Database")
        if isinstance(self.answer, AwsError):
            raise self.answer
        return self.answer
