"""All commands, in groups: names and texts, for what prints as well."""

from typing import Final

GROUPS: Final = {
    "Start": {
        "demo": ("demonstration.demo", "Try everything in a simulated AWS account."),
        "init": (
            "site_files.init",
            "Answer the wizard's questions in plain lines; write a site file.",
        ),
        "clone": (
            "site_files.clone",
            "Write the answers of a site as the site file of another one.",
        ),
        "estimate": (
            "pricing.estimate",
            "Estimate the price of a site. Needs no network, no account.",
        ),
        "quote": ("pricing.quote", "Write a quote for a customer. Needs no network, no account."),
        "validate": ("site_files.validate", "Check a site file. Needs no AWS account."),
        "preflight": (
            "preflight",
            "Check what in the account would stop or delay a deployment.",
        ),
    },
    "Deploy and change": {
        "plan": ("plan", "Show what deploy would change, and change nothing."),
        "deploy": ("deploy", "Deploy or update a site from its site file."),
        "update": ("update", "Update a deployed site: another commit, image, tier or version."),
        "rollback": ("rollback", "Return a site to an earlier release, without a build."),
        "maintain": ("upkeep.maintain", "Show what of a site is due for renewal, and renew it."),
        "rotate": ("upkeep.rotate", "Rotate the database password of a site."),
        "ci": ("ci", "Deploy each commit of your fork from GitHub Actions."),
        "import": (
            "import_dump",
            "Import a dump of an existing SolarRally database into a site.",
        ),
        "migrate": (
            "upkeep.migrate",
            "Show how far the move of an old installation is.",
        ),
        "destroy": ("destroy", "Delete a site from the account."),
    },
    "Use": {
        "open": ("watching.open_dashboard", "Open the dashboard of a site in the browser."),
        "access": ("access", "Show who can access a site and where its passwords are stored."),
        "users": ("users", "List, add and remove users of the application, reset passwords."),
        "chargers": ("chargers.actions", "Add chargers, send test telemetry, count what arrives."),
        "alerts": ("alerts", "Show who gets the alerts of a site, and confirm subscriptions."),
    },
    "Watch and repair": {
        "sites": (
            "watching.sites",
            "List the sites of this account, and what stays of deleted ones.",
        ),
        "status": (
            "watching.status",
            "Show the health of a deployed site, or a display for a wall.",
        ),
        "logs": ("watching.logs", "Show what a site's programs wrote, without secrets."),
        "diagnose": (
            "support.diagnose",
            "Find out why a site has problems: cause, evidence, next step.",
        ),
        "drill": (
            "recovery.drill",
            "Restore a backup beside a site, check it, measure that.",
        ),
        "recover": (
            "recovery.recover",
            "Make a site again in another Region when its Region is lost.",
        ),
        "explain": (
            "support.explain",
            "Explain what AWS or a container said: cause, next step.",
        ),
    },
    "Prepare": {
        "credentials": ("credentials", "Manage access keys in the system's keyring."),
        "policy": ("policy", "Generate IAM policies with least privilege."),
        "export": ("export", "Write a site as Terraform, for an engineer who takes it over."),
        "source": ("source", "Check the application's source before it is built."),
        "prices": ("pricing.prices", "Show or refresh the price book."),
        "simulator": ("demonstration.simulator", "Run a simulated AWS account."),
        "prove": ("support.prove", "Try in your AWS account what a simulated one cannot show."),
    },
    "This program": {
        "help": ("support.help", "Show the help of a command."),
        "completion": ("support.completion", "Print what lets a shell complete with Tab."),
    },
}
"""By the word on the command line: the module in commands/, and what it does."""

COMMANDS: Final = {word: told for group in GROUPS.values() for word, told in group.items()}
