"""Sentences of AWS and of registries as people met them: what each means, and its source.

Account numbers and names are replaced; nothing else is.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Refusal:
    """One sentence, and the reason that must match it."""

    kind: str
    cause: str
    words: str
    source: str


_SCP = "with an explicit deny in a service control policy"
_ROLE = "arn:aws:sts::123456789012:assumed-role/solarrally-sun-cloudformation/AWSCloudFormation"
_SLR = "service-linked-role"
_RATE = "registry-rate-limit"
_NEW = "account-not-verified"
_OFF = "account-not-active"
_PAYER = "organisation-payer"
_POLICY = "organisation-policy"
_HOOK = "organisation-hook"
_ACCOUNT_WIDE = "exists-account-wide"
_HANDLER = 'Resource handler returned message: "'

REFUSALS = (
    # The account itself.
    Refusal(
        _NEW,
        "account-not-verified",
        f"{_HANDLER}Access denied for operation 'AWS::CloudFront::Distribution: Your account must "
        "be verified before you can add new CloudFront resources. To verify your account, please "
        "contact AWS Support.'\" (HandlerErrorCode: AccessDenied)",
        "github.com/aws-samples/aws-cdk-examples issue 279",
    ),
    Refusal(
        _NEW,
        "account-not-verified",
        "An error occurred (PendingVerification) when calling the RunInstances operation: Your "
        "request for accessing resources in this region is being validated, and you will not be "
        "able to launch additional resources in this region until the validation is complete.",
        "github.com/skyplane-project/skyplane issue 799",
    ),
    Refusal(
        _NEW,
        "account-not-verified",
        "Your account is currently being verified. Verification normally takes less than 2 hours. "
        "Until your account is verified, you may not be able to launch additional instances.",
        "EC2 API reference, error codes: PendingVerification",
    ),
    Refusal(
        _NEW,
        "account-not-verified",
        "OperationNotPermitted: This AWS account currently does not support creating load "
        "balancers. For more information, please contact AWS Support.",
        "Elastic Load Balancing, CreateLoadBalancer; met by many public repositories",
    ),
    Refusal(
        _NEW,
        "no-builds",
        "Error calling startBuild: Cannot have more than 0 builds in queue for the account "
        "(Service: AWSCodeBuild; Status Code: 400; Error Code: AccountLimitExceededException)",
        "github.com/awslabs/aws-secure-environment-accelerator issue 982",
    ),
    Refusal(
        _NEW,
        "no-builds",
        "Cannot have more than 0 active builds for the account",
        "github.com/data-dot-all/dataall issue 100",
    ),
    Refusal(
        _NEW,
        "zero-quota",
        "You have requested more vCPU capacity than your current vCPU limit of 0 allows for the "
        "instance bucket that the specified instance type belongs to.",
        "EC2 API reference, error codes: VcpuLimitExceeded",
    ),
    Refusal(
        _NEW,
        "zero-quota",
        "You have requested more instances (1) than your current instance limit of 0 allows for "
        "the specified instance type.",
        "EC2 API reference, error codes: InstanceLimitExceeded",
    ),
    Refusal(
        _NEW,
        "zero-quota",
        "Error: you have reached your limit of 0 certificates in the last year.",
        "ACM API reference, LimitExceededException",
    ),
    Refusal(
        _OFF,
        "account-not-active",
        "The AWS Access Key Id needs a subscription for the service",
        "github.com/serverless/serverless issue 1415",
    ),
    Refusal(
        _OFF,
        "account-not-active",
        "OptInRequired: You are not subscribed to this service. Please go to "
        "http://aws.amazon.com to subscribe.",
        "EC2 API reference, error codes: OptInRequired",
    ),
    Refusal(
        _OFF,
        "account-not-active",
        "Your account is not signed up for the S3 service. You must sign up before you can use S3.",
        "S3 API reference, error codes: NotSignedUp",
    ),
    Refusal(
        _OFF,
        "account-not-active",
        "There is a problem with your AWS account that prevents the action from completing "
        "successfully. Contact AWS Support for further assistance.",
        "S3 API reference, error codes: AccountProblem",
    ),
    Refusal(
        "account-blocked",
        "account-blocked",
        "api error Blocked: This account is currently blocked and not recognized as a valid "
        "account. Please contact aws-verification@amazon.com if you have questions.",
        "github.com/openshift/hive, rules for installation logs",
    ),
    Refusal(
        "account-blocked",
        "account-blocked",
        "(service web) was unable to place a task because your account is currently blocked.",
        "ECS service events; met by public repositories",
    ),
    Refusal(
        "account-blocked",
        "account-blocked",
        "An error occurred (AllAccessDisabled) when calling the PutObject operation: All access to "
        "this object has been disabled",
        "S3 API reference, error codes: AllAccessDisabled",
    ),
    Refusal(
        "free-plan",
        "free-plan",
        "FreeTierRestrictionError: The specified backup retention period exceeds the maximum "
        "available to free tier customers.",
        "github.com/yc-software/qm issue 352",
    ),
    Refusal(
        "free-plan",
        "free-plan",
        "FreeTierRestrictionError: This instance size isn't available with free plan accounts.",
        "github.com/yc-software/qm issue 352",
    ),
    Refusal(
        "free-plan",
        "free-plan",
        "You have reached the maximum number of instances available with free plan accounts.",
        "RDS, CreateDBInstance; met by public repositories",
    ),
    Refusal(
        "free-plan",
        "free-plan",
        "The specified instance type is not eligible for Free Tier. For a list of Free Tier "
        "instance types, run 'describe-instance-types' with the filter 'free-tier-eligible=true'.",
        "EC2, RunInstances with a Free plan account",
    ),
    Refusal(
        _PAYER,
        "organization-payer",
        "Account 123456789012 is a linked account. To enable budgets for your account, ask the "
        "payer account to enable budgets first. (Error Code: AccessDeniedException)",
        "AWS Budgets, CreateBudget",
    ),
    Refusal(
        _PAYER,
        "organization-payer",
        "AccessDeniedException: Failed to list Cost Allocation Tags: Linked account doesn't have "
        "access to cost allocation tags.",
        "github.com/hashicorp/terraform-provider-aws issue 37636",
    ),
    Refusal(
        _PAYER,
        "cost-explorer-closed",
        "An error occurred (AccessDeniedException) when calling the GetCostAndUsage operation: "
        "User not enabled for cost explorer access",
        "github.com/aws-samples/aws-cost-explorer-report issue 15",
    ),
    Refusal(
        _PAYER,
        "organization-payer",
        "Your account is a part of consolidated billing. For you to be able to use Cost Explorer, "
        "your Payer account needs to enable Cost Explorer.",
        "github.com/numfocus/infrastructure issue 1",
    ),
    Refusal(
        _PAYER,
        "organization-payer",
        "Access Denied Cost allocation tags are managed at the payer account level.",
        "github.com/numfocus/infrastructure issue 1",
    ),
    Refusal(
        "region-off",
        "region-off",
        "STS is not activated in this region for account:123456789012. Your account administrator "
        "can activate STS in this region using the IAM Console.",
        "STS API reference, RegionDisabledException",
    ),
    Refusal(
        "region-off",
        "region-off",
        "The region eu-south-1 is not enabled for this account.",
        "Account management guide, AWS Regions",
    ),
    Refusal(
        _OFF,
        "account-not-active",
        "Your service sign-up is almost complete! Your services may take up to 24 hours to fully "
        "activate.",
        "AWS re:Post, activate a new account",
    ),
    # Rules of an organization.
    Refusal(
        _POLICY,
        "denied-scp",
        f"User: {_ROLE} is not authorized to perform: rds:CreateDBInstance on resource: "
        f"arn:aws:rds:eu-west-2:123456789012:db:x {_SCP}: arn:aws:organizations::123456789012:"
        "policy/o-b2fpbzyd95/service_control_policy/p-v4qqk7we",
        "github.com/ministryofjustice/aws-root-account pull request 1494",
    ),
    Refusal(
        _POLICY,
        "denied-scp",
        f"User: {_ROLE} is not authorized to perform: codecommit:ListRepositories because no "
        "service control policy allows the codecommit:ListRepositories action",
        "IAM user guide, Troubleshoot access denied error messages",
    ),
    Refusal(
        _POLICY,
        "denied-rcp",
        f"User: {_ROLE} is not authorized to perform: secretsmanager:GetSecretValue on resource: "
        "arn:aws:secretsmanager:us-east-1:123456789012:secret:* with an explicit deny in a "
        "resource control policy",
        "IAM user guide, Troubleshoot access denied error messages",
    ),
    Refusal(
        _POLICY,
        "tag-policy",
        "The tag policy does not allow the specified value for the following tag key: 'Owner'.",
        "Organizations user guide, Tag policies: error messages",
    ),
    Refusal(
        _POLICY,
        "denied-declarative",
        "This functionality has been disabled by a Declarative Policy. Contact your administrator.",
        "Organizations user guide, Declarative policies",
    ),
    Refusal(
        _HOOK,
        "organization-hook",
        "The following hook(s) failed: [ControlTower::Guard::Hook]",
        "github.com/aws/copilot-cli issue 5874",
    ),
    Refusal(
        _HOOK,
        "organization-hook",
        "Hook failed with message: ValidationError [CT.S3.PR.2]: Require an Amazon S3 bucket to "
        "have server access logging configured [FIX]: Set a 'LoggingConfiguration' on it",
        "github.com/aws/copilot-cli issue 5874",
    ),
    Refusal(
        _HOOK,
        "organization-hook",
        "Hook failed with message: Template failed validation, the following rule(s) failed: "
        "AWS_S3_Bucket_AccessControl. Full output was written to s3://logs/report/1.json",
        "github.com/aws/aws-cdk-cli pull request 1198",
    ),
    Refusal(
        "early-validation",
        "early-validation",
        "The following hook(s)/validation failed: [AWS::EarlyValidation::ResourceExistenceCheck]. "
        "To troubleshoot Early Validation errors, use the DescribeEvents API for detailed failure "
        "information.",
        "github.com/aws-cloudformation/rain pull request 744",
    ),
    Refusal(
        "early-validation",
        "early-validation",
        "AWS::EarlyValidation::PropertyValidation failed",
        "CloudFormation user guide, Validate stack deployments",
    ),
    # Permissions, roles, keys.
    Refusal(
        "permissions-boundary",
        "denied-boundary",
        f"User: {_ROLE} is not authorized to perform: iam:CreateRole on resource: "
        "arn:aws:iam::123456789012:role/x because no permissions boundary allows the "
        "iam:CreateRole action",
        "IAM user guide, Troubleshoot access denied error messages",
    ),
    Refusal(
        "permissions-boundary",
        "denied-boundary",
        f"User: {_ROLE} is not authorized to perform: sns:Subscribe on resource: "
        "arn:aws:sns:us-east-1:123456789012:x with an explicit deny in a permissions boundary",
        "IAM user guide, Troubleshoot access denied error messages",
    ),
    Refusal(
        "permission",
        "denied-explicit",
        f"User: {_ROLE} is not authorized to perform: logs:CreateLogGroup on resource: "
        "arn:aws:logs:us-east-1:123456789012:log-group:x with an explicit deny in an "
        "identity-based policy",
        "IAM user guide, Troubleshoot access denied error messages",
    ),
    Refusal(
        "permission",
        "denied",
        "You are not authorized to perform this operation. Encoded authorization failure message: "
        "4x0",
        "EC2 API reference, error codes: UnauthorizedOperation",
    ),
    Refusal(
        "kms-key",
        "kms-key",
        "The ciphertext refers to a customer master key that does not exist, does not exist in "
        "this region, or you are not allowed to access.",
        "Secrets Manager user guide, troubleshooting; KMS, AccessDeniedException",
    ),
    Refusal(
        "kms-key",
        "kms-key",
        f"{_HANDLER}The specified KMS key does not exist or is not allowed to be used with Arn "
        "'arn:aws:logs:us-east-1:123456789012:log-group:x' (Service: CloudWatchLogs, Status Code: "
        "400)",
        "github.com/aws/aws-cdk issue 28304",
    ),
    Refusal(
        "kms-key",
        "kms-key",
        "InvalidParameterException: The specified KMS Key Id could not be found. "
        "'/aws/eks/eks-test/cluster'",
        "github.com/hashicorp/terraform issue 24194",
    ),
    Refusal(
        "kms-key",
        "kms-key",
        "KMSInvalidStateException: arn:aws:kms:us-east-1:123456789012:key/1 is pending deletion.",
        "KMS developer guide, Key states",
    ),
    Refusal(
        "kms-key",
        "kms-key",
        "AccessDeniedException: Access to KMS is not allowed",
        "github.com/GiamPy5/terraform-aws-directus issue 10",
    ),
    Refusal(
        _SLR,
        "role-too-new",
        "Unable to assume the service linked role. Please verify that the ECS service linked role "
        "exists. (Service: AmazonECS; Status Code: 400; Error Code: InvalidParameterException)",
        "github.com/nathanpeck/aws-cloudformation-fargate issue 3",
    ),
    Refusal(
        _SLR,
        "service-linked-role-denied",
        "Unable to create the resource. Verify that you have permission to create service linked "
        "role. Otherwise wait and try again later.",
        "RDS, CreateDBInstance; CloudFormation user guide",
    ),
    Refusal(
        _SLR,
        "service-linked-role-denied",
        "AccessDeniedException: Caller does not have permissions to create a Service Linked Role",
        "github.com/amplify-education/serverless-domain-manager issue 112",
    ),
    Refusal(
        "service-role",
        "role-unusable",
        "Role arn:aws:iam::123456789012:role/x is invalid or cannot be assumed",
        "CloudFormation user guide, service role",
    ),
    # What passes.
    Refusal(
        _RATE,
        "registry-rate-limit",
        "#4 ERROR: failed to copy: httpReadSeeker: failed open: unexpected status code "
        "https://registry-1.docker.io/v2/x/manifests/sha256:86e3: 429 Too Many Requests - Server "
        "message: toomanyrequests: You have reached your pull rate limit.",
        "github.com/apptension/saas-boilerplate issue 204",
    ),
    Refusal(
        _RATE,
        "registry-rate-limit",
        "invalid from flag value public.ecr.aws/datadog/lambda-extension:35: toomanyrequests: Rate "
        "exceeded",
        "github.com/DataDog/datadog-lambda-extension issue 123",
    ),
    Refusal(
        _RATE,
        "registry-rate-limit",
        "CannotPullContainerError: inspect image has been retried 5 time(s): httpReadSeeker: "
        "failed open: unexpected status code https://registry-1.docker.io/v2/x: 429 Too Many "
        "Requests",
        "ECS developer guide, CannotPullContainer task errors",
    ),
    Refusal(
        _RATE,
        "registry-rate-limit",
        "toomanyrequests: Data limit exceeded",
        "ECR Public user guide, service quotas",
    ),
    Refusal(
        "package-missing",
        "package-missing",
        "3.319 ERROR: No matching distribution found for django-filter==23.2",
        "github.com/DeepMicroscopy/Exact issue 106",
    ),
    Refusal(
        "try-again",
        "package-not-sent",
        "pip._vendor.urllib3.exceptions.ReadTimeoutError: "
        "HTTPSConnectionPool(host='files.pythonhosted.org', port=443): Read timed out.",
        "github.com/TIBHannover/tibava issue 1",
    ),
    Refusal(
        "try-again",
        "throttled",
        "Request limit exceeded. (Service: AmazonEC2; Status Code: 503; Error Code: "
        "RequestLimitExceeded; Request ID: 7fd6cf20)",
        "github.com/cloudfoundry/bosh-aws-cpi-release issue 61",
    ),
    Refusal(
        "try-again",
        "throttled",
        "Rate exceeded (Service: AmazonCloudFormation; Status Code: 400; Error Code: Throttling)",
        "github.com/aws/aws-parallelcluster issue 329",
    ),
    Refusal(
        "try-again",
        "try-again",
        "OperationAborted: A conflicting conditional operation is currently in progress against "
        "this resource. Please try again.",
        "github.com/sourcegraph/checkup issue 2",
    ),
    Refusal(
        "try-again",
        "try-again",
        "Internal Failure",
        "CloudFormation CLI user guide, handler error codes",
    ),
    Refusal(
        "try-again",
        "try-again",
        "We encountered an internal error. Please try again. (Service: S3, Status Code: 500)",
        "S3 API reference, error codes: InternalError",
    ),
    Refusal(
        "try-again",
        "try-again",
        f'{_HANDLER}null" (HandlerErrorCode: ServiceTimeout)',
        "CloudFormation CLI user guide, handler error codes",
    ),
    Refusal(
        "try-again",
        "try-again",
        "ConcurrentModificationException: The request was rejected because multiple requests to "
        "change this object were submitted simultaneously.",
        "IAM API reference, ConcurrentModification",
    ),
    Refusal(
        "try-again",
        "storage-optimizing",
        "You can't currently modify the storage of this DB instance because the previous storage "
        "change is being optimized.",
        "RDS user guide, Modifying settings for storage",
    ),
    Refusal(
        "try-again",
        "index-not-ready",
        "An error occurred (IndexNotReadyException) when calling the SearchIndex operation: Index "
        "AWS_Things is not ready to be queried.",
        "AWS IoT API reference, SearchIndex, errors",
    ),
    Refusal(
        "try-again",
        "not-stabilized",
        f'{_HANDLER}Exceeded attempts to wait" (HandlerErrorCode: NotStabilized)',
        "CloudFormation CLI user guide, handler error codes",
    ),
    # Names.
    Refusal(
        "name-in-use",
        "cname-in-use",
        "One or more aliases specified for the distribution includes an incorrectly configured DNS "
        "record that points to another CloudFront distribution.",
        "github.com/aws-amplify/amplify-hosting issue 620",
    ),
    Refusal(
        "name-in-use",
        "name-taken",
        "A load balancer with the same name 'x' exists, but with different settings",
        "Elastic Load Balancing, CreateLoadBalancer: DuplicateLoadBalancerName",
    ),
    Refusal(
        _ACCOUNT_WIDE,
        "exists-account-wide",
        f"{_HANDLER}Resource of type 'AWS::IAM::OIDCProvider' with identifier "
        "'arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com' already "
        'exists." (HandlerErrorCode: AlreadyExists)',
        "IAM API reference, CreateOpenIDConnectProvider",
    ),
    Refusal(
        "dns-record-exists",
        "dns-record-exists",
        "[Tried to create resource record set [name='charging.example.com.', type='A'] but it "
        "already exists]",
        "github.com/aws/aws-cdk issue 7244",
    ),
    Refusal(
        "dns-record-exists",
        "dns-record-exists",
        "InvalidChangeBatch: [RRSet of type A with DNS name www.dev.example.com. is not permitted "
        "because a conflicting RRSet of type CNAME with the same DNS name already exists in zone "
        "dev.example.com.]",
        "github.com/RJPearson94/terraform-aws-open-next issue 24",
    ),
    Refusal(
        "dns-record-exists",
        "dns-record-exists",
        "[RRSet of type CNAME with DNS name aws.example.com. is not permitted as it conflicts with "
        "other records with the same DNS name in zone example.com.]",
        "github.com/ansible-collections/amazon.aws issue 2694",
    ),
    Refusal(
        "name-in-use",
        "cname-in-use",
        "One or more of the CNAMEs you provided are already associated with a different resource. "
        "(Service: CloudFront, Status Code: 409)",
        "CloudFront developer guide, CNAMEAlreadyExists",
    ),
    Refusal(
        "name-in-use",
        "cname-in-use",
        "The domain name you provided already has a DNS record that points to another CloudFront "
        "distribution: d111111abcdef8.cloudfront.net.",
        "CloudFront developer guide, alternate domain names",
    ),
    Refusal(
        "name-in-use",
        "bucket-name-taken",
        "The requested bucket name is not available. The bucket namespace is shared by all users "
        "of the system. Please select a different name and try again.",
        "S3 API reference, BucketAlreadyExists",
    ),
    Refusal(
        "name-in-use",
        "name-taken",
        f"{_HANDLER}Resource of type 'AWS::Logs::LogGroup' with identifier "
        '\'{"/properties/LogGroupName":"/aws/x"}\' already exists." (HandlerErrorCode: '
        "AlreadyExists)",
        "github.com/aws-solutions/amazon-marketing-cloud-uploader-from-aws issue 167",
    ),
    Refusal(
        "name-in-use",
        "name-taken",
        "solarrally-sun already exists in stack arn:aws:cloudformation:us-east-1:123456789012:"
        "stack/other/1",
        "CloudFormation user guide, troubleshooting",
    ),
    Refusal(
        "name-in-deletion",
        "name-in-deletion",
        "You can't create this secret because a secret with this name is already scheduled for "
        "deletion.",
        "Secrets Manager, CreateSecret: InvalidRequestException",
    ),
    Refusal(
        "name-in-deletion",
        "name-in-deletion",
        "Stack:arn:aws:cloudformation:us-east-1:123456789012:stack/x/1 is in DELETE_IN_PROGRESS "
        "state and can not be updated.",
        "github.com/cfn-sphere/cfn-sphere issue 13",
    ),
    Refusal(
        "name-in-deletion",
        "name-in-deletion",
        "You must wait 60 seconds after deleting a queue before you can create another with the "
        "same name.",
        "SQS API reference, QueueDeletedRecently",
    ),
    Refusal(
        "name-in-deletion",
        "name-in-deletion",
        "Unable to Start a service that is still Draining.",
        "ECS, CreateService: InvalidParameterException",
    ),
    Refusal(
        _ACCOUNT_WIDE,
        "exists-account-wide",
        f'{_HANDLER}null" (HandlerErrorCode: AlreadyExists)',
        "github.com/aws-cloudformation/cloudformation-coverage-roadmap issue 2515",
    ),
    Refusal(
        _ACCOUNT_WIDE,
        "exists-account-wide",
        "ValidationException: Limit exceeded on dimensional spend monitor creation",
        "github.com/aws-cloudformation/cloudformation-coverage-roadmap issue 2515",
    ),
    Refusal(
        _ACCOUNT_WIDE,
        "exists-account-wide",
        "The request is rejected because a detector already exists for the current account.",
        "github.com/nozaq/terraform-aws-secure-baseline issue 35",
    ),
    Refusal(
        _ACCOUNT_WIDE,
        "exists-account-wide",
        "EntityAlreadyExists: Provider with url https://token.actions.githubusercontent.com "
        "already exists.",
        "IAM API reference, CreateOpenIDConnectProvider",
    ),
    Refusal(
        _ACCOUNT_WIDE,
        "exists-account-wide",
        "Service role name AWSServiceRoleForECS has been taken in this account, please try a "
        "different suffix.",
        "IAM API reference, CreateServiceLinkedRole: InvalidInput",
    ),
    # Zones, classes, versions, capacity.
    Refusal(
        "zone-or-class",
        "zone-or-class",
        "RDS does not support creating a DB instance with the following combination: "
        "DBInstanceClass=db.t4g.micro, Engine=postgres, EngineVersion=17.6",
        "RDS, CreateDBInstance: InvalidParameterCombination",
    ),
    Refusal(
        "zone-or-class",
        "zone-or-class",
        "The following Availability Zones us-west-1a cannot be associated with a load balancer. "
        "Please try a different Availability Zone.",
        "github.com/widdix/mastodon-on-aws issue 13",
    ),
    Refusal(
        "zone-or-class",
        "zone-or-class",
        "Value (ap-northeast-1b) for parameter availabilityZone is invalid. Subnets can currently "
        "only be created in the following availability zones: ap-northeast-1a, ap-northeast-1c.",
        "github.com/aws-samples/saas-reference-architecture-ecs issue 12",
    ),
    Refusal(
        "zone-or-class",
        "zone-or-class",
        "Your requested instance type (t2.micro) not supported in your requested Availability Zone "
        "(us-west-2d).",
        "github.com/terraform-aws-modules/terraform-aws-ec2-instance issue 68",
    ),
    Refusal(
        "zone-or-class",
        "zone-or-class",
        "The requested Availability Zone is currently constrained and we are no longer accepting "
        "new customer requests for this instance type.",
        "EC2 user guide, troubleshooting",
    ),
    Refusal(
        "zone-or-class",
        "zone-or-class",
        "DB Subnet Group doesn't meet availability zone coverage requirement. Please add subnets "
        "to cover at least 2 availability zones. Current coverage: 1",
        "RDS API reference, DBSubnetGroupDoesNotCoverEnoughAZs",
    ),
    Refusal(
        "zone-or-class",
        "zone-or-class",
        "Invalid DB Instance class: db.t2.micro",
        "RDS, CreateDBInstance: InvalidParameterValue",
    ),
    Refusal(
        "engine-version",
        "engine-version",
        "Cannot find version 17.2 for postgres (Service: Rds, Status Code: 400)",
        "github.com/widdix/mastodon-on-aws issue 44",
    ),
    Refusal(
        "engine-version",
        "engine-version",
        "Cannot upgrade postgres from 17.4 to 16.9",
        "RDS, ModifyDBInstance: InvalidParameterCombination",
    ),
    Refusal(
        "engine-version",
        "engine-version",
        "The Parameter Group x with DBParameterGroupFamily postgres9.5 cannot be used for this "
        "instance. Please use a Parameter Group with DBParameterGroupFamily postgres9.6",
        "github.com/remind101/stacker_blueprints issue 69",
    ),
    Refusal(
        "engine-version",
        "engine-version",
        "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version.",
        "RDS, ModifyDBInstance: InvalidParameterCombination",
    ),
    Refusal(
        "capacity",
        "no-capacity",
        "Cannot create a database instance because no subnets exist in availability zones with "
        "sufficient capacity for VPC and storage type : gp3 for db.t4g.micro. Please first create "
        "at least one new subnet; choose from these availability zones: us-east-1c, us-east-1d.",
        "github.com/hashicorp/terraform-provider-aws issue 20712",
    ),
    Refusal(
        "capacity",
        "no-capacity",
        "We currently do not have sufficient t4g.nano capacity in the Availability Zone you "
        "requested (eu-north-1a). Our system will be working on provisioning additional capacity. "
        "You can currently get t4g.nano capacity by not specifying an Availability Zone in your "
        "request or choosing eu-north-1b, eu-north-1c.",
        "github.com/commonwarexyz/monorepo issue 2859",
    ),
    Refusal(
        "capacity",
        "no-capacity",
        "InsufficientDBInstanceCapacity: The requested DB instance class is not available in the "
        "specified Availability Zone.",
        "RDS API reference, CreateDBInstance",
    ),
    Refusal(
        "capacity",
        "no-capacity-tasks",
        "(service web) was unable to place a task. Reason: Capacity is unavailable at this time. "
        "Please try again later or in a different availability zone",
        "github.com/sil-org/ecs-deploy issue 277",
    ),
    Refusal(
        "engine-version",
        "engine-version",
        "The engine version that you requested for your DB instance (17.2) is not currently "
        "supported.",
        "RDS, CreateDBInstance: InvalidParameterCombination",
    ),
    # Quotas.
    Refusal(
        "limit",
        "limit",
        "Invalid request provided: User: 123456789012 already has 5 trails in us-east-1. (Service: "
        "CloudTrail, Status Code: 400)",
        "CloudTrail API reference, MaximumNumberOfTrailsExceededException",
    ),
    Refusal(
        "limit",
        "limit",
        "Maximum policy size of 10240 bytes exceeded for role x",
        "IAM user guide, IAM and AWS STS quotas",
    ),
    Refusal(
        "quota",
        "quota-addresses",
        "The maximum number of addresses has been reached. (Error Code: AddressLimitExceeded)",
        "github.com/aws/aws-parallelcluster issue 1734",
    ),
    Refusal(
        "quota",
        "quota-vpcs",
        "The maximum number of VPCs has been reached. (Service: Ec2, Status Code: 400)",
        "github.com/virt-s1/rhel-edge issue 3947",
    ),
    Refusal(
        "quota",
        "quota-vcpu",
        "(service web) was unable to place a task. Reason: You've reached the limit on the number "
        "of vCPUs you can run concurrently.",
        "ECS developer guide, API failure reasons",
    ),
    Refusal(
        "quota",
        "quota-databases",
        "You can't have more than 40 DB instances. (Service: Rds, Status Code: 400)",
        "RDS API reference, InstanceQuotaExceeded",
    ),
    Refusal(
        "quota",
        "quota",
        "You have reached your limit of 20 secrets per account. LimitExceeded",
        "Secrets Manager API reference, LimitExceededException",
    ),
    Refusal(
        "quota",
        "quota",
        f"{_HANDLER}The maximum number of rules per security group has been reached.",
        "github.com/2i2c-org/infrastructure issue 5101",
    ),
    Refusal(
        "quota",
        "quota",
        "Cannot exceed quota for RolesPerAccount: 1000 (Service: Iam, Status Code: 409)",
        "IAM API reference, LimitExceeded",
    ),
    Refusal(
        "quota",
        "quota",
        "You have attempted to create more buckets than allowed",
        "S3 API reference, TooManyBuckets",
    ),
    Refusal(
        "quota",
        "quota",
        "The maximum number of internet gateways has been reached. (Error Code: "
        "InternetGatewayLimitExceeded)",
        "EC2 API reference, InternetGatewayLimitExceeded",
    ),
    # This computer.
    Refusal(
        "clock",
        "clock",
        "Signature expired: 20141106T010406Z is now earlier than 20141106T011252Z "
        "(20141106T011752Z - 5 min.)",
        "bosh.io, AWS CPI, Incorrect system time",
    ),
    Refusal(
        "clock",
        "clock",
        "An error occurred (RequestTimeTooSkewed) when calling the ListBuckets operation: The "
        "difference between the request time and the current time is too large.",
        "github.com/aws/aws-cli issue 6676",
    ),
    Refusal(
        "clock",
        "request-expired",
        "An error occurred (RequestExpired) when calling the DescribeInstances operation: Request "
        "has expired.",
        "EC2 API reference, error codes: RequestExpired",
    ),
    Refusal(
        "session-expired",
        "session-expired",
        "An error occurred (ExpiredToken) when calling the GetObject operation: The provided token "
        "has expired.",
        "S3 API reference, error codes: ExpiredToken",
    ),
    Refusal(
        "credentials",
        "credentials-refused",
        "The security token included in the request is invalid.",
        "github.com/aws/aws-sdk-ruby issue 2850",
    ),
    # What runs, and what cannot be deleted.
    Refusal(
        "waf-scope",
        "waf-scope",
        f"{_HANDLER}Error reason: The scope is not valid., field: SCOPE_VALUE, parameter: "
        "CLOUDFRONT (Service: Wafv2, Status Code: 400)",
        "github.com/aws-solutions/aws-waf-security-automations issue 300",
    ),
    Refusal(
        "not-deletable",
        "network-in-use",
        "The vpc 'vpc-0abc' has dependencies and cannot be deleted. (Service: AmazonEC2; Status "
        "Code: 400; Error Code: DependencyViolation)",
        "EC2 API reference, DependencyViolation",
    ),
    Refusal(
        "not-deletable",
        "not-deletable",
        "Cannot delete protected DB Instance, please disable deletion protection and try again.",
        "RDS, DeleteDBInstance: InvalidParameterCombination",
    ),
    Refusal(
        "not-deletable",
        "cloudfront-in-use",
        "AWS WAF couldn't perform the operation because your resource is being used by another "
        "resource or it's associated with another resource.",
        "WAF API reference, WAFAssociatedItemException",
    ),
    Refusal(
        "not-deletable",
        "termination-protection",
        "Stack [arn:aws:cloudformation:us-east-1:123456789012:stack/solarrally-sun-data/1] cannot "
        "be deleted while TerminationProtection is enabled",
        "CloudFormation user guide, protecting a stack from being deleted",
    ),
    Refusal(
        "not-deletable",
        "database-in-use",
        "Cannot delete the subnet group 'g' because at least one database instance: d is still "
        "using it. (Service: Rds, Status Code: 400)",
        "RDS API reference, InvalidDBSubnetGroupStateFault",
    ),
    Refusal(
        "not-deletable",
        "not-empty",
        "The repository with name 'r' in registry with id '123456789012' cannot be deleted because "
        "it still contains images (Service: Ecr, Status Code: 400)",
        "ECR API reference, RepositoryNotEmptyException",
    ),
    Refusal(
        "not-deletable",
        "attached",
        "Cannot delete entity, must detach all policies first. (Service: Iam, Status Code: 409)",
        "IAM API reference, DeleteConflict",
    ),
    Refusal(
        "not-stable",
        "rollout-alarm",
        "(service fraud-api-prod) (deployment ecs-svc/8028) deployment failed: alarm detected.",
        "an event of ECS, as an operator published it",
    ),
    Refusal(
        "not-stable",
        "not-stable",
        f"{_HANDLER}Error occurred during operation "
        "'ECS Deployment Circuit Breaker was triggered'.",
        "github.com/aws/copilot-cli issue 2874",
    ),
    Refusal(
        "permission",
        "denied-session",
        "User: arn:aws:sts::123456789012:assumed-role/x/y is not authorized to perform: "
        's3:CreateBucket on resource: "arn:aws:s3:::x" because no session policy allows the '
        "s3:CreateBucket action",
        "IAM user guide, Troubleshoot access denied error messages",
    ),
    Refusal(
        "permission",
        "denied-session",
        "is not authorized to perform: sts:AssumeRole because no VPC endpoint policy allows the "
        "sts:AssumeRole action",
        "IAM user guide, Troubleshoot access denied error messages",
    ),
    Refusal(
        "certificate",
        "certificate-refused",
        "The certificate request failed. Reason: ADDITIONAL_VERIFICATION_REQUIRED",
        "ACM user guide, Certificate request fails",
    ),
    Refusal(
        "certificate",
        "certificate-not-usable",
        "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or "
        "doesn't include a valid certificate chain. (Service: CloudFront, Status Code: 400)",
        "CloudFront API reference, InvalidViewerCertificate",
    ),
    Refusal(
        "log-group",
        "log-group-missing",
        "ResourceInitializationError: failed to validate logger args: create stream has been "
        "retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The "
        "specified log group does not exist.",
        "ECS developer guide, ResourceInitializationError",
    ),
    Refusal(
        "hosted-zone",
        "hosted-zone-missing",
        "No hosted zone found with ID: Z0123456789 (Service: Route53, Status Code: 404)",
        "Route 53 API reference, NoSuchHostedZone",
    ),
    Refusal(
        "quota",
        "quota",
        "Account 123456789012 has reached the maximum number of CodeBuild projects 5000",
        "CodeBuild user guide, Quotas",
    ),
    Refusal(
        "image",
        "image-not-pulled",
        "CannotPullContainerError: failed to resolve ref "
        "123456789012.dkr.ecr.eu-central-1.amazonaws.com/x@sha256:00: not found",
        "ECS developer guide, CannotPullContainer task errors",
    ),
)

UNKNOWN = (
    "Properties validation failed for resource Vpc with message: #: required key missing",
    "Template format error: Unresolved resource dependencies [Vpc] in the Resources block",
    "Value at 'name' failed to satisfy constraint: Member must have length less than 64",
    "Email address is not verified. The following identities failed the check: ops@example.com",
    "The parameter MasterUserPassword is not a valid password.",
    (
        "OptInRequired: In order to use this AWS Marketplace product you need to accept terms and "
        "subscribe. To do so please visit https://aws.amazon.com/marketplace/pp?sku=1"
    ),
    'sqlalchemy.exc.ProgrammingError: relation "users" already exists',
    "HTTP/1.1 500 Internal Server Error",
    "memory limit exceeded",
    "The specified backup retention period exceeds the maximum of 35 days.",
    "Resource creation cancelled",
    "The certificate is not yet valid",
    "Please correct the template and try again.",
    "User alice signed in",
    "",
)
"""Sentences that show no reason of the table: a wrong reason is worse than none."""
