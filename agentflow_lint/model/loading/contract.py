"""Which environment variables a deployment's server needs for what its config names, and who supplies each.

What is needed shows in three ways. The evaluation of the graph and of the plugins notes every read while they are
loaded; a variable is required if loading ends, or ends otherwise, once it is taken away. Reads inside functions are
read off the text. And some settings demand variables by themselves: JWT auth, and placeholders in the config.
"""

from __future__ import annotations

import re
from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from agentflow_lint.framework.config_checks import is_jwt_auth
from agentflow_lint.framework.config_checks.placeholders import placeholders
from agentflow_lint.framework.plugin_targets import plugins
from agentflow_lint.model.config_file import dotted
from agentflow_lint.model.git_ignored import git_ignored_by
from agentflow_lint.model.graph.results import ConstructionError, MissingVariable
from agentflow_lint.model.graph.state import assumed_variable
from agentflow_lint.model.loading.serving import evaluation, own_env_file, variable_of
from agentflow_lint.model.values import ABSENT, Absent, Known, Unknown
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.graph.results import EnvRead, Outcome
    from agentflow_lint.model.graph.serving import GraphEvaluation
    from agentflow_lint.model.values import Location, Origin, Value

#: Variables beyond this many are not tried one by one; they count as optional unless their read raises by itself.
_MOST_TRIED = 60

#: File names of env files: ``.env``, ``.env.production``, ``prod.env``.
_ENV_FILE = re.compile(r"^\.?env(?:$|\.)|\.env$", re.IGNORECASE)

Group = Literal["provider", "setting", "code"]
SuppliedBy = Literal["process", "env-file", "own-file", "template", "provided-env", "unknown", "nobody"]


@record(frozen=True)
class Need:
    """One variable that the server, or the code that it loads, reads.

    ``group`` says what reads it first: a model provider's client, the server for a setting of its config, or the
    project's code; ``readers`` names all that do. ``default`` is what stands in for it where that is a known text.
    Any one of ``alternatives``, of which it is the first, will do. ``first`` is the first place, ``count`` how many
    there are. ``late``: only functions that run after the start read it. ``files`` are the env files that a reader
    loads by itself.
    """

    name: str
    required: bool
    group: Group
    readers: tuple[str, ...]
    first: Location
    count: int = 1
    default: str | None = None
    alternatives: tuple[str, ...] = ()
    late: bool = False
    files: tuple[str, ...] = ()


@record(frozen=True)
class Supply:
    """Who supplies a variable in one deployment, and where.

    ``is_empty``: what is supplied is an empty text. ``is_described``: the value is the description's own, although not
    known: compose puts it together from other variables. ``is_in_image``: the env file that holds it is in the image,
    and git keeps it.
    """

    by: SuppliedBy
    origin: Origin | None = None
    reason: str = ""
    is_empty: bool = False
    is_described: bool = False
    is_in_image: bool = False


@record(frozen=True)
class Contract:
    """The needs of one deployment by name; ``open_reason`` says why there may be more of them."""

    needs: tuple[Need, ...]
    open_reason: str | None = None


@record(frozen=True)
class _Read:
    name: str
    required: bool
    group: Group
    reader: str
    location: Location
    default: str | None = None
    alternatives: tuple[str, ...] = ()
    late: bool = False
    files: tuple[str, ...] = ()
    order: int = field(default=0, compare=False)


def need_of(deployment: Deployment, name: str) -> Need | None:
    """What a deployment's server needs of one variable, by its name or one of its alternatives; None if it reads none.

    Says the same as :func:`contract`, at the price of one variable.
    """
    needs = contract(deployment, only=name).needs
    return next((each for each in needs if name in (each.name, *each.alternatives)), None)


def contract(deployment: Deployment, *, besides: Collection[str] = (), only: str | None = None) -> Contract:
    """The variables that a deployment's server needs, sorted by name, without those called as in ``besides``.

    With ``only`` nothing but what is said of that variable is computed.
    """
    reads: list[_Read] = []
    open_reason: str | None = None
    for import_path in loaded_paths(deployment):
        trial = _Trial(deployment, import_path, frozenset(besides), only)
        reads += trial.reads()
        if only is None:
            open_reason = open_reason or trial.open_reason
    reads += _of_settings(deployment)
    by_name: dict[str, list[_Read]] = {}
    for read in reads:
        if not _names(read).isdisjoint(besides) or (only is not None and only not in _names(read)):
            continue
        if read.alternatives and read.name != read.alternatives[0]:
            continue  # the first one speaks for them all
        by_name.setdefault(read.name, []).append(read)
    return Contract(tuple(_need(name, by_name[name]) for name in sorted(by_name)), open_reason)


