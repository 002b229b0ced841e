"""Failures of what runs, of images, and of deletions."""

from typing import Final

from solarrally_tui.findings.reasons.reason import Reason

RUNNING: Final = (
    Reason(
        id="waf-scope",
        kind="waf-scope",
        words=(
            r"scope is not valid",
            r"\bSCOPE_VALUE\b",
            r"scope.{0,60}CLOUDFRONT.{0,160}(?:us-east-1|N\. Virginia)",
        ),
        what="AWS WAF does not take this web ACL in this Region.",
        why="A firewall of CloudFront can be created in us-east-1 only.",
        next="The site's global stack must be in us-east-1, where solarrally puts it. If you "
        'created the stack by hand, create it there. size.waf = "off" does without a firewall.',
        source="WAF API reference, CreateWebACL: Scope",
    ),
    Reason(
        id="image-not-pulled",
        kind="image",
        words=(r"CannotPull\w*", r"image.{0,40}not.?found", r"manifest unknown"),
        what="A container image cannot be pulled.",
        why="The registry does not have it, or the tasks do not reach the registry.",
        next="Run the same command to rebuild the image. Check the tasks' outbound access to ECR.",
        source="ECS developer guide, CannotPullContainer task errors",
    ),
    Reason(
        id="not-stable",
        kind="not-stable",
        words=(r"circuit breaker", r"failed to stabilize", r"did not stabilize"),
        what="The tasks of {resource} do not stay healthy, so AWS rolled the deployment back.",
        why="The application stops, or does not answer its health checks.",
        next="Read the application's log group for the reason, then run deploy again.",
        source="ECS developer guide, deployment circuit breaker",
    ),
    Reason(
        id="network-in-use",
        kind="not-deletable",
        words=(
            r"DependencyViolation",
            (
                r"\b(?:vpc|subnet|security ?group|sg|gateway|interface)\b.{0,120}"
                r"(?:has dependencies|has a dependent object|(?:is|are) (?:still )?in use)"
            ),
        ),
        what="{resource} cannot be deleted: something is still in the site's network.",
        why="AWS deletes a network only when it is empty. GuardDuty runtime monitoring puts a VPC "
        "endpoint and a security group into it, and CloudFront keeps its interfaces for a while.",
        next="In the VPC console, look under Endpoints, Network interfaces and Security groups for "
        "what does not belong to the site. Delete an endpoint of GuardDuty there. Then run destroy "
        "again. It continues where it stopped.",
        source="EC2 API reference, DependencyViolation; GuardDuty user guide, Runtime Monitoring "
        "with shared VPC endpoints",
    ),
    Reason(
        id="not-deletable",
        kind="not-deletable",
        words=(
            r"is not empty",
            r"has a dependent object",
            r"deletion protection",
            r"cannot be deleted",
            r"cannot delete",
            r"WAFAssociatedItem\w*",
            r"being used by another resource",
        ),
        what="{resource} cannot be deleted while something still uses or protects it.",
        why="AWS protects what is in use.",
        next="Remove what AWS's words name, then run destroy again. It continues where it stopped.",
        source="CloudFormation user guide, troubleshooting: delete stack fails",
    ),
)
