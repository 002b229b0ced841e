"""Refusals because a zone, a class, a version or capacity is not there."""

from typing import Final

from solarrally_tui.findings.reasons.reason import RUN_AGAIN, Reason

AVOID_ZONES: Final = (
    'on Size, More options, Availability Zones to avoid (network.avoid_zones = ["us-east-1b"])'
)
"""Where a person says so: in the wizard, and in the site file."""
ANOTHER_CLASS: Final = "Or choose another database class (size.database_class)."
"""A way out that takes the name of a class where the site's is known."""

PLACES: Final = (
    Reason(
        id="no-capacity-tasks",
        kind="capacity",
        words=(
            r"capacity is (?:currently )?(?:unavailable|not available)",
            r"unable to place a task.{0,160}capacity",
            r"\bSpot capacity\b",
            r"(?:Fargate|ECS).{0,120}(?:insufficient|not enough|no) capacity",
        ),
        what="AWS has no capacity for the tasks of {resource} at the moment.",
        why="Fargate was short of it in these Availability Zones.",
        next="Wait: AWS tries again automatically. If it stays, switch off Spot tasks "
        f"(size.fargate_spot). A new site can avoid a zone: {AVOID_ZONES}.",
        source="ECS developer guide, API failure reasons",
    ),
    Reason(
        id="no-capacity",
        kind="capacity",
        words=(
            r"insufficient ?(?:db)?(?:instance|host|cluster)? ?capacity",
            r"(?:not enough|not sufficient|no) capacity\b",
            r"\bsufficient (?:[\w.]+ ){0,3}capacity",
            r"capacity[- ](?:error|shortage|not[- ]available)",
            r"(?:out|lack) of capacity",
            r"capacity (?:constraints?|issues?)",
        ),
        what="AWS has no capacity for {resource} in this Region or Availability Zone.",
        why="What AWS has free changes from hour to hour.",
        next=f"Try again in an hour: that often helps. {ANOTHER_CLASS} A network keeps its zones; "
        f"a new site can avoid this one: {AVOID_ZONES}.",
        source="RDS user guide, Amazon RDS insufficient DB instance capacity; EC2 user guide, "
        "InsufficientInstanceCapacity",
    ),
    Reason(
        id="engine-version",
        kind="engine-version",
        words=(
            r"cannot find (?:upgrade path|version [\d.]+ for)\b",
            r"cannot (?:upgrade|downgrade) \w+ from",
            (
                r"engine version\b.{0,80}(?:not (?:currently )?(?:found|supported|available|valid)"
                r"|isn't|does "
                r"not exist|deprecated|unsupported|invalid|end of (?:life|support))"
            ),
            r"(?:invalid|unsupported|unknown|not a valid) (?:db )?(?:engine )?version",
            r"DBEngineVersionNotFound\w*",
            r"parameter ?group ?famil(?:y|ies)\b.{0,120}(?:can't|cannot|not |isn't|invalid)",
            r"AllowMajorVersionUpgrade",
            r"version [\d.]+ (?:is not|isn't|not) (?:available|supported|valid|offered|found)",
        ),
        what="RDS does not offer this version of PostgreSQL for {resource}.",
        why="RDS withdraws minor versions after some time, and offers new ones Region by Region.",
        next="Run the same command again: it takes the newest minor version that RDS offers. Where "
        "the site file names a major version, choose another size.database_major.",
        source="github.com/widdix/mastodon-on-aws issue 44; RDS API reference, CreateDBInstance",
    ),
    Reason(
        id="zone-or-class",
        kind="zone-or-class",
        words=(
            r"does not support creating a DB instance with the following combination",
            r"availability zones?\b.{0,120}(?:cannot|can't|can not) be (?:associated|used)",
            (
                r"(?:not|isn't|n't) (?:supported|available|offered) in (?:your |the |this |any )?"
                r"(?:requested |specified |selected |targeted )?(?:availability zones?|AZs?\b)"
            ),
            r"only be created in the following availability zones",
            r"availability zone coverage",
            (
                r"availability zone\b.{0,100}(?:constrained|not (?:currently )?"
                r"(?:valid|available|supported)"
                r"|does not (?:exist|support))"
            ),
            r"does not support the availability zone",
            r"UnsupportedAvailabilityZone|NotAvailableInZone|InvalidAvailabilityZone",
            r"for parameter availability ?zone is (?:invalid|not valid)",
            r"(?:invalid|unsupported) DB instance class",
            (
                r"\b(?:instance (?:class|type)|DBInstanceClass|db\.\w+\.\w+)\b.{0,140}"
                r"(?:not|isn't|n't) (?:supported|available|valid|offered)"
            ),
            r"requested (?:instance type|configuration) is (?:currently )?not supported",
            r"does not support .{0,60}(?:DB )?instance class",
            r"(?:at least|in) two (?:different )?(?:subnets in two|availability zones|AZs\b)",
            r"storage type\b.{0,80}not (?:supported|available)",
            r"no instances of the requested class available",
        ),
        what="AWS does not offer {resource} in this Availability Zone, or not in this class.",
        why="Not every zone and Region has every class. Some old zones take no new resources.",
        next=f"Avoid the zone that AWS names: {AVOID_ZONES}. Or choose another database "
        f"class (size.database_class). Then {RUN_AGAIN}",
        source="github.com/widdix/mastodon-on-aws issue 13; "
        "github.com/hashicorp/terraform-provider-aws issue 20712",
    ),
)
