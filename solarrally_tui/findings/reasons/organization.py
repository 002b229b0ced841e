"""Refusals by rules of an organization, and by CloudFormation's checks before it begins."""

from typing import Final

from solarrally_tui.findings.reasons.reason import RUN_AGAIN, About, Reason

_IAM: Final = "IAM user guide, Troubleshoot access denied error messages"
_ASK: Final = (
    "Ask the administrators of your organization: no policy in this account can allow it. "
    "Give them these words."
)

ORGANIZATION: Final = (
    Reason(
        id="denied-scp",
        kind="organisation-policy",
        words=(r"service[-_ ]control[-_ ]polic", r"(?-i:\bSCPs?\b)"),
        what="A policy of your organization (SCP) denies {action}, which stopped {resource}.",
        why="A service control policy limits what anybody in this account may do, the root user "
        "included.",
        next=_ASK,
        source=_IAM,
    ),
    Reason(
        id="denied-rcp",
        kind="organisation-policy",
        words=(r"resource[-_ ]control[-_ ]polic", r"(?-i:\bRCPs?\b)"),
        what="A policy of your organization (RCP) denies {action}, which stopped {resource}.",
        why="A resource control policy limits what may be done with the resources of this "
        "account, no matter who does it.",
        next=_ASK,
        source=_IAM,
    ),
    Reason(
        id="tag-policy",
        kind="organisation-policy",
        words=(
            r"tag polic(?:y|ies) (?:does not|doesn't|do not) allow",
            r"TagPolicyViolation",
            r"tag polic(?:y|ies).{0,60}(?:noncompliant|non-compliant|violat)",
            r"(?:noncompliant|non-compliant|violat\w+|comply).{0,60}tag polic(?:y|ies)",
        ),
        what="A tag policy of your organization refuses the tags of {resource}.",
        why="A tag policy prescribes tags and their values.",
        next="Ask the administrators of your organization to allow the tag solarrally:site. "
        "Give them these words.",
        source="Organizations user guide, Tag policies; RDS and EC2 error TagPolicyViolation",
    ),
    Reason(
        id="denied-declarative",
        kind="organisation-policy",
        words=(
            r"declarative polic",
            r"(?:denied|prohibited|restricted|not allowed) by (?:your|the|an) organi[sz]ation",
        ),
        what="A policy of your organization does not allow {resource}.",
        why="A declarative policy fixes settings in every account of the organization.",
        next=_ASK,
        source="Organizations user guide, Declarative policies",
    ),
    Reason(
        id="early-validation",
        kind="early-validation",
        words=(
            r"AWS::EarlyValidation::\w*",
            r"early[- ]validation (?:errors?|fail\w*|check)",
            r"call DescribeEvents to retrieve",
            r"\b(?:NAME_CONFLICT|BUCKET_EMPTINESS|PROPERTY)_VALIDATION\b",
        ),
        what="CloudFormation checked the change before it began and refused it.",
        why="It found that something with the same name exists already, or that a property is "
        "not valid.",
        next="CloudFormation's events name the resource and why: aws cloudformation "
        "describe-events, with the change set's ARN. If it exists already, look at it, delete it "
        "where nobody needs it, or choose another site name. Then " + RUN_AGAIN,
        source="CloudFormation user guide, Validate stack deployments; "
        "github.com/aws/aws-cdk-cli pull request 970",
    ),
    Reason(
        id="organization-hook",
        kind="organisation-hook",
        words=(
            r"hook\(s\)(?:/validation)? failed",
            r"\bhook failed with message",
            r"\bHook(?:Failed|InvocationError)\b",
            r"\bHOOK_(?:COMPLETE_)?FAILED\b",
            r"\[CT\.\w+\.PR\.\d+\]",
            r"template failed validation, the following rule\(s\) failed",
            (
                r"(?:failed|rejected|denied|blocked)(?: \w+){0,3} (?:by|in|from) (?:a |the )?"
                r"(?:CloudFormation )?hook\b"
            ),
        ),
        what="A CloudFormation hook in this account refused {resource}.",
        why="Hooks check every change against rules, which Control Tower or your administrators "
        "set. No permission changes that.",
        next="Ask the administrators of your organization which rule it is, and whether they "
        "exempt stacks whose names begin with solarrally-. Give them these words.",
        source="CloudFormation hooks user guide; github.com/aws/copilot-cli issue 5874",
        about=About.ACCOUNT,
    ),
)
