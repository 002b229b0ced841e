"""A small site created with plain boto3, for the runtime of the simulated account to serve."""

import contextlib
import json
import ssl
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from solarrally_tui.simulator.child import Account
from tests.clients import client, owner, reached

CONF = """\
listener 1883 127.0.0.1
allow_anonymous true
log_timestamp_format %Y-%m-%dT%H:%M:%S
connection aws-iot
address {address}
bridge_cafile @MQTT_DIR@/ca.pem
bridge_certfile @MQTT_DIR@/cert.pem
bridge_keyfile @MQTT_DIR@/key.pem
bridge_insecure false
bridge_protocol_version mqttv311
remote_clientid {site}-bridge-@CLIENT_ID@
cleansession true
notifications true
notifications_local_only true
restart_timeout 2 30
topic evse/+/telemetry in 0 "" solarrally/{site}/
"""
TELEMETRY = {
    "timestamp": "2026-11-22T10:00:00Z",
    "session_id": "s-1",
    "voltage_v": 230.0,
    "current_a": 16.0,
    "power_w": 3680.0,
    "session_energy_kwh_solar": 1.5,
    "session_energy_kwh_grid": 0.5,
    "session_total_energy_kwh": 2.0,
    "energy_source": "solar",
    "temperature_c": 31.5,
    "status": "charging",
    "firmware": "dropped by the application",
}


def eventually(check: Callable[[], Any], limit: float = 90.0) -> Any:
    """Call until the answer is true; fail with the last answer."""
    end = time.monotonic() + limit
    while True:
        answer = check()
        if answer:
            return answer
        assert time.monotonic() < end, f"not within {limit} s: {answer!r}"
        time.sleep(0.1)


