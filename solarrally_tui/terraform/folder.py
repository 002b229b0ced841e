"""The folder that a platform engineer takes over: Terraform, the image, the task, and the way."""

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

import yaml

from solarrally_tui.blueprints import Blueprint, blueprint, of_shape
from solarrally_tui.site.model import Site
from solarrally_tui.site.names import record_name, stack_name
from solarrally_tui.site.tiers import Shape
from solarrally_tui.stacks.template import Template, read
from solarrally_tui.terraform import provider, root, workflow
from solarrally_tui.terraform.hcl import Block, document
from solarrally_tui.terraform.imports import DeployedStack, imports, names
from solarrally_tui.terraform.modules import Module, module
from solarrally_tui.terraform.rendering import rendered
from solarrally_tui.terraform.types.table import LEFT_OUT
from solarrally_tui.terraform.wiring import wiring

DIFFERENCES: Final = (
    "Names that CloudFormation generated are fixed here, and those of an adopted site stay.",
    (
        "Secrets get their generated value once, from an ephemeral value. Deleted ones can be "
        "recovered for 30 days; a stack deletes them at once."
    ),
    "The circuit breaker of the service has no threshold of its own.",
    "The database's final snapshot has a fixed name.",
    "An alias record says that it does not evaluate its target's health, as is the default.",
    "A certificate is waited for by a resource of its own.",
    *(f"{name} is left out. {why}" for name, why in LEFT_OUT.items()),
)
"""What the Terraform and the stacks do not have alike."""


@dataclass(frozen=True, slots=True)
class Deployed:
    """What the account tells of a deployed site."""

    stacks: Mapping[str, DeployedStack]
    stack_ids: Mapping[str, str]
    task_definition: Mapping[str, Any]


def contents(
    site: Site, budget_usd: int, broker_image: str, deployed: Deployed | None
) -> dict[str, bytes]:
    """Return the files of the folder by their path in it. Raises UnsupportedError."""
    stacks = deployed.stacks if deployed else {}
    blueprints = of_shape(site.size.shape)
    wired = wiring(site, budget_usd, {name: stack.parameters for name, stack in stacks.items()})
    adopted = root.Adopted(
        deployed.stack_ids if deployed else {item.id: _new_id(site, item) for item in blueprints},
        {name: names(_template(name), stack) for name, stack in stacks.items()},
    )
    modules = [module(item) for item in blueprints]
    blocks = {
        "versions.tf": root.versions(),
        "providers.tf": root.providers(),
        "main.tf": root.modules(wired, adopted, is_adopted=deployed is not None),
        "variables.tf": root.variables(wired),
        "outputs.tf": list(root.outputs(wired)),
        "imports.tf": [block for made in modules for block in _imports(made, stacks)],
    }
    for made in modules:
        inside = {**made.files, "versions.tf": root.versions()}
        blocks |= {f"modules/{made.id}/{name}": found for name, found in inside.items()}
    texts = {path: document(found) for path, found in blocks.items() if found}
    texts["site.auto.tfvars"] = root.values(site, wired)
    texts["Dockerfile.production"] = rendered("Dockerfile.production.j2", **_image(site))
    texts[workflow.PATH] = workflow.of_folder(site)
    texts["README.md"] = _readme(site, broker_image, deployed)
    texts["ecs-task-definition.json"] = _task_definition(deployed)
    for name in stacks:
        texts[f"retain/{name}.yaml"] = retained(_template(name))
    return {path: text.encode() for path, text in texts.items() if text} | dict(_build())


def retained(template: Template) -> str:
    """Return a template whose resources all stay when they leave the stack, or the stack goes."""
    resources = {
        name: declared | {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
        for name, declared in template["Resources"].items()
    }
    return yaml.safe_dump(template | {"Resources": resources}, sort_keys=False, width=100)


def _template(stack: str) -> Template:
    return read(blueprint(stack).template())


def _new_id(site: Site, item: Blueprint) -> str:
    """Return what stands for the ARN of a stack: its end makes names unique."""
    return f"stack/{stack_name(site.name, item.id)}/{uuid.uuid4()}"


def _imports(made: Module, stacks: Mapping[str, DeployedStack]) -> Iterator[Block]:
    stack = stacks.get(made.id)
    if stack:
        yield from imports(made, _template(made.id), stack)


def _image(site: Site) -> dict[str, str | bool]:
    arm = site.size.architecture.value == "arm64"
    return {
        "platform": "arm64" if arm else "amd64",
        "repository": site.application.repository,
        "commit": site.application.commit,
        "functions": site.size.shape is Shape.FUNCTIONS,
    }


def _readme(site: Site, broker_image: str, deployed: Deployed | None) -> str:
    gone = [
        {
            "id": item.id,
            "name": stack_name(site.name, item.id),
            "region": item.region_for(site.region),
            "parameters": " ".join(
                f"ParameterKey={name},UsePreviousValue=true"
                for name in deployed.stacks[item.id].parameters
            ),
        }
        for item in reversed(of_shape(site.size.shape))
        if deployed and item.id in deployed.stacks
    ]
    return rendered(
        "README.md.j2",
        site=site,
        deployed=deployed,
        stacks=gone,
        terraform=root.TERRAFORM,
        provider=provider.version(),
        public=site.domain.origin == "public-alb",
        record=record_name(site.name),
        broker=broker_image,
        differences=DIFFERENCES,
    )


def _task_definition(deployed: Deployed | None) -> str:
    if deployed is None or not deployed.task_definition:
        return ""
    return json.dumps(deployed.task_definition, indent=2, default=str) + "\n"


def _build() -> Iterator[tuple[str, bytes]]:
    """Yield what the builds of a site run, with the fixes of the application."""
    yield from _below(files("solarrally_tui.blueprints") / "build" / "source", "build/")


def _below(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name == "__pycache__":
            continue
        if entry.is_dir():
            yield from _below(entry, f"{prefix}{entry.name}/")
        else:
            yield f"{prefix}{entry.name}", entry.read_bytes()
