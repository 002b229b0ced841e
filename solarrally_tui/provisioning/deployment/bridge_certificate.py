"""The certificate that the MQTT bridges of a site share: key made here, kept only in the secret."""

import hashlib
import json
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.deployed.trusted_authority import iot_root_ca
from solarrally_tui.provisioning.deployment.context import Run
from solarrally_tui.provisioning.engine.steps import End
from solarrally_tui.provisioning.identities.iot_identities import remove_certificate

STEP = "bridge-certificate"


async def ensure(run: Run) -> End:
    """See to it that the bridge's secret holds a certificate that AWS IoT accepts.

    A certificate that somebody deactivated stays so. Raises AwsError.
    """
    out = run.outputs["iot"]
    stored, version = await _stored(run, out["BridgeSecretArn"])
    status = await _status(run, stored.get("certificateId", ""))
    if status == "ACTIVE":
        return End(await _attach(run, out["BridgePolicyName"], stored["certificateId"]))
    if status:
        run.bridge_off = (
            f"The bridge's certificate is {status}. Somebody decided that, so it stays. "
            "Telemetry does not arrive until it is active."
        )
        return End(False, run.bridge_off)
    if await _make(run, out["BridgePolicyName"], out["BridgeSecretArn"], version):
        return End(True)
    return End(False, "Another run made it.")


def request(common_name: str) -> tuple[str, str]:
    """Return a new EC P-256 private key and a request for its certificate, both as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    signed = (
        x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return private.decode(), signed.public_bytes(serialization.Encoding.PEM).decode()


async def _make(run: Run, policy: str, secret: str, before: str) -> bool:
    """Make a certificate and store it; return whether no other run was quicker.

    before: the secret's version that it replaces.
    """
    private_key, signing_request = request(f"solarrally-{run.site.name}-bridge")
    made = await run.door.call(
        "iot",
        "create_certificate_from_csr",
        certificateSigningRequest=signing_request,
        setAsActive=True,
    )
    # The policy goes first: destroy finds a certificate by it, even if we are killed here.
    await run.door.call("iot", "attach_policy", policyName=policy, target=made["certificateArn"])
    value = {
        "certificatePem": made["certificatePem"],
        "privateKey": private_key,
        "rootCaPem": iot_root_ca(),
        "certificateId": made["certificateId"],
    }
    # One token for all who saw the same version: the first to store wins, the others are refused.
    once = hashlib.sha256(f"{secret} {before}".encode()).hexdigest()
    try:
        await run.door.call(
            "secretsmanager",
            "put_secret_value",
            SecretId=secret,
            ClientRequestToken=once,
            SecretString=json.dumps(value),
        )
    except AwsError as error:
        if error.kind is not Kind.EXISTS:
            raise
        await remove_certificate(run.door, made["certificateArn"])
        return False
    return True


async def _stored(run: Run, secret: str) -> tuple[dict[str, str], str]:
    """Return what the secret holds, and of which version that is."""
    try:
        told = await run.door.call("secretsmanager", "get_secret_value", SecretId=secret)
    except AwsError as error:
        # AWS says the same of a secret that has no value yet.
        if error.kind is Kind.NOT_FOUND:
            return {}, ""
        raise
    try:
        found: Any = json.loads(told.get("SecretString") or "{}")
    except json.JSONDecodeError:
        found = {}
    return found if isinstance(found, dict) else {}, told["VersionId"]


async def _status(run: Run, certificate: str) -> str:
    """Return the status of a certificate, or an empty string where IoT does not know it."""
    if not certificate:
        return ""
    try:
        told = await run.door.call("iot", "describe_certificate", certificateId=certificate)
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            return ""
        raise
    return str(told["certificateDescription"]["status"])


async def _attach(run: Run, policy: str, certificate: str) -> bool:
    """Attach the bridge's policy where it is missing, and return whether it was."""
    told = await run.door.call("iot", "describe_certificate", certificateId=certificate)
    arn = told["certificateDescription"]["certificateArn"]
    attached = await run.door.pages("iot", "list_attached_policies", "policies", target=arn)
    if any(item["policyName"] == policy for item in attached):
        return False
    await run.door.call("iot", "attach_policy", policyName=policy, target=arn)
    return True
