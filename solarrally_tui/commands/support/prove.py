"""solarrally prove: claims that only a real account can confirm, and the experiments for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import AskingOptions, add_json, carry_out
from solarrally_tui.commands.shared.terminal import (
    confirm,
    explain,
    say,
    show,
    show_document,
    show_result,
)
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door
    from solarrally_tui.proofs.claims import Claim
    from solarrally_tui.proofs.observation import Proof


@dataclass(frozen=True, slots=True)
class Options(AskingOptions):
    """What prove takes."""

    names: list[str]
    list: bool
    clean: bool
    site: str
    spend: float
    report: Path | None


def add(parser: CommandParser) -> None:
    """Add the command's options."""
    parser.description = (
        "Nothing here has run in AWS: confirm in your account what only that can show. Most "
        "experiments are for a test account and an administrator. (To see whether one charger "
        "reaches the page: solarrally chargers prove.)"
    )
    parser.epilog = (
        "exit status: 0 as expected, or steps were printed; 11 not as expected, "
        "12 not seen completely"
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="claims to confirm, by the names of --list"
    )
    parser.add_argument(
        "--list", action="store_true", help="list the claims with price, time and guard"
    )
    parser.add_argument(
        "--clean",
        action="store_true",
        help="only delete what killed experiments have left in this Region",
    )
    parser.add_argument(
        "--site", default="", metavar="SITE", help="deployed site, where an experiment needs one"
    )
    parser.add_argument(
        "--spend",
        type=float,
        default=0.0,
        metavar="USD",
        help="what the experiments may cost together; 0 without it",
    )
    parser.add_argument(
        "--report",
        type=Path,
        default=None,
        metavar="FILE",
        help="write the report there, in place of printing it",
    )
    parser.add_argument("--yes", action="store_true", help="do not ask for confirmation")
    add_json(parser)
    carry_out(
        parser,
        run,
        Options,
        example="solarrally prove --list\n"
        "solarrally prove denied-words early-validation\n"
        "solarrally prove shared-subscription --spend 0.01 --report proof.md\n"
        "solarrally prove --clean",
    )


def run(options: Options) -> int:
    """List claims, print the steps of some, or run their experiments."""
    from solarrally_tui.commands.shared.door import run_with_door
    from solarrally_tui.proofs.claims import claims
    from solarrally_tui.proofs.experiments import EXPERIMENTS

    if options.clean:
        return run_with_door(options, lambda door: _clean(options, door))
    known = claims()
    if options.list or not options.names:
        return _list(options, [known[name] for name in options.names if name in known])
    if unknown := [name for name in options.names if name not in known]:
        say(f"There is no claim {unknown[0]}. The names are those of solarrally prove --list.")
        return Exit.USAGE
    chosen = [known[name] for name in dict.fromkeys(options.names)]
    by_hand = [claim for claim in chosen if claim.id not in EXPERIMENTS]
    automated = [claim for claim in chosen if claim.id in EXPERIMENTS]
    if not automated:
        return _steps(options, by_hand)
    if by_hand:
        names = ", ".join(claim.id for claim in by_hand)
        say(f"By hand: {names}. Name them alone to see their steps.")
        return Exit.USAGE
    if (refusal := _refusal(options, automated)) is not None:
        return refusal
    return run_with_door(options, lambda door: _prove(options, automated, door))


def _list(options: Options, chosen: "Sequence[Claim]") -> int:
    from solarrally_tui.proofs.claims import chapters
    from solarrally_tui.proofs.experiments import EXPERIMENTS
    from solarrally_tui.text.table import columns

    wanted = {claim.id for claim in chosen}
    listed = [
        (chapter.title, [one for one in chapter.claims if not wanted or one.id in wanted])
        for chapter in chapters()
    ]
    if options.json:
        rows = [_as_json(claim) for _, found in listed for claim in found]
        return show_result({"claims": rows}, Exit.OK)
    runs = [claim for _, found in listed for claim in found if claim.id in EXPERIMENTS]
    runs.sort(key=lambda claim: claim.usd)
    by_hand = [
        (title, [claim for claim in found if claim.id not in EXPERIMENTS])
        for title, found in listed
    ]
    for title, found in [("Runs without a person", runs), *by_hand]:
        if not found:
            continue
        heads = ("Name", "USD", "Takes", "Claim")
        table = [(c.id, f"{c.usd:g}", c.duration, _plain(c.claim)) for c in found]
        show(f"{title}\n")
        show("\n".join(columns([heads, *table])))
        show("")
    say("Details and steps: solarrally prove NAME, or docs/unproven.md.")
    return Exit.OK


