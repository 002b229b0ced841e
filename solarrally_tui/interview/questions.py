"""Every question of the wizard, once: its screen, the plain prompts and F1 read this registry."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from solarrally_tui.interview.draft import Draft
from solarrally_tui.interview.regions import REGIONS
from solarrally_tui.site.risks import REGISTRATION_RISK

LATER_FREE: Final = "It can be changed later, without an interruption."


class Kind(StrEnum):
    """How a question is answered."""

    TEXT = "text"
    NUMBER = "number"
    TICK = "tick"
    PICK = "pick"


@dataclass(frozen=True, slots=True)
class Question:
    """One answer of a site that a person is asked for."""

    path: str
    """Dotted path in a site file."""
    label: str
    hint: str = ""
    placeholder: str = ""
    kind: Kind = Kind.TEXT
    choices: tuple[tuple[str, str], ...] = ()
    """(value, words) of a pick."""
    what: str = ""
    why: str = ""
    cost: str = ""
    later: str = ""
    when: Callable[[Draft], bool] | None = None
    """Whether the question matters, given the answers before it; None means always."""

    def help(self) -> str:
        """Return what it is, why it matters, what it costs and whether it can change later."""
        parts = (self.what or self.hint, self.why, self.cost, self.later)
        return "\n\n".join(part for part in parts if part)

    def brief(self) -> str:
        """Return what it is and what it costs, in one or two lines."""
        return " ".join(part for part in (self.what or self.hint, self.cost) if part)


def _has_domain(draft: Draft) -> bool:
    return bool(draft.text("domain.name"))


def _in_route53(draft: Draft) -> bool:
    return _has_domain(draft) and draft.text("domain.dns") == "route53"


def _by_addresses(draft: Draft) -> bool:
    return draft.text("access.viewing") == "addresses"


def _in_us_east_1(draft: Draft) -> bool:
    """Billing metrics are nowhere else, and an alarm tells topics of its own Region only."""
    return draft.text("region") == "us-east-1"


WELCOME: Final = (
    Question(
        "name",
        "Name of the new site",
        "3 to 20 letters, digits and hyphens.",
        "sunny-garage",
        what="A short name for this installation of SolarRally.",
        why="It becomes part of the names of everything in AWS, so that you can find it there.",
        cost="It costs nothing.",
        later="It cannot be changed later.",
    ),
)

ACCOUNT: Final = (
    Question(
        "region",
        "Region",
        "Where the servers stand, near your chargers.",
        kind=Kind.PICK,
        choices=tuple(REGIONS.items()),
        what="The place where the servers and the database stand.",
        why="Near your chargers and viewers, everything answers faster. Rules on where data may "
        "be kept can matter too.",
        cost="Prices differ a little between Regions.",
        later="It cannot be changed later. To move, make a new site.",
    ),
)

BILLING: Final = (
    Question(
        "alerts.email",
        "E-mail for alerts",
        "AWS writes to it once to ask for a confirmation.",
        "ops@example.com",
        what="The address that is told about costs and when the site is unwell.",
        why="AWS sends it a confirmation. Alerts arrive only after somebody clicked its link.",
        cost="It costs nothing.",
        later=LATER_FREE,
    ),
    Question(
        "alerts.monthly_budget_usd",
        "Monthly budget in USD",
        "You are told when the bill goes above. Empty means the high estimate.",
        kind=Kind.NUMBER,
        what="The amount that the bill of a month should stay below.",
        why="AWS writes to you when the bill, or its forecast, goes above. It switches nothing "
        "off. Empty means the high estimate of the size that you choose.",
        cost="It costs nothing.",
        later=LATER_FREE,
    ),
    Question(
        "alerts.warn_percent",
        "Warn at % of the budget",
        kind=Kind.NUMBER,
        what="How much of the budget is spent when the first mail comes, 1 to 99 percent.",
        why="A second mail always comes when all of it is spent.",
        cost="It costs nothing.",
        later=LATER_FREE,
    ),
    Question(
        "alerts.forecast_percent",
        "Warn at % in the forecast",
        kind=Kind.NUMBER,
        what="A mail comes when AWS expects the month to end above so much of the budget.",
        why="It comes days before the money is spent. AWS needs some weeks of bills to forecast.",
        cost="It costs nothing.",
        later=LATER_FREE,
    ),
    Question(
        "alerts.anomaly_detection",
        "Tell me about unusual spending",
        "AWS calls this cost anomaly detection. It is free.",
        kind=Kind.TICK,
        what="AWS learns your usual spending and tells you about days that do not fit.",
        why="It finds a surprise before the end of the month.",
        cost="It costs nothing.",
        later=LATER_FREE,
    ),
    Question(
        "alerts.billing_alarm",
        "Compare the bill with the budget several times a day",
        "A CloudWatch alarm. It needs billing metrics.",
        kind=Kind.TICK,
        what="A CloudWatch alarm on the bill. The budget looks about once a day, this more often.",
        why="It tells the site's topic, so it also arrives where that is forwarded to. It knows "
        "no forecast, and needs billing metrics, which only the console switches on.",
        cost="$0.10 a month, nothing within the ten alarms that are always free.",
        later=LATER_FREE,
        when=_in_us_east_1,
    ),
)

DOMAIN: Final = (
    Question(
        "domain.name",
        "Name",
        "The full name of the site. Empty: an address from AWS.",
        "charging.example.com",
        what="The address that people type to open the dashboard, always over HTTPS.",
        why="Your own name is easier to remember and stays when the installation changes.",
        cost="The domain and its hosted zone ($0.50 a month) are yours. Certificates are free.",
        later="It can be added or changed later. Viewers then need the new address.",
    ),
    Question(
        "domain.dns",
        "DNS of the domain",
        "Who answers for the name.",
        kind=Kind.PICK,
        choices=(
            ("route53", "Route 53, in this account"),
            ("external", "elsewhere; you add two records there by hand"),
        ),
        what="Where the records of the domain are kept.",
        why="In Route 53 the wizard writes them itself. Elsewhere Deploy tells you which two to "
        "add, and waits for them. The domain can stay where it is.",
        cost="A hosted zone in Route 53 costs $0.50 a month, DNS elsewhere nothing at AWS.",
        later="It can be changed later.",
        when=_has_domain,
    ),
    Question(
        "domain.hosted_zone_id",
        "Zone id",
        "Of Route 53. Empty: it is looked up.",
        what="The Route 53 zone that holds the records of the domain.",
        why="The wizard writes the address and the proof for the certificate into it.",
        cost="A hosted zone costs $0.50 a month.",
        later=LATER_FREE,
        when=_in_route53,
    ),
    Question(
        "access.viewing",
        "Who sees the dashboard",
        "Changing anything needs a password anyway.",
        kind=Kind.PICK,
        choices=(
            ("password", "Whoever knows a password that Deploy makes"),
            ("addresses", "Viewers from addresses that you name"),
            ("public", "Everybody on the internet"),
        ),
        what="Who may open the dashboard and see live charging.",
        why="Live charging tells when somebody is at home, and when not. Public means that "
        "everybody on the internet sees it.",
        cost="It costs nothing.",
        later=LATER_FREE,
    ),
    Question(
        "access.addresses",
        "Addresses of viewers",
        "With commas between them, IPv4 or IPv6.",
        "203.0.113.7, 198.51.100.0/24",
        what="The internet addresses, or blocks of them, that may see the dashboard.",
        why="Everybody else is turned away. An office has such addresses; a home's may change.",
        cost="It costs nothing.",
        later=LATER_FREE,
        when=_by_addresses,
    ),
    Question(
        "access.open_registration",
        "Let viewers register by themselves",
        kind=Kind.TICK,
        what="Whether people make their own users of the application.",
        why=REGISTRATION_RISK,
        cost="It costs nothing.",
        later=LATER_FREE,
    ),
)

SIZE: Final = (
    Question(
        "tier",
        "Tier",
        "A preset for everything below.",
        kind=Kind.PICK,
        choices=(
            ("small", "1 to 10 chargers, one server and one database"),
            ("medium", "10 to 100 chargers, two servers and a standby database"),
            ("large", "100 to 1,000 chargers, private network, longer backups"),
        ),
        what="Small is for a home or a shop, medium for a fleet, large for several sites.",
        why="Medium and large go on when a building of AWS fails. Small is then away for a while.",
        cost="It is what costs most; the columns show it.",
        later="It can be changed later. The database then restarts, a few minutes.",
    ),
    Question(
        "size.chargers",
        "Chargers",
        "How many will be connected.",
        kind=Kind.NUMBER,
        what="How many chargers will be connected.",
        why="Their messages decide how busy the servers are.",
        cost="Each adds about 50 to 80 cents a month at ten seconds.",
        later=LATER_FREE,
    ),
    Question(
        "size.interval_seconds",
        "Seconds per message",
        "Of one charger.",
        kind=Kind.NUMBER,
        what="How often a charger reports.",
        why="The dashboard is as fresh as this. Ten seconds is usual.",
        cost="Half the time is twice the messages.",
        later=LATER_FREE,
    ),
    Question(
        "size.multi_az",
        "Standby database",
        "A second database takes over.",
        kind=Kind.TICK,
        what="A second database in another building takes over when the first one fails.",
        why="Without it the site is away until AWS has repaired the database.",
        cost="It doubles the price of the database.",
        later="It can be switched on and off later.",
    ),
    Question(
        "size.egress",
        "Way out",
        "How servers reach the Internet.",
        kind=Kind.PICK,
        choices=(
            ("public-tasks", "Direct"),
            ("nat-instance", "NAT server"),
            ("nat-single", "One NAT"),
            ("nat-per-az", "NAT per zone"),
        ),
        what="How the servers reach the Internet. Nobody reaches them from it, either way.",
        why="Direct: each has a public address. With NAT they have none, which some rules ask for.",
        cost="A NAT gateway costs about $33 a month and its traffic, a NAT server about $7.",
        later="It can be changed later. The servers are replaced one after the other.",
    ),
    Question(
        "size.waf",
        "Firewall",
        "In front of the web address.",
        kind=Kind.PICK,
        choices=(("block", "Blocks"), ("count", "Counts"), ("off", "Off")),
        what="A web application firewall in front of the dashboard.",
        why="It turns away known attacks and addresses that ask too often.",
        cost="About $8 a month; off costs nothing.",
        later=LATER_FREE,
    ),
    Question(
        "size.backup_days",
        "Backup days",
        "1 to 35.",
        kind=Kind.NUMBER,
        what="How many days back the database can be restored.",
        why="A mistake is often noticed days later.",
        cost="Free up to the size of the database.",
        later=LATER_FREE,
    ),
)

APPLICATION: Final = (
    Question(
        "application.image",
        "Image",
        "By digest. Empty: AWS builds it from the source below.",
        what="An image that you have built yourself, by its digest, in a public registry or in "
        "Amazon ECR.",
        why="For a version that the build here does not make. solarrally source image says what "
        "an image must bring. The web page is built from the source all the same. Registries "
        "that ask for a password are not supported; copy the image to Amazon ECR.",
        cost="Amazon ECR charges its owner about $0.10 per GB a month.",
        later="It can be changed later. The new version is rolled out beside the old one.",
    ),
    Question(
        "application.repository",
        "Git repository, public",
        what="Where the source of SolarRally is.",
        why="AWS builds it inside your account. Keep the default unless you have your own "
        "version. A private repository cannot be built: the build has no password for it. Build "
        "an image yourself then.",
        cost="A build costs a few cents.",
        later="It can be changed later. The new version is rolled out beside the old one.",
    ),
    Question(
        "application.ref",
        "Branch or tag",
        "Empty: the commit.",
        what="A branch or tag of the repository. What it means now is found and pinned.",
        why="A branch moves; the site stays at the commit that was pinned. The wizard says when "
        "the branch has moved on.",
        cost="It costs nothing.",
        later="It can be changed later.",
    ),
    Question(
        "application.commit",
        "Commit, all 40 digits",
        what="The exact version of the source that runs.",
        why="It pins what runs, so that two deployments are the same.",
        cost="A build costs a few cents.",
        later="It can be changed later. The new version is rolled out beside the old one.",
    ),
    Question(
        "application.admin_email",
        "E-mail of the administrator",
        "Empty: the e-mail for alerts.",
        what="The address with which the first administrator signs in to SolarRally.",
        why="Deploy makes this user once and keeps the password in AWS. Nobody writes to the "
        "address.",
        cost="It costs nothing.",
        later="A changed address makes a second administrator; the first one stays.",
    ),
    Question(
        "application.database_dump",
        "I have a dump of an existing SolarRally database",
        kind=Kind.TICK,
        what="Whether users of another installation are to come along.",
        why="Nothing is read now. The hand-over then tells how to import the dump, which is done "
        "once the site is up.",
        cost="It costs nothing.",
        later="It can be changed later.",
    ),
)