@dataclass
class SmallSite:
    """One site in one Region of the account."""

    account: Account
    region: str = "us-east-1"
    name: str = field(default_factory=lambda: f"t{uuid.uuid4().hex[:8]}")
    topics: str = ""
    """The site's name in topics and client ids; stays when a test takes another `name`."""

    def __post_init__(self) -> None:
        self.topics = self.name

    def aws(self, service: str) -> Any:
        return client(owner(self.account), service, self.region)

    # --- IoT -----------------------------------------------------------------------------------
    def certificate(self, document: dict[str, Any], name: str) -> dict[str, Any]:
        iot = self.aws("iot")
        certificate: dict[str, Any] = iot.create_keys_and_certificate(setAsActive=True)
        iot.create_policy(policyName=f"{self.name}-{name}", policyDocument=json.dumps(document))
        iot.attach_policy(policyName=f"{self.name}-{name}", target=certificate["certificateArn"])
        return certificate

    def bridge_certificate(self) -> dict[str, Any]:
        topic = f"solarrally/{self.topics}/evse"
        return self.certificate(
            _policy(
                self.region,
                ("iot:Connect", f"client/{self.topics}-bridge-*"),
                ("iot:Subscribe", f"topicfilter/{topic}/+/telemetry"),
                ("iot:Receive", f"topic/{topic}/*/telemetry"),
            ),
            "bridge",
        )

    @contextlib.contextmanager
    def charger(self, name: str) -> Iterator[mqtt.Client]:
        """A connected charger with its own certificate."""
        certificate = self.certificate(
            _policy(
                self.region,
                ("iot:Connect", f"client/{name}"),
                ("iot:Publish", f"topic/solarrally/{self.name}/evse/{name}/telemetry"),
            ),
            name,
        )
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name)
        client.tls_set_context(self._tls(certificate))
        client.connect("localhost", self.account.mqtt_port)
        client.loop_start()
        eventually(client.is_connected)
        try:
            yield client
        finally:
            client.disconnect()
            client.loop_stop()

    def publish(self, client: mqtt.Client, name: str, **changes: Any) -> None:
        payload = json.dumps(TELEMETRY | changes)
        topic = f"solarrally/{self.name}/evse/{name}/telemetry"
        client.publish(topic, payload, qos=1).wait_for_publish(60)

    def _tls(self, certificate: dict[str, Any]) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=str(self.account.edge_ca_file))
        with tempfile.TemporaryDirectory() as folder:
            chain = Path(folder) / "chain.pem"
            chain.write_text(certificate["certificatePem"] + certificate["keyPair"]["PrivateKey"])
            context.load_cert_chain(chain)
        return context

    # --- what a task needs ---------------------------------------------------------------------
    def bridge_secret(self, certificate: dict[str, Any]) -> str:
        value = {
            "certificatePem": certificate["certificatePem"],
            "privateKey": certificate["keyPair"]["PrivateKey"],
            "rootCaPem": self.account.edge_ca_file.read_text(),
            "certificateId": certificate["certificateId"],
        }
        secrets = self.aws("secretsmanager")
        arn: str = secrets.create_secret(
            Name=f"{self.name}-bridge", SecretString=json.dumps(value)
        )["ARN"]
        return arn

    def image(self) -> str:
        ecr = self.aws("ecr")
        repository = ecr.create_repository(repositoryName=self.name)["repository"]
        pushed = ecr.put_image(
            repositoryName=self.name, imageManifest=json.dumps({"site": self.name}), imageTag="one"
        )
        return f"{repository['repositoryUri']}@{pushed['image']['imageId']['imageDigest']}"

    def database(self, password: str = "right-password") -> tuple[str, str]:
        """An instance of its own address, through CloudFormation: (host, stack name)."""
        template = {
            "Resources": {
                "Db": {
                    "Type": "AWS::RDS::DBInstance",
                    "Properties": {
                        "DBInstanceIdentifier": self.name,
                        "DBInstanceClass": "db.t4g.micro",
                        "Engine": "postgres",
                        "AllocatedStorage": "20",
                        "MasterUsername": "solarrally",
                        "MasterUserPassword": password,
                    },
                }
            },
            "Outputs": {"Host": {"Value": {"Fn::GetAtt": ["Db", "Endpoint.Address"]}}},
        }
        name = f"{self.name}-data"
        stacks = self.aws("cloudformation")
        stacks.create_stack(StackName=name, TemplateBody=json.dumps(template))
        stack = eventually(lambda: _complete(stacks.describe_stacks(StackName=name)["Stacks"][0]))
        return stack["Outputs"][0]["OutputValue"], name

    def task_definition(
        self, image: str, secret: str, host: str = "", link_wait: str = "", **plain: str
    ) -> str:
        conf = CONF.format(address=f"localhost:{self.account.mqtt_port}", site=self.topics)
        keys = {
            "IOT_CERTIFICATE": "certificatePem",
            "IOT_PRIVATE_KEY": "privateKey",
            "IOT_ROOT_CA": "rootCaPem",
        }
        environment = {"PGHOST": host, "PGUSER": "solarrally"} if host else {}
        containers = [
            {
                "name": "init",
                "image": image,
                "essential": False,
                "environment": _environment({"MOSQUITTO_CONF": conf} | plain),
                "secrets": [
                    {"name": n, "valueFrom": f"{secret}:{key}::"} for n, key in keys.items()
                ],
            },
            {
                "name": "broker",
                "image": image,
                "essential": True,
                "dependsOn": [{"containerName": "init", "condition": "SUCCESS"}],
                "healthCheck": {"command": ["CMD-SHELL", "true"]},
                "environment": _environment({"LINK_WAIT_SECONDS": link_wait} if link_wait else {}),
            },
            {
                "name": "backend",
                "image": image,
                "essential": True,
                "dependsOn": [{"containerName": "broker", "condition": "HEALTHY"}],
                "portMappings": [{"containerPort": 8000}],
                "environment": _environment(environment | {"PGPASSWORD": "right-password"}),
                "logConfiguration": {
                    "logDriver": "awslogs",
                    "options": {
                        "awslogs-group": f"/{self.name}",
                        "awslogs-region": self.region,
                        "awslogs-stream-prefix": "task",
                        "awslogs-create-group": "true",
                    },
                },
            },
        ]
        registered = self.aws("ecs").register_task_definition(
            family=self.name, networkMode="awsvpc", containerDefinitions=containers
        )
        arn: str = registered["taskDefinition"]["taskDefinitionArn"]
        return arn

    # --- service, load balancer, distribution ----------------------------------------------------
    def load_balancer(self) -> tuple[str, str]:
        """An internal load balancer whose one rule forwards: (its ARN, the target group's)."""
        elb = self.aws("elbv2")
        balancer = elb.create_load_balancer(Name=self.name, Scheme="internal")["LoadBalancers"][0]
        group = elb.create_target_group(
            Name=self.name, Protocol="HTTP", Port=8000, TargetType="ip", HealthCheckPath="/health"
        )["TargetGroups"][0]["TargetGroupArn"]
        listener = elb.create_listener(
            LoadBalancerArn=balancer["LoadBalancerArn"],
            Protocol="HTTP",
            Port=80,
            DefaultActions=[
                {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "403"}}
            ],
        )["Listeners"][0]["ListenerArn"]
        elb.create_rule(
            ListenerArn=listener,
            Priority=1,
            Conditions=[{"Field": "path-pattern", "Values": ["*"]}],
            Actions=[{"Type": "forward", "TargetGroupArn": group}],
        )
        return balancer["LoadBalancerArn"], group

    def service(self, definition: str, group: str = "", desired: int = 1) -> None:
        ecs = self.aws("ecs")
        ecs.create_cluster(clusterName=self.name)
        balancers = [{"targetGroupArn": group, "containerName": "backend", "containerPort": 8000}]
        ecs.create_service(
            cluster=self.name,
            serviceName=self.name,
            taskDefinition=definition,
            desiredCount=desired,
            loadBalancers=balancers if group else [],
            deploymentConfiguration={
                "maximumPercent": 200,
                "minimumHealthyPercent": 100,
                "deploymentCircuitBreaker": {"enable": True, "rollback": True},
            },
        )

    def described(self) -> dict[str, Any]:
        services = self.aws("ecs").describe_services(cluster=self.name, services=[self.name])
        found: dict[str, Any] = services["services"][0]
        return found

    def tasks(self, status: str = "RUNNING") -> list[dict[str, Any]]:
        ecs = self.aws("ecs")
        arns = ecs.list_tasks(cluster=self.name, desiredStatus=status)["taskArns"]
        found = ecs.describe_tasks(cluster=self.name, tasks=arns)["tasks"] if arns else []
        return [task for task in found if task["lastStatus"] == status]

    def health(self, group: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.aws("elbv2").describe_target_health(
            TargetGroupArn=group
        )["TargetHealthDescriptions"]
        return found

    def bucket(self) -> str:
        self.aws("s3").create_bucket(Bucket=self.name)
        return self.name

    def allow(self, distribution_arn: str) -> None:
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "cloudfront.amazonaws.com"},
            "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::{self.name}/*",
            "Condition": {"StringEquals": {"AWS:SourceArn": distribution_arn}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.aws("s3").put_bucket_policy(Bucket=self.name, Policy=policy)

    def distribution(self, balancer: str) -> dict[str, Any]:
        front = self.aws("cloudfront")
        origin = front.create_vpc_origin(
            VpcOriginEndpointConfig={
                "Name": self.name,
                "Arn": balancer,
                "HTTPPort": 80,
                "HTTPSPort": 443,
                "OriginProtocolPolicy": "http-only",
            }
        )["VpcOrigin"]["Id"]
        config = _distribution(self.name, self.region, origin)
        found: dict[str, Any] = front.create_distribution(DistributionConfig=config)["Distribution"]
        return found

    def public_distribution(self, group: str, secret: str) -> dict[str, Any]:
        """A load balancer that forwards only with a header, and a distribution that sends it."""
        elb, name = self.aws("elbv2"), f"{self.name}-p"
        balancer = elb.create_load_balancer(Name=name)["LoadBalancers"][0]
        refuse = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "403"}}
        listener = elb.create_listener(
            LoadBalancerArn=balancer["LoadBalancerArn"],
            Protocol="HTTPS",
            Port=443,
            Certificates=[{"CertificateArn": self.issued(f"{self.name}.example.com")}],
            DefaultActions=[refuse],
        )["Listeners"][0]["ListenerArn"]
        header = {"HttpHeaderName": "X-Origin", "Values": [secret]}
        elb.create_rule(
            ListenerArn=listener,
            Priority=1,
            Conditions=[{"Field": "http-header", "HttpHeaderConfig": header}],
            Actions=[{"Type": "forward", "TargetGroupArn": group}],
        )
        config = _distribution(self.name, self.region, "none") | {"CallerReference": name}
        config["Aliases"] = {"Quantity": 1, "Items": [f"{self.name}.example.com"]}
        config["Origins"]["Items"][1] = {
            "Id": "app",
            "DomainName": balancer["DNSName"],
            "CustomHeaders": {
                "Quantity": 1,
                "Items": [{"HeaderName": "X-Origin", "HeaderValue": "the-secret"}],
            },
            "CustomOriginConfig": {
                "HTTPPort": 80,
                "HTTPSPort": 443,
                "OriginProtocolPolicy": "https-only",
            },
        }
        front = self.aws("cloudfront")
        found: dict[str, Any] = front.create_distribution(DistributionConfig=config)["Distribution"]
        return found

    def issued(self, domain: str) -> str:
        """A certificate whose record somebody has set with another DNS provider."""
        acm = self.aws("acm")
        arn: str = acm.request_certificate(DomainName=domain, ValidationMethod="DNS")[
            "CertificateArn"
        ]

        def described() -> Any:
            return acm.describe_certificate(CertificateArn=arn)["Certificate"]

        record = described()["DomainValidationOptions"][0]["ResourceRecord"]
        body = json.dumps({"name": record["Name"], "value": record["Value"]}).encode()
        url = f"{self.account.endpoint_url}/_solarrally/dns"
        with urllib.request.urlopen(urllib.request.Request(url, body, method="POST")):
            eventually(lambda: described()["Status"] == "ISSUED")
        return arn

    def address(self, distribution_id: str) -> str:
        front = self.aws("cloudfront")

        def domain() -> str:
            found = front.get_distribution(Id=distribution_id)["Distribution"]
            place = reached(self.account, found["DomainName"])
            return place if place != found["DomainName"] else ""

        return str(eventually(domain))


