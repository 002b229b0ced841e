"""Refusals for lack of a permission, of a role or of a key."""

from typing import Final

from solarrally_tui.findings.reasons.reason import RUN_AGAIN, Reason

_IAM: Final = "IAM user guide, Troubleshoot access denied error messages"

PERMISSIONS: Final = (
    Reason(
        id="denied-boundary",
        kind="permissions-boundary",
        words=(r"permissions?[ -]?boundar(?:y|ies)",),
        what="A permissions boundary does not allow {action}, which stopped {resource}.",
        why="A boundary limits what all other policies of the user or the role allow.",
        next="Have this action added to the boundary, then " + RUN_AGAIN,
        source=_IAM,
    ),
    Reason(
        id="kms-key",
        kind="kms-key",
        words=(
            r"ciphertext refers to a customer master key",
            r"access to KMS is not allowed",
            (
                r"\bKMS[\w.]*(?:AccessDenied|NotFound|Disabled|InvalidState|NotAccessible|InvalidKeyUsage"
                r"|InvalidArn)\w*"
            ),
            r"InvalidKMSKey\w*",
            (
                r"\bKMS key\b.{0,160}(?:does(?: not|n't) exist|not (?:found|enabled|allowed"
                r"|accessible|valid)|could not be found|cannot be (?:used|accessed|found)|disabled"
                r"|pending (?:deletion|import)|unusable|inaccessible)"
            ),
            (
                r"(?:arn:aws[\w-]*:kms:|\bkey ').{0,160}(?:is disabled|is pending deletion"
                r"|is pending import|does not exist|is unavailable)"
            ),
            r"not authorized to perform: kms:\w+.{0,400}no resource-based polic(?:y|ies)",
            r"new key policy will not allow you to update the key policy",
            r"inaccessible-encryption-credentials",
            r"invalid ?key ?id\b",
        ),
        what="AWS cannot use the KMS key that {resource} needs.",
        why="The key does not exist in this Region, is disabled or about to be deleted, or its "
        "policy does not allow this use.",
        next="In the KMS console, in the Region of the resource, check that the key exists and is "
        "enabled, and that its key policy names who needs it. Then " + RUN_AGAIN,
        source="KMS developer guide, Troubleshooting key access; "
        "github.com/aws/aws-cdk issue 28304",
    ),
    Reason(
        id="role-unusable",
        kind="service-role",
        words=(r"is invalid or cannot be assumed",),
        what="CloudFormation cannot use its service role on {stack}.",
        why="CloudFormation's role is missing or does not trust it.",
        next="Run the same command again. It repairs the role.",
        source="CloudFormation user guide, AWS CloudFormation service role",
    ),
    Reason(
        id="service-linked-role-denied",
        kind="service-linked-role",
        words=(
            r"permissions? to create (?:a |the )?(?:required )?service[- ]linked role",
            (
                r"(?:unable|failed|cannot|can't|could not) (?:to )?create (?:a |the )?"
                r"(?:required )?service[- ]linked role"
            ),
        ),
        what="AWS could not create the service-linked role that {resource} needs.",
        why="Either nobody may create it, or AWS created it a moment ago and does not know it "
        "everywhere yet.",
        next="Run the same command again; it creates the role first. If it is refused again, use "
        "credentials with the policy that solarrally policy deploy prints, which allows "
        "iam:CreateServiceLinkedRole.",
        source="RDS user guide, service-linked roles; "
        "github.com/amplify-education/serverless-domain-manager issue 112",
    ),
    Reason(
        id="role-too-new",
        kind="service-linked-role",
        words=(
            r"service.?linked role",
            r"AWSServiceRoleFor\w+.{0,60}(?:cannot be found|not found|does not exist)",
        ),
        what="A service-linked role was not available yet when {resource} needed it.",
        why="AWS created the role a moment ago and does not know it everywhere yet.",
        next="Run the same command again.",
        source="github.com/aws/containers-roadmap issue 2614",
    ),
)

DENIED: Final = (
    Reason(
        id="denied-explicit",
        kind="permission",
        words=(
            r"explicit deny in an? (?:identity-based|resource-based|session|VPC endpoint) policy",
        ),
        what="A policy explicitly denies {who} {action}, which stopped {resource}.",
        why="A deny is stronger than every allow.",
        next="Find the statement with Effect Deny in the kind of policy that AWS's words name, "
        "and exempt this. Adding a permission does not help.",
        source=_IAM,
    ),
    Reason(
        id="denied-session",
        kind="permission",
        words=(r"because no (?:session|VPC endpoint) policy allows",),
        what="A policy of the session or of the network does not allow {action}, which stopped "
        "{resource}.",
        why="A session policy limits a sign-in session, a VPC endpoint policy what passes through "
        "an endpoint. A permission of the user or the role does not widen them.",
        next="Sign in without the session policy, or from another network. Or have the policy "
        "that AWS's words name allow the action. Then " + RUN_AGAIN,
        source=_IAM,
    ),
    Reason(
        id="denied",
        kind="permission",
        words=(
            r"not authorized\b",
            r"\baccess ?denied",
            r"\bUnauthorized(?:Operation|Exception|Access)",
            r"AuthorizationError",
            r"do(?:es)?(?: not|n't) have (?:the )?(?:required |sufficient )?permissions?\b",
            r"insufficient (?:permissions?|privileges)",
            r"lacks? (?:the )?permissions?\b",
        ),
        what="A permission is missing: {who} may not perform {action}, which stopped {resource}.",
        why="No policy of these credentials allows it.",
        next="AWS's words name the missing permission. Add it, then run the same command again.",
        source=_IAM,
    ),
)
