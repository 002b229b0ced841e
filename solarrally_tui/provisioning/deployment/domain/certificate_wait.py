"""A certificate that waits for DNS waits for the operator: what to do, and for how long."""

import time
from dataclasses import dataclass, replace
from math import inf
from typing import Final

from solarrally_tui.aws.errors import AwsError, Kind, Plain
from solarrally_tui.aws.pace import here
from solarrally_tui.domains.certificates import PendingCertificate, pending, records_of
from solarrally_tui.domains.dns_records import in_words
from solarrally_tui.provisioning.change.stack_watch import Watch
from solarrally_tui.provisioning.deployment.context import Deployment
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError

ASK_AFTER_SECONDS: Final = 480.0
"""A certificate whose zone is delegated is issued in about four minutes, rarely in ten. Where the
operator creates the record, we ask at once."""

GIVE_UP_SECONDS: Final = 3600.0
"""CloudFormation waits for 36 hours (the type's registry schema has 2160 minutes), ACM for 72; we
need not stay."""

LOOK_EVERY_SECONDS: Final = 15.0
"""Seconds of AWS. Each look takes some calls."""

_CERTIFICATE: Final = "AWS::CertificateManager::Certificate"
UNSEEN: Final = "UNSEEN"
_IN_CONSOLE: Final = (
    "the one that the Certificate Manager console shows in this Region (these credentials may not "
    "read it: acm:ListCertificates, acm:ListTagsForCertificate, acm:DescribeCertificate)."
)
_AGAIN: Final = "AWS then issues the certificate automatically, usually within minutes."
ENDED: Final = "Then run deploy again."
"""What to do once nobody waits any more."""

_SAME: Final = "AWS looks for the same DNS record, and issues this certificate with it."


@dataclass(slots=True)
class CertificateWait:
    """Waits beside the watch of one stack."""

    deployment: Deployment
    step: str
    name: str
    """The name that the stack's certificate is for; empty without one."""
    reason: str = ""
    """Why Amazon does not issue the certificate, in our words, as soon as ACM reports it."""
    _asked: str = ""
    """What the operator was asked for last; empty while nothing is asked."""
    _looked: float = -inf
    _noted: bool = False

    async def idle(self, watch: Watch) -> None:
        """Report what is waited for, once; after an hour, stop watching.

        Raises StepError (waiting for you) and AwsError.
        """
        domain = self.deployment.site.domain
        if not self.name or _CERTIFICATE not in watch.under_way:
            return
        may_ask = domain.is_external or watch.quiet_seconds > ASK_AFTER_SECONDS
        if not self._asked and not may_ask:
            self._note_once()
            return
        if time.monotonic() - self._looked < here(LOOK_EVERY_SECONDS):
            return
        self._looked = time.monotonic()
        waiting = await self._waiting(watch)
        await self._report(waiting)
        if waiting and watch.quiet_seconds > GIVE_UP_SECONDS:
            plain = await self._plain(waiting)
            ended = replace(plain, next=f"{plain.next} {ENDED}")
            raise StepError(ended, Exit.WAITING_FOR_YOU)

    def explain(self, error: StepError) -> StepError:
        """Add to a stack's failure why there is no certificate, where that is known."""
        if not self.reason:
            return error
        plain = replace(error.plain, why=f"{error.plain.why} {self.reason}")
        return StepError(plain, error.exit_code, stuck=error.stuck)

    def _note_once(self) -> None:
        """Report what takes the time while the operator has nothing to do."""
        if not self._noted:
            self._noted = True
            text = "AWS is issuing the certificate. It needs nothing from you."
            self.deployment.narrator.step(self.step, State.RUNNING, text)

    async def _waiting(self, watch: Watch) -> list[PendingCertificate]:
        """Return what is not issued in this Region.

        Where the credentials may not read that, it is a certificate without records.
        """
        try:
            certificates = await pending(self.deployment.door, self.deployment.site)
        except AwsError as error:
            if error.kind is not Kind.DENIED:
                raise
            return [PendingCertificate(self.name, watch.region, "", UNSEEN)]
        place = (self.name, watch.region)
        return [each for each in certificates if (each.domain, each.region) == place]

    async def _report(self, waiting: list[PendingCertificate]) -> None:
        """Ask the operator when there is something new to do, and report when it is done."""
        narrator = self.deployment.narrator
        self.reason = next(
            (certificate.reason for certificate in waiting if certificate.reason), ""
        )
        if not waiting:
            if self._asked:
                narrator.step(self.step, State.RUNNING, "The certificate is issued.")
            self._asked = ""
            return
        plain = await self._plain(waiting)
        text = f"{plain.what} {self.reason or plain.next}"
        if text != self._asked and (self.reason or self._is_answerable(waiting)):
            self._asked = text
            if self.deployment.asked.setdefault(text, self.step) == self.step:
                narrator.step(self.step, State.WAITING_FOR_YOU, text)
            else:
                narrator.step(self.step, State.RUNNING, _SAME)

    def _is_answerable(self, waiting: list[PendingCertificate]) -> bool:
        """Whether we know what to do: ACM computes the records within some seconds."""
        external = self.deployment.site.domain.is_external
        return not external or bool(records_of(waiting)) or waiting[0].status == UNSEEN

    async def _plain(self, waiting: list[PendingCertificate]) -> Plain:
        domain = self.deployment.site.domain
        what = f"The certificate for {self.name} waits for DNS."
        if domain.is_external:
            records = in_words(records_of(waiting)) or _IN_CONSOLE
            return Plain(
                what=what,
                why="AWS does not see the record yet that proves that the domain is yours.",
                next=f"Create this DNS record where the domain is managed: {records} Keep it: "
                f"AWS renews the certificate with it. {_AGAIN}",
            )
        response = await self.deployment.door.call(
            "route53", "get_hosted_zone", Id=self.deployment.facts.hosted_zone_id
        )
        servers = ", ".join((response.get("DelegationSet") or {}).get("NameServers") or ())
        zone = response["HostedZone"]["Name"]
        return Plain(
            what=what,
            why=f"AWS cannot see the hosted zone {zone} from the Internet.",
            next=f"Set these name servers at the domain's registrar: {servers}. {_AGAIN}",
        )
