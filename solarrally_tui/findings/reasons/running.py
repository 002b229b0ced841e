"""Failures of what runs, of images, and of deletions."""

from typing import Final

from solarrally_tui.findings.reasons.reason import RUN_AGAIN, Reason

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
        id="rollout-alarm",
        kind="not-stable",
        words=(r"deployment failed: alarm detected",),
        what="An alarm rang while the tasks of {resource} were replaced, so ECS returned to the "
        "tasks of before.",
        why="The backend of the new tasks answers with server errors.",
        next="Read the application's log group for the reason, then run another commit.",
        source="ECS developer guide, CloudWatch alarms detect deployment failures",
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
        id="certificate-refused",
        kind="certificate",
        words=(
            r"ADDITIONAL_VERIFICATION_REQUIRED|NO_AVAILABLE_CONTACTS|DOMAIN_NOT_ALLOWED",
            r"INVALID_PUBLIC_DOMAIN|DOMAIN_VALIDATION_DENIED",
        ),
        what="AWS did not issue the certificate for this domain name.",
        why="Amazon checks names before it issues a certificate, and holds back those that are on "
        "lists of unsafe or well-known names.",
        next="For ADDITIONAL_VERIFICATION_REQUIRED, open a case with AWS Support. For the others "
        "choose another domain.name. Then " + RUN_AGAIN,
        source="ACM user guide, Certificate request fails",
    ),
    Reason(
        id="certificate-not-usable",
        kind="certificate",
        words=(r"SSL certificate (?:doesn't|does not) exist, isn't in us-east-1",),
        what="CloudFront cannot use the certificate of the site.",
        why="It was deleted, has expired or is not in us-east-1.",
        next=f"Look in Certificate Manager in us-east-1. Then {RUN_AGAIN} It requests a new one "
        "where there is none.",
        source="CloudFront API reference, InvalidViewerCertificate",
    ),
    Reason(
        id="log-group-missing",
        kind="log-group",
        words=(
            r"specified log group does not exist",
            r"failed to validate logger args.{0,200}ResourceNotFound",
        ),
        what="The log group of {resource} does not exist, so its task could not start.",
        why="Somebody has deleted it. A task writes its log from its first second on.",
        next="Create the log group of that name again: aws logs create-log-group "
        "--log-group-name NAME. ECS then starts the task automatically.",
        source="ECS developer guide, ResourceInitializationError",
    ),
    Reason(
        id="termination-protection",
        kind="not-deletable",
        words=(r"TerminationProtection is enabled",),
        what="{stack} is protected from deletion.",
        why="Somebody has switched on its termination protection, which the site never does.",
        next="In the CloudFormation console, open the stack and choose Stack actions, Edit "
        "termination protection, Deactivated. Then run destroy again.",
        source="CloudFormation user guide, protecting a stack from being deleted",
    ),
    Reason(
        id="cloudfront-in-use",
        kind="not-deletable",
        words=(
            r"attached to one or more cache behaviors",
            r"in use by (?:a|one or more) distributions?",
            r"distribution\b.{0,60}has not been disabled",
            r"Certificate \S+ .{0,60}is in use",
            r"WAFAssociatedItem\w*",
            r"associated with another resource",
        ),
        what="{resource} cannot be deleted: CloudFront, or something outside the site, still uses "
        "it.",
        why="CloudFront needs up to half an hour to let go of what a distribution used.",
        next="Run destroy again in half an hour. If AWS refuses it again, find what uses it in the "
        "CloudFront or EC2 console, and change or delete that.",
        source="CloudFront API reference, FunctionInUse, OriginAccessControlInUse, "
        "CannotDeleteEntityWhileInUse; ACM API reference, ResourceInUseException",
    ),
    Reason(
        id="database-in-use",
        kind="not-deletable",
        words=(
            r"database instance\b.{0,60}is still using it",
            r"database instances are still members of this parameter group",
        ),
        what="{resource} cannot be deleted: a database still uses it.",
        why="destroy deletes the databases with the site's tag. This one has no such tag, or was "
        "restored by hand.",
        next="In the RDS console, find the database that uses the group, and delete or move it. "
        "Then run destroy again.",
        source="RDS API reference, InvalidDBSubnetGroupStateFault, InvalidDBParameterGroupState",
    ),
    Reason(
        id="not-empty",
        kind="not-deletable",
        words=(
            r"is not empty",
            r"still contains images",
            r"contains recovery points",
            r"contains non-required resource record sets",
            r"while Services are active",
        ),
        what="{resource} cannot be deleted: it is not empty.",
        why="Something was put into it after destroy had emptied it, or it holds what is not the "
        "site's.",
        next="Run destroy again: it empties what is the site's. Delete the rest in the AWS "
        "console.",
        source="S3, ECR, AWS Backup, Route 53 and ECS API references: BucketNotEmpty, "
        "RepositoryNotEmptyException, InvalidRequestException, HostedZoneNotEmpty, "
        "ClusterContainsServicesException",
    ),
    Reason(
        id="attached",
        kind="not-deletable",
        words=(
            r"Cannot delete entity, must (?:detach|remove|delete)",
            r"still attached to a principal",
            r"in use by a listener or a rule",
        ),
        what="{resource} cannot be deleted: something is still attached to it.",
        why="Somebody has attached it by hand: no stack of the site has it.",
        next="Detach what AWS's words name in the AWS console, then run destroy again.",
        source="IAM API reference, DeleteConflict; IoT API reference, DeleteConflictException; "
        "Elastic Load Balancing API reference, ResourceInUse",
    ),
    Reason(
        id="network-in-use",
        kind="not-deletable",
        words=(
            r"DependencyViolation",
            (
                r"\b(?:vpc|subnet|route ?table|security ?group|sg|gateway|interface)\b.{0,120}"
                r"(?:has dependencies|has a dependent object"
                r"|(?:is|are) (?:still |currently )?in use)"
            ),
            r"has some mapped public address",
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
            r"has a dependent object",
            r"deletion protection",
            r"cannot be deleted",
            r"cannot delete",
            r"being used by another resource",
        ),
        what="{resource} cannot be deleted while something still uses or protects it.",
        why="AWS protects what is in use.",
        next="Remove what AWS's words name, then run destroy again. It continues where it stopped.",
        source="CloudFormation user guide, troubleshooting: delete stack fails",
    ),
)
