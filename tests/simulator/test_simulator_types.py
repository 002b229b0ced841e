"""Every added resource type: created by a stack, seen by boto3, gone with the stack."""

import json
from typing import Any

import pytest

from tests.simulator.simulator_setup import Bench

NETWORK: dict[str, Any] = {
    "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
    "Subnet": {
        "Type": "AWS::EC2::Subnet",
        "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.1.0/24"},
    },
    "Other": {
        "Type": "AWS::EC2::Subnet",
        "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.2.0/24"},
    },
    "Group": {
        "Type": "AWS::EC2::SecurityGroup",
        "Properties": {"VpcId": {"Ref": "Vpc"}, "GroupDescription": "x"},
    },
}
BALANCER = {
    "Type": "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "Properties": {
        "Scheme": "internal",
        "Subnets": [{"Ref": "Subnet"}, {"Ref": "Other"}],
        "SecurityGroups": [{"Ref": "Group"}],
    },
}


def made(bench: Bench, resources: dict[str, Any], **outputs: Any) -> dict[str, str]:
    given = {name: {"Value": value} for name, value in outputs.items()}
    assert bench.up("s", resources, Outputs=given) == ("CREATE_COMPLETE", [])
    return bench.outputs("s")


def att(name: str, attribute: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [name, attribute]}


