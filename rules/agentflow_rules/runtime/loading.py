"""How the rules about imports speak: where a failure stands, how the server gets there, and what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.config_members import with_value
from agentflow_lint.engine.editing.outcome import with_edits
from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.fix import Applicability, fix_of
from agentflow_lint.engine.ways import way_to
from agentflow_lint.engine.wording import listed, quoted, server, subject
from agentflow_lint.framework.config_checks import import_path_problem
from agentflow_lint.model.graph.results import AttributeNotFound, ModuleNotFound, Served, Undecided
from agentflow_lint.model.values import Known, Location
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from agentflow_lint.engine.finding import Finding
    from agentflow_lint.engine.finding import Undecided as UndecidedVerdict
    from agentflow_lint.engine.fix import Fix
    from agentflow_lint.engine.rule import Rule, Verdict
    from agentflow_lint.model.config_file import KeyPath
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.loading.load_failures import LoadFailure


@record(frozen=True)
class Words:
    """What a rule says about one failure: the cause as a sentence without its full stop, the way out, and the rest.

    ``place`` is the symbolic place; ``related`` comes behind the way to the failure. What is undecided needs no words.
    """

    place: str
    message: str = ""
    help: str = ""
    related: tuple[Related, ...] = ()
    fix: Fix | None = None


def verdicts(rule: Rule, deployment: Deployment, words_for: Callable[[LoadFailure], Words | None]) -> Iterator[Verdict]:
    """A verdict for each failure of the deployment that ``words_for`` has words for.

    One that all deployments share names none of them, and so comes out once; any other names its deployment.
    """
    hidden = {shadow.name for shadow in deployment.shadows}
    for failure in deployment.load_failures:
        words = None if _is_of(failure, hidden) else words_for(failure)
        if words is not None:
            yield _verdict(rule, deployment, failure, words)


def is_shared(deployment: Deployment, holds: Callable[[Deployment], bool]) -> bool:
    """Whether something holds for every deployment that can be selected, the bare project included.

    It is then true of the project whoever deploys it: no environment, search path or image decides about it.
    """
    return all(holds(other) for other in deployment.project.all_deployments)


def does_not_start(deployment: Deployment, *, shared: bool) -> str:
    """The sentence that says so, of this deployment or of all, and what a reloader makes of it."""
    who = server(deployment) if shared else f"{subject(deployment)} ({server(deployment)})"
    return f"{who} does not start.{reloader(deployment, shared=shared)}"


def reloader(deployment: Deployment, *, shared: bool = True) -> str:
    """The sentence that a deployment with ``--reload`` (the CLI's default) only seems to be up; empty without one."""
    concerned = deployment.project.deployments if shared else (deployment,)
    reloading = [each for each in concerned if isinstance(each.reload, Known) and each.reload.value]
    if not reloading:
        return ""
    which = "" if len(reloading) == len(concerned) else f" of {listed(each.name for each in reloading)}"
    return f" The reloader{which} stays up all the same and serves nothing."


def suggested_path(value: object, deployment: Deployment) -> str | None:
    """The import path that a misspelt one means, if the project has such a module."""
    parts = [part.strip() for part in value.split(":") if part.strip()] if isinstance(value, str) else []
    if not parts:
        return None
    written = parts[0].replace("\\", "/")
    module = written.removesuffix(".py").strip("./").replace("/", ".")
    attribute = parts[-1].removesuffix("()") if len(parts) > 1 else ""
    if not attribute and written == module and ":" not in str(value):
        module, _, attribute = module.rpartition(".")
    path = module.replace(".", "/")
    files = deployment.project.files
    exists = path and (files.is_file(f"{path}.py") or files.is_file(f"{path}/__init__.py"))
    suggestion = f"{module}:{attribute or 'app'}"
    return suggestion if exists and import_path_problem(suggestion) is None else None


def path_fix(key: KeyPath, value: object, deployment: Deployment) -> Fix | None:
    """Spell an import path as the server wants it, where that leads to what the server takes.

    Safe where the name behind the colon is written; a graph that is supposed to be called ``app`` needs a look.
    """
    suggestion = suggested_path(value, deployment)
    edit = with_value(deployment.config, key, suggestion) if suggestion else None
    after = with_edits(deployment, edit) if edit else None
    if suggestion is None or edit is None or after is None:
        return None
    failures = [failure for failure in after.load_failures if failure.key == key]
    if any(failure.is_in_config and not isinstance(failure.cause, Undecided) for failure in failures):
        return None
    is_written = suggestion.partition(":")[2] in str(value)
    if not is_written and (key != ("agent",) or not isinstance(after.intended_graph.outcome, Served)):
        return None
    applicability = Applicability.SAFE if is_written else Applicability.UNSAFE
    return fix_of(f"Write {quoted(suggestion)}", applicability, edit)


def nearest_fix(failure: LoadFailure, deployment: Deployment) -> Fix | None:
    """Name the module or the attribute that the config's path most likely means, if that is what the server takes.

    Never safe: a near name is a guess.
    """
    value, cause = _value(deployment, failure.key), failure.cause
    if not failure.is_in_config or not isinstance(value, str):
        return None
    module, _, attribute = value.partition(":")
    if isinstance(cause, ModuleNotFound) and cause.nearest and f"{module}.".startswith(f"{cause.module}."):
        parent = cause.module.rpartition(".")[0]
        near = f"{parent}.{cause.nearest[0]}" if parent else cause.nearest[0]
        meant = f"{near}{module.removeprefix(cause.module)}:{attribute}"
    elif isinstance(cause, AttributeNotFound) and cause.nearest and not is_submodule(cause):
        meant = f"{module}:{cause.nearest[0]}"
    else:
        return None
    edit = with_value(deployment.config, failure.key, meant)
    after = with_edits(deployment, edit) if edit else None
    if after is None or any(each.key == failure.key for each in after.load_failures):
        return None
    return fix_of(f"Write {quoted(meant)}", Applicability.UNSAFE, edit)


def _value(deployment: Deployment, key: KeyPath) -> object:
    node = deployment.config.document.find(key) if deployment.config.document else None
    return getattr(node, "value", None)


def no_module(cause: ModuleNotFound) -> str:
    """The clause that a module which the config names does not exist."""
    parent = cause.module.rpartition(".")[0]
    where = "neither the project nor a requirement has" if cause.is_external else "the project does not have"
    return f"{where} a module {quoted(cause.module)}{nearest(cause.nearest, parent)}"


def no_name(cause: AttributeNotFound) -> str:
    """The clause that a module does not bind a name."""
    file = f" ({cause.path})" if cause.path else ""
    clause = f"{quoted(cause.module)}{file} does not bind {quoted(cause.attribute)}"
    if is_submodule(cause):
        return f"{clause}, a module of it that is not imported by then"
    return clause + nearest(cause.nearest)


def is_submodule(cause: AttributeNotFound) -> bool:
    """Whether the name is that of a module inside, which becomes an attribute only once it is imported."""
    return cause.attribute in cause.nearest


def the_module(cause: AttributeNotFound) -> tuple[Related, ...]:
    """The file that is asked for a name."""
    return (Related(Location(cause.path), "the module that is asked"),) if cause.path else ()


def nearest(names: Sequence[str], parent: str = "") -> str:
    """``; did you mean `x`?`` for the first of some near names, else nothing."""
    if not names:
        return ""
    return f"; did you mean {quoted(f'{parent}.{names[0]}' if parent else names[0])}?"


def location_of(deployment: Deployment, failure: LoadFailure) -> Location:
    """Where the failure stands: in the project's code, else the config's value."""
    location = failure.cause.location if hasattr(failure.cause, "location") else None
    return location or deployment.config.at_value(*failure.key)


def _verdict(rule: Rule, deployment: Deployment, failure: LoadFailure, words: Words) -> Finding | UndecidedVerdict:
    shared = is_shared(deployment, lambda other: failure in other.load_failures)
    concerned = None if shared else deployment
    at = location_of(deployment, failure)
    if failure.doubt is not None:
        return rule.undecided(at, failure.doubt, deployment=concerned)
    if failure.late:
        outcome = f"{server(deployment)} starts, and whatever runs this function fails."
    else:
        outcome = does_not_start(deployment, shared=shared)
    return rule.finding(
        at,
        words.place,
        f"{words.message.rstrip('?')}{'?' if words.message.endswith('?') else '.'} {outcome}",
        words.help,
        consequence=Consequence.FAILS_REQUESTS if failure.late else None,
        deployment=concerned,
        related=way_to(deployment, at, key=failure.key, more=words.related),
        fix=words.fix or nearest_fix(failure, deployment),
    )


def _is_of(failure: LoadFailure, names: Iterable[str]) -> bool:
    """Whether a failure is about a module of one of these top-level names: what hides it is the cause."""
    module = getattr(failure.cause, "module", None)
    return isinstance(module, str) and module.partition(".")[0] in names