def _plain(markdown: str) -> str:
    return markdown.replace("`", "")


def _as_json(claim: "Claim") -> dict[str, Any]:
    from solarrally_tui.proofs.experiments import EXPERIMENTS, OF_SITE

    return {
        "id": claim.id,
        "claim": claim.claim,
        "experiment": claim.experiment,
        "expected": claim.expected,
        "usd": claim.usd,
        "minutes": claim.minutes,
        "guard": claim.guard.value,
        "leaves": claim.guard.leaves,
        "automated": claim.id in EXPERIMENTS,
        "needs_site": claim.id in OF_SITE,
        "seen": claim.seen,
    }


def _steps(options: Options, chosen: "Sequence[Claim]") -> int:
    if options.json:
        return show_result({"claims": [_as_json(claim) for claim in chosen]}, Exit.OK)
    for claim in chosen:
        show(_sheet(claim))
    say("Nothing was run: a person has to do this.")
    return Exit.OK


def _sheet(claim: "Claim") -> str:
    return (
        f"{claim.id}: {_plain(claim.claim)}\n"
        f"  do        {_plain(claim.experiment)}\n"
        f"  expect    {_plain(claim.expected)}\n"
        f"  costs     {claim.price}, at list prices in us-east-1\n"
        f"  takes     {claim.duration}\n"
        f"  guard     {claim.guard.words}\n"
        f"  leaves    {claim.guard.leaves}\n"
    )


def _refusal(options: Options, chosen: "Sequence[Claim]") -> int | None:
    """Say why experiments do not run with these options; return the exit status, else None."""
    from solarrally_tui.proofs.experiments import OF_SITE

    needing = [claim.id for claim in chosen if claim.id in OF_SITE]
    if needing and not options.site:
        say(f"{needing[0]} needs a deployed site. Name it with --site.")
        return Exit.USAGE
    usd = sum(claim.usd for claim in chosen)
    if usd > options.spend:
        say(
            f"This may cost up to {usd:g} USD, and {options.spend:g} were allowed. Nothing was "
            f"run. To allow it: --spend {usd:g}"
        )
        return Exit.REFUSED
    return None


async def _prove(options: Options, chosen: "Sequence[Claim]", door: "Door") -> int:
    from solarrally_tui.aws.errors import Plain
    from solarrally_tui.proofs.claims import Guard
    from solarrally_tui.proofs.observation import WORDS, Observation, of
    from solarrally_tui.proofs.proving import prove

    who = await door.identity()
    creates = any(claim.guard is Guard.CREATES for claim in chosen)
    if creates and who.is_root:
        explain(
            Plain(
                what="The root user cannot run these experiments.",
                why="AWS lets the root user assume no role, and most of them work through roles.",
                next="Use an administrator of a test account. --list shows what only reads.",
            )
        )
        return Exit.REFUSED
    for claim in chosen:
        say(_sheet(claim), whole=True)
    if creates and not options.yes:
        say(f"This is account {who.account}, Region {door.region}.")
        if not confirm("Type yes to run this in that account.", "yes"):
            say("Nothing was run.")
            return Exit.REFUSED

    def told(one: Observation) -> None:
        say(one.severity.line(f"{one.expected}: {one.saw}"))

    proofs = []
    for claim in chosen:
        proof = await prove(claim, door, site=options.site, say=say, report=told)
        say(of(proof.holds).line(f"{claim.id}: {WORDS[proof.holds]}. {proof.problem}".rstrip()))
        if proof.left:
            say(proof.left)
        proofs.append(proof)
    return _hand_over(options, proofs)


def _hand_over(options: Options, proofs: "Sequence[Proof]") -> int:
    from solarrally_tui.proofs.observation import to_markdown
    from solarrally_tui.site.atomic import write_atomically

    found = {proof.holds for proof in proofs}
    status = Exit.FAIL if False in found else Exit.UNKNOWN if None in found else Exit.OK
    if options.report:
        write_atomically(options.report, to_markdown(proofs))
        say(f"The report is in {options.report}.")
    if options.json:
        return show_result({"proofs": [proof.to_json() for proof in proofs]}, status)
    if not options.report:
        show_document(to_markdown(proofs))
    return status


async def _clean(options: Options, door: "Door") -> int:
    from solarrally_tui.deployed.run_lock import alone
    from solarrally_tui.proofs import left_behind
    from solarrally_tui.site.names import PROOF

    left = await alone(door, PROOF, "prove", lambda: left_behind.remove(door), say)
    if options.json:
        return show_result({"deleted": list(left)}, Exit.OK)
    say(f"Deleted: {', '.join(left)}." if left else "No experiment has left anything.")
    return Exit.OK
