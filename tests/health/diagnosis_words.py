"""Words of AWS, of PostgreSQL and of mosquitto as people met them, with where they stand.

Account numbers and names are replaced; nothing else is.
"""

from tests.findings.refusals import REFUSALS
from tests.health.function_words import FUNCTIONS
from tests.health.log_words import PRINTED
from tests.health.met import Met

_DENIED = (
    "User: arn:aws:sts::123456789012:assumed-role/solarrally-sun-cloudformation/AWSCloudFormation "
    "is not authorized to perform: iam:CreateRole on resource: arn:aws:iam::123456789012:role/x "
)
_IAM = "IAM user guide, Troubleshoot access denied error messages"
_SECRETS = (
    "ResourceInitializationError: unable to pull secrets or registry auth: execution resource "
    "retrieval failed: unable to retrieve secret from asm: service call has been retried "
)
_ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:solarrally-sun-iot-Bridge-AbCdEf"
_EVENT = "CREATE_FAILED"

MET = (
    Met(
        "quota-addresses",
        "stack-event",
        "The maximum number of addresses has been reached. "
        "(Service: AmazonEC2; Status Code: 400; Error Code: AddressLimitExceeded; Request ID: "
        "479414a4)",
        "github.com/aws/aws-parallelcluster issue 1734",
        _EVENT,
    ),
    Met(
        "quota-vpcs",
        "stack-event",
        "The maximum number of VPCs has been reached. (Service: Ec2, Status Code: 400)",
        "github.com/virt-s1/rhel-edge issue 3947",
        _EVENT,
    ),
    Met(
        "quota-vcpu",
        "service-event",
        "(service web) was unable to place a task. Reason: You've "
        "reached the limit on the number of vCPUs you can run concurrently.",
        "ECS developer guide, API failure reasons",
    ),
    Met(
        "quota-vcpu",
        "service-event",
        "(service api-Service-Bir1Z3K0mQoZ) was unable to place a "
        "task. Reason: You've reached the limit on the number of tasks you can run concurrently.",
        "github.com/aws/copilot-cli issue 3064",
    ),
    Met(
        "no-capacity-tasks",
        "service-event",
        "(service web) was unable to place a task. Reason: "
        "Capacity is unavailable at this time. Please try again later or in a different "
        "availability zone",
        "github.com/sil-org/ecs-deploy issue 277",
    ),
    Met(
        "no-capacity",
        "stack-event",
        "Cannot create a db.t2.micro database instance because there "
        "are no availability zones with sufficient capacity for non-VPC and storage type : gp2 for "
        "db.t2.micro. Please try the request again at a later time.",
        "github.com/Fraudmarc/fraudmarc-ce issue 50",
        _EVENT,
    ),
    Met(
        "denied",
        "stack-event",
        _DENIED + "because no identity-based policy allows the iam:CreateRole action",
        "aws-samples/well-architected-iac-analyzer issue 108",
        _EVENT,
    ),
    Met(
        "denied-boundary",
        "stack-event",
        _DENIED + "because no permissions boundary allows the iam:CreateRole action",
        _IAM,
        _EVENT,
    ),
    Met(
        "denied-scp",
        "stack-event",
        _DENIED + "with an explicit deny in a service control policy",
        _IAM,
        _EVENT,
    ),
    Met(
        "denied",
        "stack-event",
        "API: s3:PutBucketPolicy Access Denied",
        "github.com/service-cloud-voice/examples-from-doc issue 51",
        _EVENT,
    ),
    Met(
        "denied",
        "refused",
        _DENIED + "with an explicit deny",
        "github.com/kubernetes-sigs/cluster-api-provider-aws issue 2117",
        "AccessDenied",
    ),
    Met(
        "name-taken",
        "stack-event",
        'Resource handler returned message: "Resource of type '
        "'AWS::Logs::LogGroup' with identifier '{\"/properties/LogGroupName\":\"/aws/x\"}' already "
        'exists." (RequestToken: 258db5a1, HandlerErrorCode: AlreadyExists)',
        "aws-solutions/amazon-marketing-cloud-uploader-from-aws issue 167",
        _EVENT,
    ),
    Met(
        "not-stable",
        "stack-event",
        'Resource handler returned message: "Error occurred during '
        "operation 'ECS Deployment Circuit Breaker was triggered'.\" (RequestToken: 3363df6b, "
        "HandlerErrorCode: GeneralServiceException)",
        "github.com/aws/copilot-cli issue 2874",
        _EVENT,
    ),
    Met(
        "no-way-out",
        "task",
        _SECRETS + f"5 time(s): failed to fetch secret {_ARN} from secrets "
        "manager: RequestCanceled: request context canceled caused by: context deadline exceeded. "
        "Please check your task network configuration.",
        "Releem/releem-agent issue 195",
        "TaskFailedToStart",
    ),
    Met(
        "no-way-out",
        "task",
        "CannotPullContainerError: pull image manifest has been retried 5 "
        "time(s): failed to resolve ref docker.io/x/backend:2.110.5: failed to do request: Head "
        '"https://registry-1.docker.io/v2/x/manifests/2": dial tcp 34.205.13.154:443: i/o '
        "timeout",
        "ActionIQ/terraform-aws-retool-ecs-fargate issue 20",
        "TaskFailedToStart",
    ),
    Met(
        "secret-denied",
        "task",
        _SECRETS + f"1 time(s): failed to fetch secret {_ARN} from "
        "secrets manager: AccessDeniedException: Access to KMS is not allowed status code: 400",
        "GiamPy5/terraform-aws-directus issue 10",
        "TaskFailedToStart",
    ),
    Met(
        "secret-missing",
        "task",
        _SECRETS + f"1 time(s): failed to fetch secret {_ARN} from "
        "secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified "
        "secret.",
        "ECS developer guide, ResourceInitializationError task errors",
        "TaskFailedToStart",
    ),
    Met(
        "wrong-processor",
        "task",
        "CannotPullContainerError: failed to find a descriptor for platform {linux/amd64}",
        "github.com/aws/containers-roadmap issue 1120",
        "TaskFailedToStart",
    ),
    Met(
        "wrong-processor",
        "log",
        "exec /usr/local/bin/uvicorn: exec format error",
        "ECS developer guide, CannotPullContainer task errors",
        "stopped",
    ),
    Met(
        "image-not-pulled",
        "task",
        "CannotPullContainerError: pull image manifest has been "
        "retried 1 time(s): failed to resolve ref 123456789012.dkr.ecr.eu-central-1.amazonaws.com/"
        "x@sha256:00: not found",
        "ECS developer guide, CannotPullContainer task errors",
        "TaskFailedToStart",
    ),
    Met(
        "out-of-memory",
        "container",
        "backend: exit code 137. OutOfMemoryError: Container killed due to memory usage",
        "github.com/aws/amazon-ecs-agent issue 1187",
        "137",
    ),
    Met(
        "container-exit",
        "container",
        "backend: exit code 139.",
        "github.com/aws/amazon-ecs-agent issue 625",
        "139",
    ),
    Met(
        "health-check",
        "service-event",
        "(service web) (port 8000) is unhealthy in (target-group "
        "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/solar-Targe-A/b) due "
        "to (reason Health checks failed).",
        "github.com/aws/copilot-cli issue 2526",
    ),
    Met(
        "health-check",
        "target",
        "Target.FailedHealthChecks Health checks failed",
        "Elastic Load Balancing, health check reason codes",
        "unhealthy",
    ),
    Met(
        "health-check",
        "task",
        "Task failed container health checks",
        "ECS developer guide, stopped task errors",
        "EssentialContainerExited",
    ),
    Met(
        "container-check",
        "health-check",
        "CMD-SHELL curl -f http://localhost:8000/health (every 30 s)",
        "ECS developer guide, Determine task health",
    ),
    Met(
        "database-password",
        "log",
        "asyncpg.exceptions.InvalidPasswordError: password "
        'authentication failed for user "solarrally"',
        "Ballsdex-Team/BallsDex-DiscordBot issue 96",
        "stopped",
    ),
    Met(
        "database-unreachable",
        "log",
        "ConnectionRefusedError: [Errno 111] Connect call failed "
        "('10.42.4.7', 5432): Connection refused",
        "asyncio, create_connection",
        "stopped",
    ),
    Met(
        "bridge-refused",
        "log",
        "Connection Refused: not authorised",
        "mosquitto, refused client id",
        "running",
    ),
    Met(
        "database-untrusted",
        "log",
        "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: "
        "unable to get local issuer certificate (_ssl.c:1006)",
        "SolarRally as pinned, against a database with another authority",
        "stopped",
    ),
    Met(
        "database-unreachable",
        "log",
        "socket.gaierror: [Errno -3] Temporary failure in name resolution",
        "SolarRally as pinned, without the name of its database",
        "stopped",
    ),
    Met(
        "bridge-untrusted",
        "log",
        "2026-11-29T06:13:14: OpenSSL Error[0]: error:0A000086:SSL routines::certificate verify "
        "failed",
        "mosquitto 2.0.22, endpoint of another authority",
        "running",
    ),
    Met(
        "bridge-unreachable",
        "log",
        "2026-11-29T06:12:58: Error creating bridge: Temporary failure in name resolution.",
        "mosquitto 2.0.22, endpoint that does not exist",
        "running",
    ),
    Met(
        "bridge-closed",
        "log",
        "2026-11-29T06:14:04: Client local.solarrally-small-bridge-x closed its connection.",
        "mosquitto 2.0.22, certificate that is not active, or client id that is not allowed",
        "running",
    ),
    Met(
        "code-broken",
        "log",
        "ImportError: cannot import name 'JWTAuthentication' from 'fastapi_users.authentication'",
        "SolarRally as pinned",
        "stopped",
    ),
    Met(
        "database-full",
        "database",
        "DBInstanceStatus: storage-full, 20 GiB",
        "RDS user guide, Viewing Amazon RDS DB instance status",
        "storage-full",
    ),
    Met(
        "database-stopped",
        "database",
        "DBInstanceStatus: stopped, 20 GiB",
        "RDS user guide, Viewing Amazon RDS DB instance status",
        "stopped",
    ),
    Met(
        "database-failed",
        "database",
        "DBInstanceStatus: inaccessible-encryption-credentials, 20 GiB",
        "RDS user guide, Viewing Amazon RDS DB instance status",
        "inaccessible-encryption-credentials",
    ),
    Met(
        "database-reboot",
        "database",
        "ParameterApplyStatus: pending-reboot",
        "RDS user guide, Working with parameter groups",
        "pending-reboot",
    ),
    Met(
        "deleted",
        "database",
        "DBInstance solarrally-sun-data-database not found.",
        "RDS API reference, DBInstanceNotFound",
        "deleted",
    ),
    Met(
        "certificate-caa",
        "certificate",
        "Status: FAILED. A CAA record of the domain forbids Amazon to issue certificates.",
        "ACM API reference, FailureReason",
        "FAILED",
    ),
    Met(
        "certificate-failed",
        "certificate",
        "Status: VALIDATION_TIMED_OUT. The record was not seen for 72 hours.",
        "ACM API reference, Status",
        "VALIDATION_TIMED_OUT",
    ),
    Met(
        "certificate-pending",
        "certificate",
        "Status: PENDING_VALIDATION.",
        "ACM API reference, Status",
        "PENDING_VALIDATION",
    ),
    Met(
        "distribution-off",
        "distribution",
        "Status: Deployed, Enabled: false",
        "CloudFront API reference, DistributionConfig",
        "Disabled",
    ),
    Met(
        "build-failed",
        "build",
        "BUILD: Error while executing command: pip install. Reason: exit status 1",
        "CodeBuild user guide, phase contexts",
        "FAILED",
    ),
    Met(
        "build-not-started",
        "build",
        "The project has no build.",
        "CodeBuild API reference, ListBuildsForProject",
        "NEVER",
    ),
    Met(
        "rollback-stuck",
        "stack-stuck",
        "UPDATE_ROLLBACK_FAILED: The following resource(s) failed to update: [Service].",
        "CloudFormation user guide, Continue rolling back an update",
        "UPDATE_ROLLBACK_FAILED",
    ),
    Met(
        "delete-stuck",
        "stack-stuck",
        "DELETE_FAILED: The following resource(s) failed to delete: [AuditBucket].",
        "CloudFormation user guide, Delete stack fails",
        "DELETE_FAILED",
    ),
    Met(
        "creation-failed",
        "stack-stuck",
        "ROLLBACK_COMPLETE",
        "CloudFormation user guide, Stack status codes",
        "ROLLBACK_COMPLETE",
    ),
    Met(
        "change-undone",
        "stack-undone",
        "UPDATE_ROLLBACK_COMPLETE",
        "CloudFormation user guide, Stack status codes",
        "UPDATE_ROLLBACK_COMPLETE",
    ),
    Met(
        "status-unknown",
        "stack-undone",
        "SUSPENDED",
        "invented: a status that AWS may add",
        "SUSPENDED",
    ),
    Met(
        "stack-deleted",
        "stack-deleted",
        "DELETE_COMPLETE",
        "CloudFormation API reference, ListStacks",
        "DELETE_COMPLETE",
    ),
    Met(
        "unfinished",
        "stack-missing",
        "Stack with id solarrally-sun-edge does not exist",
        "CloudFormation API reference, DescribeStacks",
        "missing",
    ),
    Met(
        "bridge-refused",
        "iot",
        '{"status":"Failure","eventType":"Connect","protocol":"MQTT",'
        '"clientId":"solarrally-sun-bridge-1","reason":"AUTHORIZATION_FAILURE"}',
        "AWS IoT developer guide, CloudWatch log entries",
        "Failure",
    ),
    Met(
        "bridge-inactive",
        "check:bridge",
        "The bridge's certificate is INACTIVE. Telemetry cannot arrive.",
        "AWS IoT API reference, CertificateStatus",
        "fail",
    ),
    *(
        Met(rule, "check:hub", words, "health check", "fail")
        for rule, words in (
            ("hub-down", "The hub does not run. No telemetry arrives. ECS reports: (service hub)."),
            ("hub-down", "The hub does not run: it is scaled to zero tasks."),
            ("deleted-by-hand", "The hub does not run: its ECS service was deleted."),
            ("hub-unreached", "The hub runs, and no task reaches it. No telemetry arrives."),
            ("hub-unlinked", "The hub runs, and none of its 4 links to AWS IoT is up."),
        )
    ),
    Met(
        "hub-links",
        "check:hub",
        "The hub runs with 3 of 4 links to AWS IoT. Messages take those that are up.",
        "health check",
        "warn",
    ),
    Met(
        "telemetry-rejected",
        "check:telemetry",
        "The application rejects messages. wall-1, 6 in a minute: voltage_v: Field required.",
        "health check",
        "fail",
    ),
    *(
        Met(rule, "check:telemetry", f"3 chargers are connected. Messages stop {where}.", "check")
        for rule, where in (
            ("telemetry-unpublished", "between the chargers and AWS IoT"),
            ("telemetry-unpublished", "between the chargers and the bridge"),
            ("telemetry-bridge", "between AWS IoT and the bridge"),
            ("telemetry-hub", "between AWS IoT and the hub"),
            ("telemetry-from-hub", "between the hub and the bridge"),
            ("telemetry-backend", "between the bridge and the backend"),
            ("telemetry-page", "between the backend and the page"),
        )
    ),
    Met(
        "charger-clock",
        "check:telemetry",
        "The newest message says that it is from 3600 s ago. Either messages are late, or the "
        "charger's clock is wrong.",
        "health check",
        "warn",
    ),
    Met(
        "chargers-silent",
        "check:telemetry",
        "1 charger is connected and silent: wall-1.",
        "health check",
        "warn",
    ),
    Met(
        "chargers-offline",
        "check:telemetry",
        "2 chargers are registered, none is connected to AWS IoT. No telemetry arrives.",
        "health check",
        "warn",
    ),
    Met(
        "alerts-unsubscribed",
        "check:alerts",
        "Nobody is subscribed to the alerts.",
        "github.com/aws-cloudformation/cloudformation-coverage-roadmap issue 2548",
        "fail",
    ),
    Met(
        "alerts-unconfirmed",
        "check:alerts",
        "ops@example.com has not confirmed the subscription.",
        "SNS API reference, PendingConfirmation",
        "warn",
    ),
    Met(
        "name-not-pointed",
        "check:address",
        "charging.example.net points nowhere yet. Where its "
        "DNS is, set: name charging.example.net, type CNAME, value d111111abcdef8.cloudfront.net.",
        "health check of the site's own name",
        "warn",
    ),
    Met(
        "run-interrupted",
        "check:run",
        "It stopped without ending: deploy by ada on vm, since 2026-11-30 19:03 UTC. Last sign of "
        "life: 4 min ago. Deploy again: it continues.",
        "the note of a deployment that was killed",
        "warn",
    ),
    Met(
        "run-interrupted",
        "check:run",
        "The last change did not end well, 2026-11-30 09:54 UTC: Somebody left it before it had "
        "ended. AWS finishes what it has begun.",
        "the note that a deployment leaves",
        "warn",
    ),
    Met(
        "change-failed",
        "check:run",
        "It stopped without ending: rotate by ada on vm, since 2026-11-30 19:03 UTC. Last sign of "
        "life: 4 min ago. Run the same command again: it continues.",
        "the note of a rotation that was killed",
        "warn",
    ),
    Met(
        "change-failed",
        "check:run",
        "The last change did not end well, 2026-11-30 09:54 UTC: The build "
        "solarrally-sunny-garage-image failed in PRE_BUILD.",
        "the note that a deployment leaves",
        "warn",
    ),
    Met(
        "deleted-by-hand",
        "check:service",
        "The ECS service was deleted.",
        "ECS API reference, Service status",
        "fail",
    ),
    Met(
        "not-empty",
        "stack-event",
        'Resource handler returned message: "The bucket you tried '
        "to delete is not empty. You must delete all versions in the bucket. (Service: S3, Status "
        'Code: 409)" (HandlerErrorCode: GeneralServiceException)',
        "S3 API reference, DeleteBucket: BucketNotEmpty",
        "DELETE_FAILED",
    ),
    Met(
        "quota",
        "stack-event",
        "Cannot exceed quota for PoliciesPerRole: 10 (Service: Iam, Status Code: 409)",
        "IAM API reference, LimitExceeded",
        _EVENT,
    ),
    Met(
        "quota-databases",
        "stack-event",
        "You can't have more than 40 DB instances. (Service: Rds, Status Code: 400)",
        "RDS API reference, InstanceQuotaExceeded",
        _EVENT,
    ),
    Met(
        "role-too-new",
        "stack-event",
        "Unable to assume the service linked role. Please verify "
        "that the ECS service linked role exists.",
        "github.com/aws/containers-roadmap issue 2614",
        _EVENT,
    ),
    Met(
        "role-unusable",
        "stack-event",
        "Role arn:aws:iam::123456789012:role/x is invalid or cannot be assumed",
        "CloudFormation user guide, service role",
        _EVENT,
    ),
    Met(
        "alarm",
        "alarm",
        "Threshold Crossed: 1 out of the last 1 datapoints [1.0 (02/01/26 "
        "11:55:00)] was greater than or equal to the threshold (1.0).",
        "CloudWatch API reference, StateReason",
        "ALARM",
    ),
    Met(
        "iot-failure",
        "iot",
        '{"status":"Failure","eventType":"RuleExecution","ruleName":'
        '"solarrally_sun_iot_FaultRule"}',
        "AWS IoT developer guide, CloudWatch log entries",
        "Failure",
    ),
    Met(
        "database-event",
        "database-event",
        "Multi-AZ instance failover started.",
        "RDS user guide, Amazon RDS event categories, RDS-EVENT-0013",
    ),
    Met(
        "distribution-busy",
        "distribution",
        "Status: InProgress, Enabled: true",
        "CloudFront API reference, Distribution",
        "InProgress",
    ),
    Met(
        "still-working",
        "stack-busy",
        "UPDATE_IN_PROGRESS",
        "CloudFormation API reference, StackStatus",
        "UPDATE_IN_PROGRESS",
    ),
    Met(
        "bridge-missing",
        "check:bridge",
        "No certificate carries the bridge's policy. Telemetry cannot arrive.",
        "health check",
        "fail",
    ),
    Met(
        "mqtt-down",
        "check:application",
        "The application runs, but has no connection to its MQTT broker.",
        "health check",
        "fail",
    ),
    Met(
        "no-viewer-password",
        "check:strangers",
        "https://x/ lets nobody in: the password is not set up yet.",
        "health check",
        "warn",
    ),
    Met(
        "scaled-to-zero",
        "check:service",
        "The ECS service is scaled to zero tasks.",
        "health check",
        "fail",
    ),
    Met(
        "chargers",
        "check:chargers",
        "2 chargers, 0 connected now. 1 without an active certificate.",
        "health check",
        "warn",
    ),
    Met("watching", "check:trail", "The audit trail was stopped.", "health check", "fail"),
    Met("check-failed", "check:page", "https://x/ returns status 503.", "health check", "fail"),
    Met(
        "resource-failed",
        "stack-event",
        "Properties validation failed for resource Vpc",
        "CloudFormation user guide, Troubleshooting",
        _EVENT,
    ),
    *PRINTED,
    *FUNCTIONS,
    *(Met(r.cause, "stack-event", r.words, r.source, _EVENT) for r in REFUSALS),
)
