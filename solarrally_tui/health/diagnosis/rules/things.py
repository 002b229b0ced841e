"""Causes that the database, certificates and CloudFront tell."""

from typing import Final

from solarrally_tui.health.diagnosis.rules.rule import AGAIN, ASIDE, NEAR, POSSIBLE, SYMPTOM, Rule

_RDS_STATUS = "RDS user guide, Viewing Amazon RDS DB instance status"
_ACM = "ACM API reference, DescribeCertificate"

DATABASE: Final = (
    Rule(
        "database-full",
        ("database", "database-event", "log"),
        "The database's storage is full.",
        "Raise the storage in the site file and deploy, or in the RDS console: Modify. RDS grows "
        "by itself only up to the largest size of the site file.",
        _RDS_STATUS,
        r"(?i)storage-full|(?:storage|space).{0,60}(?:full|exhausted|exceed)"
        r"|No space left on device",
    ),
    Rule(
        "database-stopped",
        ("database",),
        "The database is stopped, so nobody can log in.",
        "Start it: aws rds start-db-instance --db-instance-identifier {resource}",
        _RDS_STATUS,
        state="stopped|stopping",
    ),
    Rule(
        "deleted",
        ("database", "distribution"),
        "{resource} was deleted outside CloudFormation.",
        "Restore it from its last snapshot or backup if it held data. CloudFormation does not "
        "notice by itself: ask CloudTrail who deleted it.",
        "RDS API reference, DBInstanceNotFound; CloudFront, NoSuchDistribution",
        state="deleted",
    ),
    Rule(
        "database-failed",
        ("database",),
        "The database is in a state that it does not leave by itself: {state}.",
        "Open it in the RDS console and read its events. A restore from the last backup helps in "
        "most of these states.",
        _RDS_STATUS,
        state=r"failed|incompatible-.*|inaccessible-.*|restore-error|storage-.*",
    ),
    Rule(
        "database-reboot",
        ("database",),
        "A changed setting of the database waits for its next restart.",
        "Restart it in a quiet hour: aws rds reboot-db-instance --db-instance-identifier "
        "{resource}",
        "RDS user guide, Working with parameter groups",
        state="pending-reboot",
        sure=POSSIBLE,
        depth=ASIDE,
    ),
    Rule(
        "database-event",
        ("database-event",),
        "RDS noted trouble with the database within the last day.",
        "Read the event. After a failover the application connects again by itself.",
        "RDS user guide, Amazon RDS event categories",
        sure=POSSIBLE,
        depth=SYMPTOM,
    ),
)

EDGE: Final = (
    Rule(
        "certificate-caa",
        ("certificate", "stack-event"),
        "A CAA record of the domain forbids Amazon to issue the certificate.",
        'Add the CAA record 0 issue "amazon.com" to the domain. ' + AGAIN,
        _ACM + ": FailureReason CAA_ERROR",
        r"(?i)CAA_ERROR|CAA record",
    ),
    Rule(
        "certificate-failed",
        ("certificate",),
        "The certificate for {resource} was not issued: {state}.",
        "{reason} " + AGAIN,
        _ACM + ": Status",
        state="FAILED|VALIDATION_TIMED_OUT|EXPIRED|REVOKED|INACTIVE",
    ),
    Rule(
        "certificate-pending",
        ("certificate",),
        "The certificate for {resource} waits for its DNS record.",
        "Set this where the domain's DNS is: {record} AWS looks for three days.",
        _ACM + ": PENDING_VALIDATION",
        state="PENDING_VALIDATION",
    ),
    Rule(
        "distribution-off",
        ("distribution",),
        "The CloudFront distribution is switched off.",
        "Switch it on in the CloudFront console, or run solarrally deploy again.",
        "CloudFront API reference, DistributionConfig: Enabled",
        state="Disabled",
    ),
    Rule(
        "distribution-busy",
        ("distribution",),
        "CloudFront is still carrying a change to all its places.",
        "Wait five to ten minutes and ask again.",
        "CloudFront API reference, Distribution: Status",
        state="InProgress",
        sure=POSSIBLE,
        depth=NEAR,
    ),
)
