"""Names of AWS resources, derived from a site's name in one place."""

from typing import Final

SITE_TAG: Final = "solarrally:site"
"""Key of the only tag that every stack has. It never varies (see docs/architecture.md)."""

STANDBY_TAG: Final = "solarrally:standby"
"""Key of the tag of a certificate that waits in a second Region for the recovery of a site. Its
value is the name in the site's topics."""

DRILL_TAG: Final = "solarrally:drill"
"""Key of the tag of a database that a drill restores beside a site: when the drill began."""

ADMINISTRATOR_TAG: Final = "solarrally:administrator"
"""Key of the tag that a secret gets once its administrator exists."""

GLOBAL_REGION: Final = "us-east-1"
"""Region of CloudFront's certificate and web ACL, and of every site's record."""

STANDBY_OF: Final = "standbyOf"
"""Attribute of the thing that stands in a second Region for a charger: its site. It is not `site`,
which is counted."""

CLAIM_OF: Final = "claimOf"
"""Attribute of the thing that stands for a claim: the site. It is not `site`, which is counted."""

SETTINGS_SHADOW: Final = "settings"
"""The named shadow of a charger that holds its settings. Not the classic one: AWS IoT's rule writes
there who is connected, and each of its messages would reach the charger."""

PROOF: Final = "proof-of-solarrally"
"""Begins the name of everything that `solarrally prove` creates. No name of a site's begins so."""

RECORD_PREFIX: Final = "/solarrally/sites/"


def stack_name(site: str, stack: str) -> str:
    """Return the name of one CloudFormation stack of a site."""
    return f"solarrally-{site}-{stack}"


def drill_database(site: str, suffix: str) -> str:
    """Return the name of a database that a drill restores. It begins as the site's others do."""
    return f"{stack_name(site, 'data')}-drill-{suffix}"


def record_name(site: str) -> str:
    """Return the name of the SSM parameter with a site's answers, in us-east-1."""
    return f"{RECORD_PREFIX}{site}"


def run_name(site: str) -> str:
    """Return the name of the SSM parameter of the run that works on a site, in us-east-1."""
    return f"/solarrally/runs/{site}"


def last_run_name(site: str) -> str:
    """Return the name of the SSM parameter with how the last deployment ended, in us-east-1."""
    return f"{run_name(site)}/last"


def evidence_name(site: str, stack: str) -> str:
    """Return the name of the SSM parameter with what a run saw of a failing stack, in us-east-1."""
    return f"/solarrally/evidence/{site}/{stack}"


def topic_prefix(site: str) -> str:
    """Return the prefix of MQTT topics that separates the sites of a Region."""
    return f"solarrally/{site}/"


def telemetry_topic(site: str, thing: str) -> str:
    """Return the MQTT topic to which a charger publishes its telemetry."""
    return f"{topic_prefix(site)}evse/{thing}/telemetry"


def thing_group(site: str) -> str:
    """Return the IoT thing group of a site's chargers."""
    return f"solarrally-{site}"


def type_group_prefix(site: str) -> str:
    """Return the start of the IoT thing groups of a site's types of chargers.

    No site's name has an underscore, so that no other site's groups begin alike.
    """
    return f"{thing_group(site)}_type_"


def type_group(site: str, kind: str) -> str:
    """Return the IoT thing group of a site's chargers of one type, such as wallbox-22."""
    return f"{type_group_prefix(site)}{kind}"


def thing_type(site: str) -> str:
    """Return the IoT thing type of a site's chargers."""
    return f"solarrally-{site}-charger"


def device_policy(site: str) -> str:
    """Return the IoT policy of a charger's certificate."""
    return f"solarrally-{site}-device"


def standby_host(topic: str, host: str) -> str:
    """Return the domain configuration that keeps the certificate of a host in use, on standby."""
    return f"solarrally-{topic}--standby--{host}"


def claim_policy(site: str) -> str:
    """Return the IoT policy of a claim's certificate."""
    return f"solarrally-{site}-claim"


def claim_client_prefix(site: str) -> str:
    """Return how the client ids begin with which devices use a claim."""
    return f"solarrally-{site}-claim-"


def claim_thing(site: str, claim: str) -> str:
    """Return the thing that stands for a claim: it has the claim's certificate and its limits."""
    return f"{claim_client_prefix(site)}{claim}"


def job_prefix(site: str) -> str:
    """Return how the ids of a site's jobs in AWS IoT begin. Names of sites have no two hyphens."""
    return f"solarrally-{site}--"


def migration_client(site: str, link: int) -> str:
    """Return the client id of an old broker's connection, while chargers move in. From 1.

    No name of a site has two hyphens in a row.
    """
    return f"solarrally-{site}--migration-{link}"


def migration_policy(site: str, link: int, part: int) -> str:
    """Return one of the IoT policies of that connection's certificate. From 1."""
    return f"{migration_client(site, link)}-{part}"


def bridge_policy(site: str) -> str:
    """Return the IoT policy of the certificate that the tasks' MQTT bridges share."""
    return f"solarrally-{site}-bridge"


def web_acl_metric(site: str) -> str:
    """Return the name under which CloudWatch counts the requests that the firewall judges."""
    return f"solarrally-{site}"


def numbered(name: str) -> tuple[str, str]:
    """Return a name in two parts: before the number at its end, and the number, perhaps empty."""
    stem = name.rstrip("0123456789")
    return stem, name[len(stem) :]