def test_network_types(bench: Bench) -> None:
    rule = {"GroupId": {"Ref": "Group"}, "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
    role = "arn:aws:iam::123456789012:role/flow"
    outputs = made(
        bench,
        NETWORK
        | {
            "Address": {"Type": "AWS::EC2::EIP", "Properties": {"Domain": "vpc"}},
            "Nat": {
                "Type": "AWS::EC2::NatGateway",
                "Properties": {
                    "SubnetId": {"Ref": "Subnet"},
                    "AllocationId": att("Address", "AllocationId"),
                },
            },
            "In": {
                "Type": "AWS::EC2::SecurityGroupIngress",
                "Properties": rule | {"CidrIp": "10.0.0.0/8", "Description": "in"},
            },
            "Out": {
                "Type": "AWS::EC2::SecurityGroupEgress",
                "Properties": rule | {"CidrIp": "10.0.0.0/8"},
            },
            "Log": {
                "Type": "AWS::EC2::FlowLog",
                "Properties": {
                    "ResourceId": {"Ref": "Vpc"},
                    "ResourceType": "VPC",
                    "TrafficType": "REJECT",
                    "LogGroupName": "flow",
                    "DeliverLogsPermissionArn": role,
                },
            },
        },
        Address={"Ref": "Address"},
        Nat={"Ref": "Nat"},
        Group={"Ref": "Group"},
        Cidr=att("Vpc", "CidrBlock"),
        Of=att("Subnet", "VpcId"),
        Vpc={"Ref": "Vpc"},
    )
    ec2 = bench.client("ec2")
    assert outputs["Cidr"] == "10.0.0.0/16"
    assert outputs["Of"] == outputs["Vpc"]
    assert ec2.describe_addresses()["Addresses"][0]["PublicIp"] == outputs["Address"]
    assert ec2.describe_nat_gateways()["NatGateways"][0]["NatGatewayId"] == outputs["Nat"]
    [group] = ec2.describe_security_groups(GroupIds=[outputs["Group"]])["SecurityGroups"]
    assert [r["FromPort"] for r in group["IpPermissions"]] == [443]
    assert ec2.describe_flow_logs()["FlowLogs"]
    assert bench.down("s") == ("DELETE_COMPLETE", [])
    assert not ec2.describe_addresses()["Addresses"]
    assert not ec2.describe_flow_logs()["FlowLogs"]


def test_iot_types(bench: Bench) -> None:
    role = "arn:aws:iam::123456789012:role/iot"
    outputs = made(
        bench,
        {
            "Log": {
                "Type": "AWS::IoT::Logging",
                "Properties": {
                    "AccountId": bench.number,
                    "RoleArn": role,
                    "DefaultLogLevel": "WARN",
                },
            },
            "Alias": {"Type": "AWS::IoT::RoleAlias", "Properties": {"RoleArn": role}},
            "Bill": {"Type": "AWS::IoT::BillingGroup", "Properties": {"BillingGroupName": "b"}},
            "Group": {"Type": "AWS::IoT::ThingGroup", "Properties": {"ThingGroupName": "g"}},
        },
        Alias={"Ref": "Alias"},
        Bill=att("Bill", "Arn"),
        Group={"Ref": "Group"},
    )
    iot = bench.client("iot")
    assert outputs["Group"] == "g"
    assert iot.get_v2_logging_options()["defaultLogLevel"] == "WARN"
    description = iot.describe_role_alias(roleAlias=outputs["Alias"])["roleAliasDescription"]
    assert description["roleArn"] == role
    assert iot.describe_billing_group(billingGroupName="b")["billingGroupArn"] == outputs["Bill"]
    assert bench.down("s") == ("DELETE_COMPLETE", [])
    assert not iot.list_role_aliases()["roleAliases"]
    assert not iot.list_billing_groups()["billingGroups"]
    assert not iot.list_thing_groups()["thingGroups"]


def test_account_wide_types(bench: Bench) -> None:
    outputs = made(
        bench,
        {
            "Monitor": {
                "Type": "AWS::CE::AnomalyMonitor",
                "Properties": {
                    "MonitorName": "m",
                    "MonitorType": "DIMENSIONAL",
                    "MonitorDimension": "SERVICE",
                },
            },
            "Sub": {
                "Type": "AWS::CE::AnomalySubscription",
                "Properties": {
                    "SubscriptionName": "s",
                    "Frequency": "DAILY",
                    "MonitorArnList": [{"Ref": "Monitor"}],
                    "Subscribers": [{"Type": "EMAIL", "Address": "a@example.com"}],
                    "Threshold": 10,
                },
            },
            "Budget": {
                "Type": "AWS::Budgets::Budget",
                "Properties": {
                    "Budget": {
                        "BudgetType": "COST",
                        "TimeUnit": "MONTHLY",
                        "BudgetLimit": {"Amount": 5, "Unit": "USD"},
                    }
                },
            },
            "Provider": {
                "Type": "AWS::IAM::OIDCProvider",
                "Properties": {
                    "Url": "https://token.actions.githubusercontent.com",
                    "ClientIdList": ["sts.amazonaws.com"],
                },
            },
            "Check": {
                "Type": "AWS::Route53::HealthCheck",
                "Properties": {
                    "HealthCheckConfig": {
                        "Type": "HTTPS",
                        "FullyQualifiedDomainName": "example.com",
                    }
                },
            },
        },
        Budget={"Ref": "Budget"},
        Check=att("Check", "HealthCheckId"),
        Provider={"Ref": "Provider"},
    )
    ce = bench.client("ce")
    assert len(ce.get_anomaly_monitors()["AnomalyMonitors"]) == 1
    [subscription] = ce.get_anomaly_subscriptions()["AnomalySubscriptions"]
    assert subscription["Subscribers"][0]["Address"] == "a@example.com"
    [budget] = bench.client("budgets").describe_budgets(AccountId=bench.number)["Budgets"]
    assert budget["BudgetName"] == outputs["Budget"]
    status = bench.client("route53").get_health_check_status(HealthCheckId=outputs["Check"])
    assert status["HealthCheckObservations"][0]["StatusReport"]["Status"].startswith("Success")
    assert bench.down("s") == ("DELETE_COMPLETE", [])
    assert not ce.get_anomaly_monitors()["AnomalyMonitors"]
    assert not bench.client("iam").list_open_id_connect_providers()["OpenIDConnectProviderList"]


def test_watching_types(bench: Bench) -> None:
    made(
        bench,
        {
            "Alarm": {
                "Type": "AWS::CloudWatch::Alarm",
                "Properties": {
                    "AlarmName": "a",
                    "ComparisonOperator": "GreaterThanThreshold",
                    "EvaluationPeriods": 1,
                    "MetricName": "m",
                    "Namespace": "n",
                    "Period": 60,
                    "Statistic": "Sum",
                    "Threshold": 1,
                },
            },
            "Both": {
                "Type": "AWS::CloudWatch::CompositeAlarm",
                "DependsOn": "Alarm",
                "Properties": {"AlarmName": "both", "AlarmRule": 'ALARM("a")'},
            },
            "Bucket": {"Type": "AWS::S3::Bucket"},
            "Trail": {
                "Type": "AWS::CloudTrail::Trail",
                "Properties": {"S3BucketName": {"Ref": "Bucket"}, "IsLogging": True},
            },
            "Topic": {"Type": "AWS::SNS::Topic"},
            "Events": {
                "Type": "AWS::RDS::EventSubscription",
                "Properties": {"SnsTopicArn": {"Ref": "Topic"}, "SourceType": "db-instance"},
            },
        },
    )
    alarms = bench.client("cloudwatch").describe_alarms(AlarmTypes=["CompositeAlarm"])
    assert [a["AlarmName"] for a in alarms["CompositeAlarms"]] == ["both"]
    assert len(bench.client("cloudtrail").describe_trails()["trailList"]) == 1
    assert len(bench.client("rds").describe_event_subscriptions()["EventSubscriptionsList"]) == 1
    assert bench.down("s") == ("DELETE_COMPLETE", [])
    assert not bench.client("rds").describe_event_subscriptions()["EventSubscriptionsList"]


def test_scaling_types(bench: Bench) -> None:
    target = {
        "ServiceNamespace": "ecs",
        "ResourceId": "service/c/s",
        "ScalableDimension": "ecs:service:DesiredCount",
    }
    made(
        bench,
        {
            "Target": {
                "Type": "AWS::ApplicationAutoScaling::ScalableTarget",
                "Properties": target | {"MinCapacity": 1, "MaxCapacity": 3},
            },
            "Policy": {
                "Type": "AWS::ApplicationAutoScaling::ScalingPolicy",
                "Properties": {
                    "PolicyName": "cpu",
                    "PolicyType": "TargetTrackingScaling",
                    "ScalingTargetId": {"Ref": "Target"},
                    "TargetTrackingScalingPolicyConfiguration": {
                        "TargetValue": 60,
                        "PredefinedMetricSpecification": {
                            "PredefinedMetricType": "ECSServiceAverageCPUUtilization"
                        },
                    },
                },
            },
        },
    )
    scaling = bench.client("application-autoscaling")
    [found] = scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]
    assert (found["MinCapacity"], found["MaxCapacity"]) == (1, 3)
    [policy] = scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]
    assert policy["PolicyName"] == "cpu"
    assert bench.down("s") == ("DELETE_COMPLETE", [])
    assert not scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]


