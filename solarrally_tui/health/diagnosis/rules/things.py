"""Causes that the database, certificates and CloudFront show."""

from typing import Final

from solarrally_tui.health.diagnosis.rules.rule import AGAIN, ASIDE, NEAR, POSSIBLE, SYMPTOM, Rule

_RDS_STATUS = "RDS user guide, Viewing Amazon RDS DB instance status"
_ACM = "ACM API reference, DescribeCertificate"

DATABASE: Final = (
    Rule(
        id="database-stopped",
        kinds=("database",),
        what="The database is stopped, so nobody can sign in.",
        next="Start it: aws rds start-db-instance --db-instance-identifier {resource}",
        source=_RDS_STATUS,
        state="stopped|stopping",
    ),
    Rule(
        id="deleted",
        kinds=("database", "distribution"),
        what="{resource} was deleted outside CloudFormation.",
        next="If it held data, restore it from its last snapshot or backup. "
        "CloudFormation does not notice such a deletion: look up in CloudTrail who "
        "deleted it.",
        source="RDS API reference, DBInstanceNotFound; CloudFront, NoSuchDistribution",
        state="deleted",
    ),
    Rule(
        id="database-failed",
        kinds=("database",),
        what="The database is in a state that it does not leave without help: {state}.",
        next="Open it in the RDS console and read its events. In most of these states, "
        "restoring the last backup helps.",
        source=_RDS_STATUS,
        state=r"failed|incompatible-.*|inaccessible-.*|restore-error|storage-.*",
    ),
    Rule(
        id="database-reboot",
        kinds=("database",),
        what="A changed parameter of the database waits for a reboot.",
        next="Reboot it at a quiet time: aws rds reboot-db-instance "
        "--db-instance-identifier {resource}",
        source="RDS user guide, Working with parameter groups",
        state="pending-reboot",
        sure=POSSIBLE,
        depth=ASIDE,
    ),
    Rule(
        id="database-event",
        kinds=("database-event",),
        what="RDS reported a problem with the database within the last day.",
        next="Read the event. After a failover, the application reconnects automatically.",
        source="RDS user guide, Amazon RDS event categories",
        sure=POSSIBLE,
        depth=SYMPTOM,
    ),
)

EDGE: Final = (
    Rule(
        id="certificate-caa",
        kinds=("certificate", "stack-event"),
        what="A CAA record of the domain forbids Amazon to issue the certificate.",
        next='Add the CAA record 0 issue "amazon.com" to the domain. ' + AGAIN,
        source=_ACM + ": FailureReason CAA_ERROR",
        words=r"(?i)CAA_ERROR|CAA record|\(CAA\) error",
    ),
    Rule(
        id="certificate-failed",
        kinds=("certificate",),
        what="The certificate for {resource} was not issued or is no longer valid: {state}.",
        next="{reason} " + AGAIN,
        source=_ACM + ": Status",
        state="FAILED|VALIDATION_TIMED_OUT|EXPIRED|REVOKED|INACTIVE",
        defaults={"reason": "Delete the certificate in ACM."},
    ),
    Rule(
        id="certificate-pending",
        kinds=("certificate",),
        what="The certificate for {resource} is waiting for its DNS record.",
        next="Create this record where the domain's DNS is managed: {record} AWS checks "
        "for it for 36 hours.",
        source=_ACM + ": PENDING_VALIDATION",
        state="PENDING_VALIDATION",
        defaults={"record": "ACM names the record within a minute."},
    ),
    Rule(
        id="distribution-off",
        kinds=("distribution",),
        what="The CloudFront distribution is disabled.",
        next="Enable it in the CloudFront console, or run solarrally deploy FILE again.",
        source="CloudFront API reference, DistributionConfig: Enabled",
        state="Disabled",
    ),
    Rule(
        id="distribution-busy",
        kinds=("distribution",),
        what="CloudFront is still deploying a change to its edge locations.",
        next="Wait five to ten minutes, then diagnose again.",
        source="CloudFront API reference, Distribution: Status",
        state="InProgress",
        sure=POSSIBLE,
        depth=NEAR,
    ),
)
