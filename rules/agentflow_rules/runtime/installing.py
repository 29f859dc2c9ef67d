"""What the rules about an image's packages have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Related
from agentflow_lint.engine.wording import place, quoted, subject
from agentflow_rules.runtime.command import place_of_word, symbol

if TYPE_CHECKING:
    from agentflow_lint.engine.finding import Finding
    from agentflow_lint.engine.rule import Rule
    from agentflow_lint.model.dependencies.project_environment import OutOfReach
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.image.built import Image
    from agentflow_lint.model.values import Location

_MOST_LINES = 3


def install_lines(image: Image) -> tuple[Location, ...]:
    """The first lines of the Dockerfile that install Python packages, one place each."""
    installs = image.installs
    places = [*(each.location for each in installs.files), *(each.location for each in installs.requirements)]
    by_line = {at.span.line: at for at in sorted((*places, *installs.project), reverse=True)}
    return tuple(by_line[line] for line in sorted(by_line))[:_MOST_LINES]


def missed_environment(rule: Rule, deployment: Deployment, missed: OutOfReach) -> Finding:
    """The finding that the command does not use the virtual environment that the image installs the server into."""
    program = missed.program.text or ""
    shown = quoted(program)
    where = f"the virtual environment {quoted(missed.folder)}" if missed.folder else "a virtual environment of its own"
    path = f"PATH does not name {quoted(missed.folder + '/bin') if missed.folder else 'its `bin`'}"
    if missed.is_found:
        effect = f"{path}, so another {shown} runs, which finds no server"
    elif program.startswith(("python", "pypy")):
        effect = f"{path}, so the image's own Python runs, which finds neither the server nor what starts it"
    else:
        effect = f"{path}, so {shown} is an executable file not found in $PATH"
    way = f"Start it with {quoted(f'{missed.manager} run {program} ...')}"
    if missed.folder:
        line = f'ENV PATH="{missed.folder}/bin:$PATH"'
        way += f", or put {quoted(line)} into the Dockerfile (VIRTUAL_ENV alone changes nothing)"
    elif missed.manager == "poetry":
        way += ", or install into the image's own Python: `poetry config virtualenvs.create false` before the install"
    else:
        way += ", or install into the image's own Python with `--system`"
    return rule.finding(
        at=place_of_word(deployment, missed.program),
        place=symbol(deployment, "virtual environment"),
        message=(
            f"{subject(deployment)} starts {shown}, and {quoted(missed.filled_by)} ({place(missed.at)}) installs the "
            f"server into {where}. {effect}, and the container exits as soon as it starts."
        ),
        help=f"{way}.",
        deployment=deployment,
        related=[Related(missed.at, "the server is installed here, into a virtual environment")],
    )