def loaded_paths(deployment: Deployment) -> Iterator[str]:
    """The import paths that the server loads: the graph's, then the plugins'."""
    agent = deployment.config.get("agent")
    if isinstance(agent, str):
        yield agent
    for plugin in plugins(deployment.release.version, deployment.config.data):
        if plugin.unless is None:
            yield plugin.import_path


def _names(read: _Read) -> frozenset[str]:
    return frozenset(read.alternatives or (read.name,))


def _need(name: str, reads: list[_Read]) -> Need:
    """All reads of one variable as one need. Two import paths may read it at one place."""
    places = {read.location: read for read in reversed(reads)}
    unique = sorted(places.values(), key=lambda read: (read.late, read.order, read.location))
    required = any(read.required for read in unique)
    first = next((read for read in unique if read.required), unique[0])
    defaults = {read.default for read in unique if not read.required}
    return Need(
        name,
        required,
        first.group,
        tuple(dict.fromkeys(read.reader for read in (first, *unique))),
        first.location,
        len(unique),
        None if required or len(defaults) != 1 else defaults.pop(),
        first.alternatives,
        all(read.late for read in unique if read.required or not required),
        tuple(dict.fromkeys(path for read in unique for path in read.files)),
    )


@record(frozen=True, eq=False)
class _Trial:
    """What loading one import path reads, and what becomes of it without one of the variables."""

    deployment: Deployment
    import_path: str
    besides: frozenset[str]
    only: str | None = None

    @cached_property
    def lacking(self) -> frozenset[str]:
        """What loading it lacks, taken to be set.

        A checkpointer says which arguments it misses, and not which variables: those whose presence makes a difference.
        """
        demands = self.deployment.lacking_variables(self.import_path)
        found = frozenset(name for demand in demands for name in demand.variables)
        while len(found) < _MOST_TRIED:
            answers = self.answers(found)
            outcome = self.outcome(answers)
            if not isinstance(outcome, ConstructionError) or outcome.kind != "checkpointer":
                break
            reads = answers.graph(self.import_path).env_reads
            unset = {read.name for read in reads if read.at_import_time and read.default is None} - found
            needed = {name for name in unset if self.outcome(evaluation(self.deployment, found | {name})) != outcome}
            if not needed:
                break
            found |= needed
        return found

    @property
    def open_reason(self) -> str | None:
        """Why loading it cannot be followed to its end."""
        from agentflow_lint.model.graph.results import Undecided

        answers = self.answers(self.lacking)
        outcome = self.outcome(answers)
        if not isinstance(outcome, Undecided):
            outcome = answers.graph(self.import_path).may_raise
        return outcome.reason if isinstance(outcome, Undecided) else None

    def answers(self, assumed: frozenset[str]) -> GraphEvaluation:
        """The evaluation in which these are taken to be set: what it lacks besides, if anything, others ask as well."""
        return evaluation(self.deployment, assumed, meets_demands=True)

    def outcome(self, answers: GraphEvaluation) -> Outcome | None:
        if self.import_path == self.deployment.config.get("agent"):
            return answers.graph(self.import_path).outcome
        return answers.target(self.import_path).problem

    def reads(self) -> Iterator[_Read]:
        found = self.answers(self.lacking).graph(self.import_path).env_reads
        tried: dict[tuple[str, ...], bool] = {}
        for number, read in enumerate(found):
            names = read.alternatives or (read.name,)
            if not self.besides.isdisjoint(names) or (self.only is not None and self.only not in names):
                continue
            if read.at_import_time and names not in tried and len(tried) < _MOST_TRIED:
                tried[names] = self.is_missed(frozenset(names))
            required = tried.get(names, False) if read.at_import_time else read.required
            yield self._read(read, required, number)

    def is_missed(self, names: frozenset[str]) -> bool:
        """Whether loading ends for want of these variables, everything else being there."""
        lacking = self.lacking

        def environ(name: str) -> Value[str]:
            if name in names:
                return ABSENT
            return assumed_variable(name) if name in lacking else variable_of(self.deployment, name)

        outcome = self.outcome(self.deployment.evaluation.in_environment(environ, names))
        if isinstance(outcome, MissingVariable):
            return not names.isdisjoint(outcome.variables)
        if not isinstance(outcome, ConstructionError):
            return False
        return outcome != self.outcome(self.answers(lacking))

    def _read(self, read: EnvRead, required: bool, number: int) -> _Read:
        location = (read.named or read.place).location
        reader = read.by or "the project's code"
        return _Read(
            read.name,
            required,
            "provider" if read.is_provider else "code",
            reader,
            location,
            None if required else read.default,
            read.alternatives,
            not read.at_import_time,
            read.files,
            number,
        )