def test_a_vpc_origin_cannot_change_or_go_while_attached(bench: Bench) -> None:
    origin = {
        "Type": "AWS::CloudFront::VpcOrigin",
        "Properties": {
            "VpcOriginEndpointConfig": {
                "Name": "o",
                "Arn": {"Ref": "Balancer"},
                "HTTPPort": 80,
                "OriginProtocolPolicy": "http-only",
            }
        },
    }
    resources = NETWORK | {"Balancer": BALANCER, "Origin": origin}
    made(bench, resources, Origin={"Ref": "Origin"})
    identifier = bench.outputs("s")["Origin"]
    cloudfront = bench.client("cloudfront")
    cloudfront.create_distribution(
        DistributionConfig={
            "CallerReference": "x",
            "Comment": "",
            "Enabled": True,
            "Origins": {
                "Quantity": 1,
                "Items": [
                    {
                        "Id": "o",
                        "DomainName": "internal.example.com",
                        "VpcOriginConfig": {"VpcOriginId": identifier},
                    }
                ],
            },
            "DefaultCacheBehavior": {
                "TargetOriginId": "o",
                "ViewerProtocolPolicy": "https-only",
                "CachePolicyId": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
            },
        }
    )
    for change in ({"HTTPPort": 8080}, {}):
        changed = json.loads(json.dumps(resources))
        changed["Origin"]["Properties"]["VpcOriginEndpointConfig"] |= change
        changed["Origin"]["Properties"]["Tags"] = [] if change else [{"Key": "k", "Value": "v"}]
        bench.client("cloudformation").update_stack(
            StackName="s", TemplateBody=json.dumps({"Resources": changed})
        )
        status, reasons = bench.settled("s")
        assert status == "UPDATE_ROLLBACK_COMPLETE"
        assert any("currently associated" in reason for reason in reasons), reasons
    status, reasons = bench.down("s")
    assert status == "DELETE_FAILED"
    assert any("[Origin" in reason for reason in reasons)


@pytest.mark.parametrize("value", [{}, {"SecretString": "s"}])
def test_a_secret_may_start_without_a_value(bench: Bench, value: dict[str, str]) -> None:
    outputs = made(
        bench,
        {"Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": value}},
        Arn={"Ref": "Secret"},
    )
    secrets = bench.client("secretsmanager")
    assert outputs["Arn"].startswith("arn:aws:secretsmanager:")
    if not value:
        with pytest.raises(secrets.exceptions.ResourceNotFoundException):
            secrets.get_secret_value(SecretId=outputs["Arn"])
        secrets.put_secret_value(SecretId=outputs["Arn"], SecretString="s")
    assert secrets.get_secret_value(SecretId=outputs["Arn"])["SecretString"] == "s"
    assert bench.down("s") == ("DELETE_COMPLETE", [])
    assert not secrets.list_secrets(IncludePlannedDeletion=True)["SecretList"]


