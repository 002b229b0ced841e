"""Refusals because a name is in use."""

from typing import Final

from solarrally_tui.findings.reasons.reason import RUN_AGAIN, Reason

NAMES: Final = (
    Reason(
        id="dns-record-exists",
        kind="dns-record-exists",
        words=(
            r"tried to create resource record set",
            r"\bRRSets?\b.{0,300}(?:conflict|already exists?|other RRSets exist)",
            r"conflicting RRSet",
            r"InvalidChangeBatch.{0,300}(?:already exists?|conflict)",
            r"\b(?:DNS )?record(?: ?set)?s?\b.{0,120}already exists?\b",
        ),
        what="The hosted zone already has a DNS record for this name.",
        why="The record may lead to a website that is in use. AWS does not overwrite it.",
        next="Look in Route 53 at what the record leads to. If nobody needs it, delete it, then "
        "run the same command again. Otherwise choose another domain.name in the site file.",
        source="github.com/aws/aws-cdk issue 7244; "
        "github.com/ansible-collections/amazon.aws issue 2694",
    ),
    Reason(
        id="hosted-zone-missing",
        kind="hosted-zone",
        words=(r"no hosted zone found with ID", r"\bNoSuchHostedZone\b"),
        what="This account has no hosted zone with that id.",
        why="The zone was deleted, or it is in another account.",
        next="Correct domain.hosted_zone_id in the site file, or leave it out: the zone is then "
        "looked up by the domain's name. Then " + RUN_AGAIN,
        source="Route 53 API reference, NoSuchHostedZone",
    ),
    Reason(
        id="cname-in-use",
        kind="name-in-use",
        words=(
            r"CNAMEAlreadyExists",
            r"CNAMEs? you provided (?:are|is) already",
            r"already associated with (?:a different|another) (?:resource|distribution|CloudFront)",
            r"alternate domain names?\b.{0,160}already",
            r"DNS record that points to another CloudFront",
            (
                r"(?:domain name|alias)\b.{0,100}already (?:in use|associated|exists?|used)"
                r".{0,60}(?:distribution|resource|CloudFront)"
            ),
        ),
        what="Another CloudFront distribution already serves this domain name.",
        why="A name can be served by one distribution only, in all accounts of AWS.",
        next="Search the CloudFront console of each of your accounts for the name, and remove it "
        "there. If none has it, AWS Support can release it. Or choose another domain.name.",
        source="CloudFront developer guide, CNAMEAlreadyExists",
    ),
    Reason(
        id="name-in-deletion",
        kind="name-in-deletion",
        words=(
            r"scheduled for deletion",
            r"(?:is|are) (?:currently |still |already )?being deleted",
            r"in (?:the )?process of being deleted",
            r"marked (?:for |as )?(?:deletion|deleted)",
            r"deletion (?:is )?(?:still )?in progress",
            r"QueueDeletedRecently",
            r"must wait \d+ seconds after deleting",
            r"\bis in (?:the )?(?:state )?DELET(?:E_IN_PROGRESS|ING)\b",
            r"(?:deleted recently|(?:recently|previously) deleted).{0,80}(?:wait|same name|later)",
            r"still draining",
        ),
        what="Something with the name that {resource} needs is just being deleted.",
        why="AWS keeps a name for some time after a deletion. Secrets keep it for 7 to 30 days.",
        next="For a secret: run aws secretsmanager restore-secret to keep it, or delete-secret "
        "with --force-delete-without-recovery if nobody needs it. For everything else wait some "
        "minutes. Then " + RUN_AGAIN,
        source="Secrets Manager user guide, Delete a secret",
    ),
    Reason(
        id="exists-account-wide",
        kind="exists-account-wide",
        words=(
            r"\bnull\"?\W{0,4}\([^)]{0,120}AlreadyExists",
            r"dimensional spend monitor",
            r"detector already exists for the current account",
            r"\bone \w[\w: ]{0,60} (?:is allowed )?(?:per|in each|for each|in an?) account",
            (
                r"(?:OIDCProvider|ServiceLinkedRole|GuardDuty::Detector|SecurityHub::Hub"
                r"|Config::ConfigurationRecorder|CE::Anomaly\w+|IoT::Logging)\b.{0,200}already "
                r"exists"
            ),
            r"has been taken in this account",
            r"can (?:only have|have only) one \w+",
            r"provider with url .{0,160}already exists",
            r"OpenID ?Connect.{0,120}already exists",
            r"maximum number of (?:configuration recorders|delivery channels)",
            (
                r"already (?:exists|enabled|subscribed|configured|registered) (?:in|for|with|by) "
                r"(?:this|the|your)(?: current)? account"
            ),
            r"account is already (?:subscribed|enabled|registered)",
        ),
        what="The account has this already, and AWS allows only one in an account.",
        why="It belongs to the whole account. Another site or somebody else created it.",
        next="Keep the existing one: run the same command again, which looks for it and uses it. "
        "If it is refused again, switch it off in the site file.",
        source="github.com/aws-cloudformation/cloudformation-coverage-roadmap issue 2515",
    ),
    Reason(
        id="bucket-name-taken",
        kind="name-in-use",
        words=(
            r"BucketAlready(?:Exists|OwnedByYou)",
            r"bucket name is not available",
            r"bucket namespace is shared",
            r"\bbucket\b.{0,100}already (?:exists|owned)",
        ),
        what="The bucket name that {resource} needs is already in use.",
        why="Bucket names are unique in all accounts of AWS. A bucket of an earlier site keeps "
        "its name too.",
        next="If the bucket is yours and nobody needs it, empty and delete it, then run the same "
        "command again. Otherwise choose another site name.",
        source="S3 API reference, BucketAlreadyExists",
    ),
    Reason(
        id="name-taken",
        kind="name-in-use",
        words=(
            (
                r"^(?!.*(?:asyncpg|psycopg|sqlalchemy|relation \"|duplicate key|ERROR:  )).*"
                r"(?:\balready exists?\b|AlreadyExists|ResourceExists|EntityAlreadyExists)"
            ),
            r"\bname\b.{0,80}\balready (?:been )?(?:in use|taken|used)\b",
            r"with the same name\b.{0,40}\bexists\b",
            r"Duplicate(?:\w*Name|LoadBalancer|TargetGroup|Listener)\w*",
        ),
        what="The name that {resource} needs is already in use.",
        why="A resource of this name is in the account and belongs to another stack or to nobody, "
        "for example because a deleted site left it.",
        next="Look at it in the console. If nobody needs it, delete it, then run the same command "
        "again. Otherwise choose another site name.",
        source="CloudFormation user guide, troubleshooting: resource already exists",
    ),
)
