"""Causes that the database, certificates and CloudFront tell."""

from typing import Final

from solarrally_tui.health.diagnosis.rules.rule import AGAIN, ASIDE, NEAR, POSSIBLE, SYMPTOM, Rule

_RDS_STATUS = "RDS user guide, Viewing Amazon RDS DB instance status"
_ACM = "ACM API reference, DescribeCertificate"

DATABASE: Final = (
    Rule(
        id="database-full",
        kinds=("database", "database-event", "log"),
        what="The database's storage is full.",
        next="Raise the storage in the site file and deploy, or in the RDS console: Modify. RDS "
        "grows by itself only up to the largest size of the site file.",
        source=_RDS_STATUS,
        words=r"(?i)storage-full|(?:storage|space).{0,60}(?:full|exhausted|exceed)"
        r"|No space left on device",
    ),
    Rule(
        id="database-stopped",
        kinds=("database",),
        what="The database is stopped, so nobody can log in.",
        next="Start it: aws rds start-db-instance --db-instance-identifier {resource}",
        source=_RDS_STATUS,
        state="stopped|stopping",
    ),
    Rule(
        id="deleted",
        kinds=("database", "distribution"),
        what="{resource} was deleted outside CloudFormation.",
        next="Restore it from its last snapshot or backup if it held data. CloudFormation does not "
        "notice by itself: ask CloudTrail who deleted it.",
        source="RDS API reference, DBInstanceNotFound; CloudFront, NoSuchDistribution",
        state="deleted",
    ),
    Rule(
        id="database-failed",
        kinds=("database",),
        what="The database is in a state that it does not leave by itself: {state}.",
        next="Open it in the RDS console and read its events. A restore from the last backup helps "
        "in most of these states.",
        source=_RDS_STATUS,
        state=r"failed|incompatible-.*|inaccessible-.*|restore-error|storage-.*",
    ),
    Rule(
        id="database-reboot",
        kinds=("database",),
        what="A changed setting of the database waits for its next restart.",
        next="Restart it in a quiet hour: aws rds reboot-db-instance --db-instance-identifier "
        "{resource}",
        source="RDS user guide, Working with parameter groups",
        state="pending-reboot",
        sure=POSSIBLE,
        depth=ASIDE,
    ),
    Rule(
        id="database-event",
        kinds=("database-event",),
        what="RDS noted trouble with the database within the last day.",
        next="Read the event. After a failover the application connects again by itself.",
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
        words=r"(?i)CAA_ERROR|CAA record",
    ),
    Rule(
        id="certificate-failed",
        kinds=("certificate",),
        what="The certificate for {resource} was not issued: {state}.",
        next="{reason} " + AGAIN,
        source=_ACM + ": Status",
        state="FAILED|VALIDATION_TIMED_OUT|EXPIRED|REVOKED|INACTIVE",
    ),
    Rule(
        id="certificate-pending",
        kinds=("certificate",),
        what="The certificate for {resource} waits for its DNS record.",
        next="Set this where the domain's DNS is: {record} AWS looks for three days.",
        source=_ACM + ": PENDING_VALIDATION",
        state="PENDING_VALIDATION",
    ),
    Rule(
        id="distribution-off",
        kinds=("distribution",),
        what="The CloudFront distribution is switched off.",
        next="Switch it on in the CloudFront console, or run solarrally deploy again.",
        source="CloudFront API reference, DistributionConfig: Enabled",
        state="Disabled",
    ),
    Rule(
        id="distribution-busy",
        kinds=("distribution",),
        what="CloudFront is still carrying a change to all its places.",
        next="Wait five to ten minutes and ask again.",
        source="CloudFront API reference, Distribution: Status",
        state="InProgress",
        sure=POSSIBLE,
        depth=NEAR,
    ),
)
