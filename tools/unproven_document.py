"""Write docs/unproven.md from the claims that `solarrally prove` lists.

Usage: python tools/unproven_document.py, or make generated
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from solarrally_tui.proofs.claims import Claim, Guard, chapters, claims
from solarrally_tui.proofs.experiments import EXPERIMENTS, OF_SITE

TARGET: Final = Path(__file__).parents[1] / "docs" / "unproven.md"
_INTRODUCTION: Final = """\
# What only a real account can confirm

Written by `python tools/generate.py unproven` from `solarrally_tui/proofs/claims.toml`.

Nothing in this repository has run in AWS. Behind every behaviour stand AWS's documentation, the
CloudFormation registry, or public reports, and the simulated account repeats them. This page lists
the claims that matter and that only a real account can confirm: how to find out, what that costs,
and what should happen. Costs are list prices in us-east-1, without tax. *Deploy* is `solarrally
deploy site.toml --yes` with the default small tier; *destroy* follows within the hour.

## How to run one

```sh
solarrally prove --list                                   # every claim, with price, time and guard
solarrally prove denied-words early-validation            # runs experiments, and writes a report
solarrally prove shared-subscription --spend 0.01         # one that costs something
solarrally prove support-reads --site barn --spend 0.01   # one that needs a deployed site
solarrally prove hub-restart                              # prints the steps of one for a person
solarrally prove --clean                                  # deletes what a killed experiment left
```

{count} of the {all} experiments run without a person: *runs* in the tables. They ask before they
create anything (`--yes` answers), and never spend more than `--spend`, which is 0 by default. Run
them as an administrator of a test account: they create roles, things and log groups, which the
deploy policy does not allow. What they create begins with `proof-of-solarrally`, is deleted at the
end, and is found again after a kill by the next experiment and by `--clean`, in the same Region.
The report has the account's number replaced.

A running experiment shows what AWS does now in one account and one Region. It is evidence, not a
guarantee. On a simulated account it shows only that the experiment itself works.

{guards}

When you run one, write the date and the result into its `seen` in `claims.toml`; where AWS
differs, open an issue with AWS's own words.
"""


def document() -> str:
    """Return the document as Markdown."""
    guards = "\n".join(_guards())
    begun = _INTRODUCTION.format(count=len(EXPERIMENTS), all=len(claims()), guards=guards)
    parts = [begun]
    for chapter in chapters():
        parts.append(f"\n## {chapter.title}\n\n")
        parts += [f"{chapter.text.strip()}\n\n"] if chapter.text else []
        parts += [f"{line}\n" for line in _table(chapter.claims)]
    return "".join(parts)


def _guards() -> Iterator[str]:
    yield "| guard | it | leaves |"
    yield "|---|---|---|"
    for guard in Guard:
        yield f"| {guard.value} | {guard.words} | {guard.leaves} |"


def _table(found: tuple[Claim, ...]) -> Iterator[str]:
    yield "| name | claim | experiment | costs, takes | guard | expected |"
    yield "|---|---|---|---|---|---|"
    for claim in found:
        runs = claim.id in EXPERIMENTS
        how = f"*runs{' with --site' if claim.id in OF_SITE else ''}*: " if runs else ""
        seen = f" **Seen: {claim.seen}**" if claim.seen else ""
        cells = (
            f"`{claim.id}`",
            claim.claim,
            how + claim.experiment,
            f"{claim.usd:g} USD, {claim.duration}" if claim.usd else f"0, {claim.duration}",
            claim.guard.value,
            claim.expected + seen,
        )
        yield f"| {' | '.join(cells)} |"


def main() -> None:
    """Write the document."""
    TARGET.write_text(document(), encoding="utf-8")


if __name__ == "__main__":
    main()