def test_attached_types(bench: Bench) -> None:
    def fixed(text: str) -> dict[str, Any]:
        return {
            "Type": "fixed-response",
            "FixedResponseConfig": {"StatusCode": "200", "MessageBody": text},
        }

    acm = bench.client("acm")
    certificates = [
        acm.request_certificate(DomainName=d, ValidationMethod="DNS")["CertificateArn"]
        for d in ("a.example.com", "b.example.com")
    ]
    outputs = made(
        bench,
        NETWORK
        | {
            "Balancer": BALANCER,
            "Listener": {
                "Type": "AWS::ElasticLoadBalancingV2::Listener",
                "Properties": {
                    "LoadBalancerArn": {"Ref": "Balancer"},
                    "Port": 443,
                    "Protocol": "HTTPS",
                    "Certificates": [{"CertificateArn": certificates[0]}],
                    "DefaultActions": [fixed("x")],
                },
            },
            "More": {
                "Type": "AWS::ElasticLoadBalancingV2::ListenerCertificate",
                "Properties": {
                    "ListenerArn": {"Ref": "Listener"},
                    "Certificates": [{"CertificateArn": certificates[1]}],
                },
            },
            "Acl": {
                "Type": "AWS::WAFv2::WebACL",
                "Properties": {
                    "Name": "acl",
                    "Scope": "REGIONAL",
                    "DefaultAction": {"Allow": {}},
                    "VisibilityConfig": {
                        "CloudWatchMetricsEnabled": True,
                        "MetricName": "m",
                        "SampledRequestsEnabled": False,
                    },
                },
            },
            "Association": {
                "Type": "AWS::WAFv2::WebACLAssociation",
                "Properties": {
                    "WebACLArn": att("Acl", "Arn"),
                    "ResourceArn": {"Ref": "Balancer"},
                },
            },
        },
        Listener={"Ref": "Listener"},
        Balancer={"Ref": "Balancer"},
        Acl={"Ref": "Acl"},
    )
    found = bench.client("elbv2").describe_listener_certificates(ListenerArn=outputs["Listener"])
    assert [c["CertificateArn"] for c in found["Certificates"]] == certificates
    assert outputs["Acl"].startswith("acl|")
    waf = bench.client("wafv2")
    acl = waf.get_web_acl_for_resource(ResourceArn=outputs["Balancer"])["WebACL"]
    assert acl["Name"] == "acl"
    assert bench.down("s") == ("DELETE_COMPLETE", [])
    assert not waf.list_web_acls(Scope="REGIONAL")["WebACLs"]


def test_rotation_and_backup_types(bench: Bench) -> None:
    outputs = made(
        bench,
        {
            "Secret": {
                "Type": "AWS::SecretsManager::Secret",
                "Properties": {"SecretString": "s"},
            },
            "Rotation": {
                "Type": "AWS::SecretsManager::RotationSchedule",
                "Properties": {
                    "SecretId": {"Ref": "Secret"},
                    "RotationLambdaARN": "arn:aws:lambda:us-east-1:123456789012:function:f",
                    "RotationRules": {"AutomaticallyAfterDays": 30},
                },
            },
            "Vault": {
                "Type": "AWS::Backup::BackupVault",
                "Properties": {"BackupVaultName": "vault"},
            },
            "Plan": {
                "Type": "AWS::Backup::BackupPlan",
                "Properties": {
                    "BackupPlan": {
                        "BackupPlanName": "p",
                        "BackupPlanRule": [
                            {"RuleName": "r", "TargetBackupVault": {"Ref": "Vault"}}
                        ],
                    }
                },
            },
            "Selection": {
                "Type": "AWS::Backup::BackupSelection",
                "Properties": {
                    "BackupPlanId": {"Ref": "Plan"},
                    "BackupSelection": {
                        "SelectionName": "s",
                        "IamRoleArn": "arn:aws:iam::123456789012:role/backup",
                        "Resources": ["*"],
                    },
                },
            },
        },
        Secret={"Ref": "Secret"},
        Plan={"Ref": "Plan"},
    )
    secret = bench.client("secretsmanager").describe_secret(SecretId=outputs["Secret"])
    assert secret["RotationEnabled"]
    backup = bench.client("backup")
    selections = backup.list_backup_selections(BackupPlanId=outputs["Plan"])
    assert len(selections["BackupSelectionsList"]) == 1
    assert bench.down("s") == ("DELETE_COMPLETE", [])
    assert not backup.list_backup_plans()["BackupPlansList"]


def test_a_template_in_s3(bench: Bench) -> None:
    s3, bucket = bench.client("s3"), f"templates-{bench.number}"
    s3.create_bucket(Bucket=bucket)
    body = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
    s3.put_object(Bucket=bucket, Key="a/t.json", Body=body.encode())
    for number, host in enumerate((f"{bucket}.s3.us-east-1", f"{bucket}.s3")):
        bench.client("cloudformation").create_stack(
            StackName=f"s{number}", TemplateURL=f"https://{host}.amazonaws.com/a/t.json"
        )
        assert bench.settled(f"s{number}") == ("CREATE_COMPLETE", [])
