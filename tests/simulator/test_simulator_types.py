"""Every added resource type: created by a stack, seen by boto3, gone with the stack."""

import json
from typing import Any

import pytest

from tests.simulator.simulator_setup import IsolatedAccount

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


def created(aws: IsolatedAccount, resources: dict[str, Any], **outputs: Any) -> dict[str, str]:
    given = {name: {"Value": value} for name, value in outputs.items()}
    assert aws.create_stack("s", resources, Outputs=given) == ("CREATE_COMPLETE", [])
    return aws.outputs("s")


def att(name: str, attribute: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [name, attribute]}


def test_network_types(aws: IsolatedAccount) -> None:
    rule = {"GroupId": {"Ref": "Group"}, "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
    role = "arn:aws:iam::123456789012:role/flow"
    outputs = created(
        aws,
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
    ec2 = aws.client("ec2")
    assert outputs["Cidr"] == "10.0.0.0/16"
    assert outputs["Of"] == outputs["Vpc"]
    assert ec2.describe_addresses()["Addresses"][0]["PublicIp"] == outputs["Address"]
    assert ec2.describe_nat_gateways()["NatGateways"][0]["NatGatewayId"] == outputs["Nat"]
    [group] = ec2.describe_security_groups(GroupIds=[outputs["Group"]])["SecurityGroups"]
    assert [r["FromPort"] for r in group["IpPermissions"]] == [443]
    assert ec2.describe_flow_logs()["FlowLogs"]
    assert aws.delete_stack("s") == ("DELETE_COMPLETE", [])
    assert not ec2.describe_addresses()["Addresses"]
    assert not ec2.describe_flow_logs()["FlowLogs"]


def test_iot_types(aws: IsolatedAccount) -> None:
    role = "arn:aws:iam::123456789012:role/iot"
    outputs = created(
        aws,
        {
            "Log": {
                "Type": "AWS::IoT::Logging",
                "Properties": {
                    "AccountId": aws.number,
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
    iot = aws.client("iot")
    assert outputs["Group"] == "g"
    assert iot.get_v2_logging_options()["defaultLogLevel"] == "WARN"
    description = iot.describe_role_alias(roleAlias=outputs["Alias"])["roleAliasDescription"]
    assert description["roleArn"] == role
    assert iot.describe_billing_group(billingGroupName="b")["billingGroupArn"] == outputs["Bill"]
    assert aws.delete_stack("s") == ("DELETE_COMPLETE", [])
    assert not iot.list_role_aliases()["roleAliases"]
    assert not iot.list_billing_groups()["billingGroups"]
    assert not iot.list_thing_groups()["thingGroups"]


def test_account_wide_types(aws: IsolatedAccount) -> None:
    outputs = created(
        aws,
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
    ce = aws.client("ce")
    assert len(ce.get_anomaly_monitors()["AnomalyMonitors"]) == 1
    [subscription] = ce.get_anomaly_subscriptions()["AnomalySubscriptions"]
    assert subscription["Subscribers"][0]["Address"] == "a@example.com"
    [budget] = aws.client("budgets").describe_budgets(AccountId=aws.number)["Budgets"]
    assert budget["BudgetName"] == outputs["Budget"]
    status = aws.client("route53").get_health_check_status(HealthCheckId=outputs["Check"])
    assert status["HealthCheckObservations"][0]["StatusReport"]["Status"].startswith("Success")
    assert aws.delete_stack("s") == ("DELETE_COMPLETE", [])
    assert not ce.get_anomaly_monitors()["AnomalyMonitors"]
    assert not aws.client("iam").list_open_id_connect_providers()["OpenIDConnectProviderList"]


def test_watching_types(aws: IsolatedAccount) -> None:
    created(
        aws,
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
    alarms = aws.client("cloudwatch").describe_alarms(AlarmTypes=["CompositeAlarm"])
    assert [a["AlarmName"] for a in alarms["CompositeAlarms"]] == ["both"]
    assert len(aws.client("cloudtrail").describe_trails()["trailList"]) == 1
    assert len(aws.client("rds").describe_event_subscriptions()["EventSubscriptionsList"]) == 1
    assert aws.delete_stack("s") == ("DELETE_COMPLETE", [])
    assert not aws.client("rds").describe_event_subscriptions()["EventSubscriptionsList"]


def test_scaling_types(aws: IsolatedAccount) -> None:
    target = {
        "ServiceNamespace": "ecs",
        "ResourceId": "service/c/s",
        "ScalableDimension": "ecs:service:DesiredCount",
    }
    created(
        aws,
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
    scaling = aws.client("application-autoscaling")
    [found] = scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]
    assert (found["MinCapacity"], found["MaxCapacity"]) == (1, 3)
    [policy] = scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]
    assert policy["PolicyName"] == "cpu"
    assert aws.delete_stack("s") == ("DELETE_COMPLETE", [])
    assert not scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]


def test_a_vpc_origin_cannot_change_or_go_while_attached(aws: IsolatedAccount) -> None:
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
    created(aws, resources, Origin={"Ref": "Origin"})
    identifier = aws.outputs("s")["Origin"]
    cloudfront = aws.client("cloudfront")
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
        aws.client("cloudformation").update_stack(
            StackName="s", TemplateBody=json.dumps({"Resources": changed})
        )
        status, reasons = aws.settled("s")
        assert status == "UPDATE_ROLLBACK_COMPLETE"
        assert any("currently associated" in reason for reason in reasons), reasons
    status, reasons = aws.delete_stack("s")
    assert status == "DELETE_FAILED"
    assert any("[Origin" in reason for reason in reasons)


@pytest.mark.parametrize("value", [{}, {"SecretString": "s"}])
def test_a_secret_may_start_without_a_value(aws: IsolatedAccount, value: dict[str, str]) -> None:
    outputs = created(
        aws,
        {"Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": value}},
        Arn={"Ref": "Secret"},
    )
    secrets = aws.client("secretsmanager")
    assert outputs["Arn"].startswith("arn:aws:secretsmanager:")
    if not value:
        with pytest.raises(secrets.exceptions.ResourceNotFoundException):
            secrets.get_secret_value(SecretId=outputs["Arn"])
        secrets.put_secret_value(SecretId=outputs["Arn"], SecretString="s")
    assert secrets.get_secret_value(SecretId=outputs["Arn"])["SecretString"] == "s"
    assert aws.delete_stack("s") == ("DELETE_COMPLETE", [])
    assert not secrets.list_secrets(IncludePlannedDeletion=True)["SecretList"]


def test_a_secret_is_generated_as_its_template_says(aws: IsolatedAccount) -> None:
    wanted = {"PasswordLength": 64, "ExcludePunctuation": True}
    as_json = {"SecretStringTemplate": '{"username": "viewer"}', "GenerateStringKey": "password"}
    outputs = created(
        aws,
        {
            name: {
                "Type": "AWS::SecretsManager::Secret",
                "Properties": {"GenerateSecretString": wanted | more},
            }
            for name, more in (("Plain", {}), ("Json", as_json))
        },
        Plain={"Ref": "Plain"},
        Json={"Ref": "Json"},
    )
    secrets = aws.client("secretsmanager")
    plain, text = (
        secrets.get_secret_value(SecretId=outputs[name])["SecretString"]
        for name in ("Plain", "Json")
    )
    fields = json.loads(text)
    assert fields["username"] == "viewer"
    for password in (plain, fields["password"]):
        assert (len(password), password.isalnum()) == (64, True)


def test_attached_types(aws: IsolatedAccount) -> None:
    def fixed(text: str) -> dict[str, Any]:
        return {
            "Type": "fixed-response",
            "FixedResponseConfig": {"StatusCode": "200", "MessageBody": text},
        }

    acm = aws.client("acm")
    certificates = [
        acm.request_certificate(DomainName=d, ValidationMethod="DNS")["CertificateArn"]
        for d in ("a.example.com", "b.example.com")
    ]
    outputs = created(
        aws,
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
    found = aws.client("elbv2").describe_listener_certificates(ListenerArn=outputs["Listener"])
    assert [c["CertificateArn"] for c in found["Certificates"]] == certificates
    assert outputs["Acl"].startswith("acl|")
    waf = aws.client("wafv2")
    acl = waf.get_web_acl_for_resource(ResourceArn=outputs["Balancer"])["WebACL"]
    assert acl["Name"] == "acl"
    assert aws.delete_stack("s") == ("DELETE_COMPLETE", [])
    assert not waf.list_web_acls(Scope="REGIONAL")["WebACLs"]


def test_rotation_and_backup_types(aws: IsolatedAccount) -> None:
    outputs = created(
        aws,
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
    secret = aws.client("secretsmanager").describe_secret(SecretId=outputs["Secret"])
    assert secret["RotationEnabled"]
    backup = aws.client("backup")
    selections = backup.list_backup_selections(BackupPlanId=outputs["Plan"])
    assert len(selections["BackupSelectionsList"]) == 1
    assert aws.delete_stack("s") == ("DELETE_COMPLETE", [])
    assert not backup.list_backup_plans()["BackupPlansList"]


def test_a_template_in_s3(aws: IsolatedAccount) -> None:
    s3, bucket = aws.client("s3"), f"templates-{aws.number}"
    s3.create_bucket(Bucket=bucket)
    body = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
    s3.put_object(Bucket=bucket, Key="a/t.json", Body=body.encode())
    for number, host in enumerate((f"{bucket}.s3.us-east-1", f"{bucket}.s3")):
        aws.client("cloudformation").create_stack(
            StackName=f"s{number}", TemplateURL=f"https://{host}.amazonaws.com/a/t.json"
        )
        assert aws.settled(f"s{number}") == ("CREATE_COMPLETE", [])