def _distribution(site: str, region: str, vpc_origin: str) -> dict[str, Any]:
    live = {
        "TargetOriginId": "app",
        "ViewerProtocolPolicy": "redirect-to-https",
        "AllowedMethods": {"Quantity": 3, "Items": ["GET", "HEAD", "OPTIONS"]},
        "CachePolicyId": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
    }
    patterns = ["/api/*", "/ws/*", "/health"]
    return {
        "CallerReference": site,
        "Comment": site,
        "Enabled": True,
        "DefaultRootObject": "index.html",
        "Origins": {
            "Quantity": 2,
            "Items": [
                {
                    "Id": "web",
                    "DomainName": f"{site}.s3.{region}.amazonaws.com",
                    "S3OriginConfig": {"OriginAccessIdentity": ""},
                },
                {
                    "Id": "app",
                    "DomainName": "internal.example",
                    "VpcOriginConfig": {"VpcOriginId": vpc_origin},
                },
            ],
        },
        "DefaultCacheBehavior": {
            "TargetOriginId": "web",
            "ViewerProtocolPolicy": "redirect-to-https",
            "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
            "ResponseHeadersPolicyId": "67f7725c-6f97-4210-82d7-5512b31e9d03",
        },
        "CacheBehaviors": {
            "Quantity": len(patterns),
            "Items": [live | {"PathPattern": pattern} for pattern in patterns],
        },
    }


def _policy(region: str, *grants: tuple[str, str]) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": action,
                "Resource": f"arn:aws:iot:{region}:123456789012:{resource}",
            }
            for action, resource in grants
        ],
    }


def _environment(values: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in values.items()]


def _complete(stack: dict[str, Any]) -> dict[str, Any] | None:
    assert "FAILED" not in stack["StackStatus"], stack
    assert "ROLLBACK" not in stack["StackStatus"], stack
    return stack if stack["StackStatus"] == "CREATE_COMPLETE" else None
