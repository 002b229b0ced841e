"""Every question of the wizard, once. Its screen, the plain prompts and F1 read this registry."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from solarrally_tui.interview.draft import Draft
from solarrally_tui.interview.regions import REGIONS
from solarrally_tui.site.risks import REGISTRATION_RISK

LATER_FREE: Final = "You can change it later without downtime."


class QuestionKind(StrEnum):
    """How a question is answered."""

    TEXT = "text"
    NUMBER = "number"
    TICK = "tick"
    PICK = "pick"


@dataclass(frozen=True, slots=True)
class Question:
    """One answer about a site that the operator gives."""

    path: str
    """Dotted path in a site file."""
    label: str
    hint: str = ""
    placeholder: str = ""
    kind: QuestionKind = QuestionKind.TEXT
    choices: tuple[tuple[str, str], ...] = ()
    """(value, words) of a pick."""
    what: str = ""
    why: str = ""
    cost: str = ""
    later: str = ""
    when: Callable[[Draft], bool] | None = None
    """Asked by applies(); None means always."""
    seldom: bool = False
    """Whether few sites need another answer than the default: the wizard asks it under More
    options, and `init` with --all."""

    def applies(self, draft: Draft) -> bool:
        """Whether the question matters, given the other answers."""
        return self.when is None or self.when(draft)

    def help(self) -> str:
        """Return what it is, why it matters, what it costs and whether it can change later."""
        parts = (self.what or self.hint, self.why, self.cost, self.later)
        return "\n\n".join(part for part in parts if part)

    def brief(self) -> str:
        """Return what it is and what it costs, in one or two lines."""
        return " ".join(part for part in (self.what or self.hint, self.cost) if part)


def _has_domain(draft: Draft) -> bool:
    return bool(draft.text("domain.name"))


def _has_names(draft: Draft) -> bool:
    return _has_domain(draft) or bool(draft.text("domain.charger_host"))


def _in_route53(draft: Draft) -> bool:
    return _has_domain(draft) and draft.text("domain.dns") == "route53"


def _by_addresses(draft: Draft) -> bool:
    return draft.text("access.viewing") == "addresses"


def _in_us_east_1(draft: Draft) -> bool:
    """Billing metrics exist only there, and an alarm notifies only topics of its own Region."""
    return draft.text("region") == "us-east-1"


WELCOME: Final = (
    Question(
        "name",
        "Name of the site",
        "3 to 20 lowercase letters, digits and hyphens. A letter comes first.",
        "for example sunny-garage",
        what="A short name for this SolarRally site.",
        why="Every AWS resource of the site has it in its name, so that you can find them.",
        cost="It costs nothing.",
        later="You cannot change it later.",
    ),
)

ACCOUNT: Final = (
    Question(
        "region",
        "Region",
        "Choose one near your chargers. You cannot change it later.",
        kind=QuestionKind.PICK,
        choices=tuple(REGIONS.items()),
        what="The AWS Region that runs the tasks and the database.",
        why="The site responds faster near your chargers and viewers. Data residency rules may "
        "apply too.",
        cost="Prices differ a little between Regions.",
        later="To move a site, create a new one in the other Region.",
    ),
)

BILLING: Final = (
    Question(
        "alerts.email",
        "E-mail for alerts",
        "AWS asks it once to confirm that it wants the site's alarms.",
        "for example ops@example.com",
        what="The address that is notified about costs and when the site has problems.",
        why="AWS sends one e-mail with a link. The site's alarms arrive only after you open it. "
        "E-mails about the budget and unusual spending need no confirmation.",
        cost="It costs nothing.",
        later=LATER_FREE,
    ),
    Question(
        "alerts.monthly_budget_usd",
        "Monthly budget in USD",
        "The percentages below say when you are notified. Empty: the high estimate.",
        kind=QuestionKind.NUMBER,
        what="The amount that a month's bill should stay below.",
        why="AWS sends you an e-mail when the bill or its forecast exceeds it. It does not switch "
        "anything off. Empty means the high estimate for the size that you choose. It counts the "
        "whole account, so other sites too, until the cost allocation tag solarrally:site is "
        "active in Billing.",
        cost="It costs nothing.",
        later=LATER_FREE,
    ),
    Question(
        "alerts.warn_percent",
        "Alert at % of the budget",
        kind=QuestionKind.NUMBER,
        what="The percentage of the budget at which you get the first e-mail, 1 to 99.",
        why="You always get a second e-mail when the whole budget is spent.",
        cost="It costs nothing.",
        later=LATER_FREE,
    ),
    Question(
        "alerts.forecast_percent",
        "Alert at % in the forecast",
        kind=QuestionKind.NUMBER,
        what="You get an e-mail when AWS forecasts spending above this share of the budget.",
        why="It arrives days before the money is spent. AWS needs weeks of bills to forecast.",
        cost="It costs nothing.",
        later=LATER_FREE,
    ),
    Question(
        "alerts.anomaly_detection",
        "Notify me about unusual spending",
        "AWS calls this cost anomaly detection. It is free.",
        kind=QuestionKind.TICK,
        what="AWS learns your usual spending and notifies you about days that do not fit.",
        why="It catches a surprise before the end of the month.",
        cost="It costs nothing.",
        later=LATER_FREE,
    ),
    Question(
        "alerts.billing_alarm",
        "Compare the bill with the budget several times a day",
        "A CloudWatch alarm. It needs billing metrics.",
        kind=QuestionKind.TICK,
        what="A CloudWatch alarm on the bill. It checks more often than the budget's daily check.",
        why="It notifies the site's SNS topic, so it reaches every subscriber. It does not "
        "forecast, and it needs billing metrics, which you can enable only in the console.",
        cost="$0.10 a month, or nothing within the ten alarms that are always free.",
        later=LATER_FREE,
        when=_in_us_east_1,
    ),
    Question(
        "alerts.budget",
        "Create a budget in AWS",
        "Answer no where AWS refuses to create one.",
        kind=QuestionKind.TICK,
        what="AWS compares the bill with the amount above and sends the e-mails.",
        why="A member account of an organization cannot have a budget until the account that pays "
        "allows it. Without a budget nothing compares the bill with your amount, unless the alarm "
        "on the bill is on.",
        cost="It costs nothing.",
        later=LATER_FREE,
        seldom=True,
    ),
    Question(
        "governance.trail",
        "Record who changes what",
        "AWS CloudTrail. The first trail of an account is free.",
        kind=QuestionKind.TICK,
        what="A log of every change in this AWS account: who made it, when, and from where.",
        why="It answers who deleted something. Answer no where the account has a trail already: "
        "AWS charges for every trail but the first.",
        cost="The first trail costs its storage only, some cents. Each further one costs $2 for "
        "100,000 changes.",
        later=LATER_FREE,
        seldom=True,
    ),
)

DOMAIN: Final = (
    Question(
        "domain.name",
        "Name",
        "The full domain name of the site. Empty: an address from AWS.",
        "for example charging.example.com",
        what="The address that people type to open the dashboard, always over HTTPS.",
        why="Your own name is easier to remember and stays the same when the site changes.",
        cost="You pay for the domain and its hosted zone ($0.50 a month). Certificates are free.",
        later="You can add or change it later. Viewers then need the new address.",
    ),
    Question(
        "domain.dns",
        "DNS of the domain",
        "Where its DNS records are kept.",
        kind=QuestionKind.PICK,
        choices=(
            ("route53", "Route 53, in this account"),
            ("external", "another provider; you add two records there yourself"),
        ),
        what="The DNS service that hosts the domain's records.",
        why="In Route 53, the wizard creates the records. Elsewhere, Deploy shows the two records "
        "to add and waits for them. The domain can stay where it is.",
        cost="A Route 53 hosted zone costs $0.50 a month. AWS charges nothing for DNS elsewhere.",
        later="You can change it later.",
        when=_has_domain,
    ),
    Question(
        "domain.hosted_zone_id",
        "Hosted zone ID",
        "From Route 53. Empty: it is looked up.",
        what="The Route 53 hosted zone with the domain's records.",
        why="The wizard creates the site's address record and the certificate's validation record "
        "there.",
        cost="A hosted zone costs $0.50 a month.",
        later=LATER_FREE,
        when=_in_route53,
    ),
    Question(
        "domain.charger_host",
        "Host for chargers",
        "A name below the domain. Empty: chargers connect to a name of AWS.",
        "for example mqtt.charging.example.com",
        what="The name under which chargers reach AWS IoT, which calls it a custom domain.",
        why="AWS's own name belongs to a Region. With yours, one DNS record moves all chargers "
        "when the site is recovered in another Region. Chargers must send the name in their TLS "
        "handshake (SNI). AWS's name works beside it.",
        cost="AWS charges nothing for it.",
        later="You can add it later: chargers that have AWS's name keep working with it.",
        when=_has_names,
        seldom=True,
    ),
    Question(
        "access.viewing",
        "Who sees the dashboard",
        "Making changes always needs a password.",
        kind=QuestionKind.PICK,
        choices=(
            ("password", "Anyone with the password that Deploy creates"),
            ("addresses", "Viewers from IP addresses that you list"),
            ("public", "Everyone on the Internet"),
        ),
        what="Who can open the dashboard and see live charging.",
        why="Live charging reveals when somebody is at home and when not. Public means that "
        "everyone on the Internet can see it.",
        cost="It costs nothing.",
        later=LATER_FREE,
    ),
    Question(
        "access.addresses",
        "IP addresses of viewers",
        "IPv4 or IPv6, separated by commas.",
        "for example 203.0.113.7, 198.51.100.0/24",
        what="The IP addresses, or CIDR blocks, that can see the dashboard.",
        why="Everyone else is refused. An office usually has fixed addresses; a home's may change.",
        cost="It costs nothing.",
        later=LATER_FREE,
        when=_by_addresses,
    ),
    Question(
        "access.open_registration",
        "Let viewers register themselves",
        kind=QuestionKind.TICK,
        what="Whether people can create their own users in the application.",
        why=REGISTRATION_RISK,
        cost="It costs nothing.",
        later=LATER_FREE,
    ),
)

SIZE: Final = (
    Question(
        "tier",
        "Size",
        "It sets everything below.",
        kind=QuestionKind.PICK,
        choices=(
            ("small", "1 to 10 chargers, one task and one database"),
            ("medium", "10 to 100 chargers, two tasks and a standby database"),
            ("large", "100 to 1,000 chargers, private network, longer backups"),
        ),
        what="For a home, a fleet, or several sites. A task is a running SolarRally, a standby a "
        "spare database.",
        why="Medium and large survive the loss of one data center. Small goes offline for a while.",
        cost="The size decides most of the price.",
        later="You can change it later. The database then restarts, which takes a few minutes.",
    ),
    Question(
        "size.chargers",
        "Chargers",
        "How many you will connect.",
        kind=QuestionKind.NUMBER,
        what="How many chargers you will connect.",
        why="Their messages determine how busy the tasks are.",
        cost="Each one adds about 50 to 80 cents a month at one message every ten seconds.",
        later=LATER_FREE,
    ),
    Question(
        "size.interval_seconds",
        "Seconds per message",
        "How often each charger sends one.",
        kind=QuestionKind.NUMBER,
        what="How often each charger sends telemetry.",
        why="The dashboard is this up to date. Ten seconds is usual.",
        cost="Half the time means twice the messages.",
        later=LATER_FREE,
    ),
    Question(
        "size.multi_az",
        "Standby database",
        "It takes over when the first one fails.",
        kind=QuestionKind.TICK,
        what="A second database in another Availability Zone takes over when the first one fails.",
        why="Without it, the site is down until AWS restores the database.",
        cost="It doubles the price of the database.",
        later="You can switch it on or off later.",
    ),
    Question(
        "size.egress",
        "Outbound access",
        "How tasks reach the Internet.",
        kind=QuestionKind.PICK,
        choices=(
            ("public-tasks", "Direct"),
            ("nat-instance", "NAT instance"),
            ("nat-single", "One NAT gateway"),
            ("nat-per-az", "NAT per zone"),
        ),
        what="How the tasks reach the Internet. Nobody can reach them from there, either way.",
        why="Direct: each task has a public address. With NAT they have none, as some policies "
        "require.",
        cost="A NAT gateway costs about $33 a month plus traffic, a NAT instance about $7.",
        later="You can change it later. The tasks are replaced one by one.",
    ),
    Question(
        "size.waf",
        "Firewall",
        "Filters requests to the dashboard.",
        kind=QuestionKind.PICK,
        choices=(("block", "Blocks"), ("count", "Counts"), ("off", "Off")),
        what="A web application firewall in front of the dashboard.",
        why="It blocks known attacks and addresses that send too many requests.",
        cost="About $8 a month. Off costs nothing.",
        later=LATER_FREE,
    ),
    Question(
        "size.backup_days",
        "Backup days",
        "How many days back you can restore the database, 1 to 35.",
        kind=QuestionKind.NUMBER,
        what="How many days back you can restore the database.",
        why="People often notice a mistake days later.",
        cost="Free up to the size of the database.",
        later=LATER_FREE,
    ),
    Question(
        "network.avoid_zones",
        "Availability Zones to avoid",
        "Zones, separated by commas. Empty: none.",
        "for example us-east-1b",
        what="Availability Zones that a new network does not use.",
        why="A zone may lack a database class, or have no capacity. Deploy then names it. Its ID, "
        "such as use1-az2, works as well, and is the same zone in every account.",
        cost="It costs nothing.",
        later="It has no effect on a network that exists.",
        seldom=True,
    ),
    Question(
        "size.shape",
        "What runs SolarRally",
        "It cannot change once the site exists.",
        kind=QuestionKind.PICK,
        choices=(
            ("tasks", "Tasks of Amazon ECS, behind a load balancer"),
            ("functions", "Functions of AWS Lambda, behind API Gateway"),
        ),
        what="Tasks run all the time. Functions run only when a message or a request arrives.",
        why="Functions cost less while few people look. The first request after a pause takes some "
        "seconds. API Gateway ends a live view after two hours, and the page connects again. "
        "Every page that is open is billed for every message.",
        cost="solarrally estimate --compare shows both for your site.",
        later="It cannot change: another shape is another site.",
        seldom=True,
    ),
    Question(
        "size.backup_copy_region",
        "Copy backups to Region",
        "For the loss of a whole Region. Empty: no copy.",
        "for example eu-west-1",
        what="Another Region to which RDS copies the backups of the database.",
        why="From there, solarrally recover makes the site again, and its chargers keep their "
        "certificates. RDS copies between certain pairs of Regions; deploy checks yours.",
        cost="About $0.10 per GB a month there, and $0.02 per GB on the way.",
        later=LATER_FREE,
        seldom=True,
    ),
    Question(
        "devices.iot_log",
        "Log errors of AWS IoT",
        "AWS keeps one log for the whole Region.",
        kind=QuestionKind.TICK,
        what="AWS IoT writes errors to a log in CloudWatch, one for the whole Region.",
        why="The log shows why a charger cannot connect. Switch it off where your organization "
        "decides on logs. A log that is enabled already is not changed.",
        cost="AWS charges by volume. Errors are few.",
        later=LATER_FREE,
        seldom=True,
    ),
    Question(
        "devices.fleet_index",
        "Index connected chargers",
        "AWS keeps one index for the whole Region.",
        kind=QuestionKind.TICK,
        what="AWS IoT keeps an index of what is connected, one for the whole Region.",
        why="Status counts the connected chargers from it. Without it, their number is unknown.",
        cost="AWS charges whenever a charger connects or leaves, a few cents a month.",
        later=LATER_FREE,
        seldom=True,
    ),
)

APPLICATION: Final = (
    Question(
        "application.image",
        "Image",
        "Where it can be pulled from, with its digest.",
        "for example ghcr.io/you/solarrally@sha256:…",
        what="A container image that you built yourself, with its digest, in a public registry or "
        "in Amazon ECR.",
        why="Use it for a version that the build in your account does not produce. The command "
        "solarrally source image lists what an image must contain. The dashboard is still built "
        "from the source. Registries that require a password are not supported; copy the image "
        "to Amazon ECR.",
        cost="Amazon ECR charges its owner about $0.10 per GB a month.",
        later="You can change it later. The new version replaces the old one without downtime.",
    ),
    Question(
        "application.repository",
        "Public Git repository",
        what="The repository with SolarRally's source.",
        why="AWS builds it inside your account. Keep the default unless you have your own "
        "version. The build has no password for a private repository; build an image yourself "
        "instead.",
        cost="100 build minutes a month are free. Beyond them, a build costs a few cents.",
        later="You can change it later. The new version replaces the old one without downtime.",
    ),
    Question(
        "application.ref",
        "Branch or tag",
        "Empty: the commit below.",
        what="A branch or tag of the repository. The wizard looks up its commit and pins it.",
        why="A branch moves; the site stays at the pinned commit. The wizard shows when the branch "
        "has moved on.",
        cost="It costs nothing.",
        later="You can change it later.",
    ),
    Question(
        "application.commit",
        "Commit",
        what="The exact version of the source that runs.",
        why="It pins the version, so that two deployments are identical.",
        cost="100 build minutes a month are free. Beyond them, a build costs a few cents.",
        later="You can change it later. The new version replaces the old one without downtime.",
    ),
    Question(
        "application.admin_email",
        "Administrator's e-mail",
        "Empty: the e-mail for alerts.",
        what="The address that the first administrator uses to sign in to SolarRally.",
        why="Deploy creates this user once and keeps the password in AWS. No e-mail is sent to the "
        "address.",
        cost="It costs nothing.",
        later="A changed address creates a second administrator; the first one stays.",
    ),
    Question(
        "tariff.currency",
        "Currency on the dashboard",
        "Three letters. Empty: the dashboard shows no money.",
        "for example EUR",
        what="The currency of the two prices below, as a code of three letters.",
        why="The dashboard shows what the running charging session costs. Without a currency it "
        "shows energy only. This is not the currency of AWS's bill.",
        cost="It costs nothing.",
        later="You can change it later. The tasks are replaced one by one.",
        seldom=True,
    ),
    Question(
        "tariff.solar_per_kwh",
        "Price of a solar kWh",
        "In the currency above.",
        "for example 0.12",
        what="What a kilowatt-hour from the sun costs the driver.",
        why="The dashboard multiplies the energy of each source with its price.",
        cost="It costs nothing.",
        later="You can change it later. The tasks are replaced one by one.",
        seldom=True,
    ),
    Question(
        "tariff.grid_per_kwh",
        "Price of a grid kWh",
        "In the currency above.",
        "for example 0.35",
        what="What a kilowatt-hour from the grid costs the driver.",
        why="The dashboard multiplies the energy of each source with its price, and shows what the "
        "sun saved.",
        cost="It costs nothing.",
        later="You can change it later. The tasks are replaced one by one.",
        seldom=True,
    ),
    Question(
        "application.database_dump",
        "I have a dump of an existing SolarRally database",
        kind=QuestionKind.TICK,
        what="Whether you want to bring users from another SolarRally installation.",
        why="Nothing is read now. The hand-over shows how to import the dump once the site is up.",
        cost="It costs nothing.",
        later="You can change it later.",
    ),
)