def _of_settings(deployment: Deployment) -> Iterator[_Read]:
    """What the config's own values make the server look up."""
    config = deployment.config
    if is_jwt_auth(config.data):
        for name in ("JWT_SECRET_KEY", "JWT_ALGORITHM"):
            yield _Read(name, True, "setting", "JWT auth", config.at_value("auth"))
    for each in placeholders(deployment.release.version, config.data):
        if each.expanded and each.variable.isidentifier():
            yield _Read(each.variable, True, "setting", dotted(each.path), config.at_value(*each.path))


def supply(deployment: Deployment, need: Need) -> Supply:
    """Who supplies a variable, or one of its alternatives, in a deployment."""
    found = [_supply(deployment, name, need.files) for name in (need.name, *need.alternatives)]
    return next((each for each in found if each.by != "nobody" and not each.is_empty), found[0])


def is_written_out(given: Supply) -> bool:
    """Whether what describes the deployment sets it, so that nobody has to: a Dockerfile, a compose file, a manifest.

    An env file does so that git keeps and the image holds. What one of compose or of a start script sets is what a
    template is for.
    """
    place = given.origin.location if given.origin else None
    if given.is_empty or place is None:
        return False
    if given.by == "env-file":
        return given.is_in_image
    if given.by != "process" or (given.reason and not given.is_described):
        return False
    return not _ENV_FILE.search(place.path.rpartition("/")[2])


def _supply(deployment: Deployment, name: str, files: tuple[str, ...]) -> Supply:
    environment = deployment.environment
    perhaps: Supply | None = None  # a Secret that may hold anything, over what is certainly there
    for layer in environment.process:
        value = layer.get(name, ABSENT)
        if isinstance(value, Known) and (value.value or perhaps is None):
            return Supply("process", value.origin, is_empty=not value.value)
        if isinstance(value, Unknown):
            found = Supply("process", value.origin, value.reason, is_described=_is_put_together(deployment, name))
            if name in tuple(layer):
                return perhaps or found
            perhaps = perhaps or found
    if perhaps is not None:
        return perhaps
    if name in environment.provided:
        origin = environment.provided[name]
        return Supply("template" if origin.location else "provided-env", origin)
    use = environment.env_file
    if use.reaches("runtime") and not isinstance(use.values.get(name, ABSENT), Absent):
        value = use.values[name]
        assert isinstance(value, (Known, Unknown))
        is_empty = isinstance(value, Known) and not value.value
        return Supply("env-file", value.origin, is_empty=is_empty, is_in_image=_is_reviewed(deployment, use.path))
    for path in files:
        held = own_env_file(deployment, path)
        if held is None:
            return Supply("unknown", None, f"it may stand in {path}")
        own = next((value for other, value in held.items() if other.lower() == name.lower()), ABSENT)
        if isinstance(own, (Known, Unknown)):
            return Supply("own-file", own.origin)
    last = variable_of(deployment, name)
    if isinstance(last, Unknown):
        return Supply("unknown", last.origin, last.reason)
    return Supply("nobody")


def _is_put_together(deployment: Deployment, name: str) -> bool:
    """Whether a compose file makes the value of other variables than the one of that name."""
    composed = deployment.composed
    if composed is None or composed.compose.interpolates(deployment.project.files, name):
        return False
    return any(entry.name == name and entry.value is not None for entry in composed.service.environment)


def _is_reviewed(deployment: Deployment, path: str | None) -> bool:
    """Whether an env file is in an image and in the repository, where a .gitignore says what is not."""
    files = deployment.project.files
    if deployment.image is None or path is None or not files.is_file(".gitignore"):
        return False
    return git_ignored_by(files, path) is None
