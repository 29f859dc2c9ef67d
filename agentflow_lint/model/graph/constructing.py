"""Framework classes: what their constructors demand, and what compile() is given."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from packaging.version import Version

from agentflow_lint.framework import core_names, providers
from agentflow_lint.model.graph.classes import Classes, is_same_class
from agentflow_lint.model.graph.enums import EnumMember
from agentflow_lint.model.graph.results import (
    CheckpointerFact,
    CompileCall,
    Construction,
    ConstructionError,
    Inside,
    Step,
)
from agentflow_lint.model.graph.state import name_of
from agentflow_lint.model.graph.things import (
    Class,
    Compiled,
    FrameworkName,
    Instance,
    Intrinsic,
    Items,
    Known,
    Made,
    Opaque,
    Thing,
)
from agentflow_lint.model.graph.topology import fault_of
from agentflow_lint.model.values import ABSENT, Origin, Unknown
from agentflow_lint.model.values import Known as KnownValue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agentflow_lint.model.graph.results import CheckpointerKind, Place
    from agentflow_lint.model.graph.statements import Evaluator
    from agentflow_lint.model.values import Value

#: Arguments that could not be taken apart: ``*unknown`` and ``**unknown``.
STAR, STARS = "*", "**"

_TRAIL = 6

#: How the clients of the model providers are called.
_CLIENTS = {
    "google": "Google's client",
    "vertex": "Google's client (Vertex AI)",
    "openai": "OpenAI's client",
    "anthropic-vertex": "Anthropic's client (Vertex AI)",
}


class Constructing(Classes):
    """Making instances of framework classes, and compiling graphs."""

    @property
    def whole(self) -> Evaluator:
        """The whole evaluation; provided by the statements."""
        raise NotImplementedError

    # --- constructors ---

    def construct(self, name: str, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Made:
        """An instance of framework class ``name``; raises Raised where its constructor provably raises."""
        given = self.bind(core_names.constructor_parameters(name, self.core.version), arguments, keywords)
        self._check_exact(name, given, place)
        provider = None
        if name in providers.AGENT_MODELS and providers.AGENT_MODELS[name][0] == "__init__":
            provider = self._require_provider(name, given, place)
        self.notes.constructions.append(Construction(name, place, self.values(given), provider))
        if name == "PgCheckpointer":
            self._check_postgres(given, place)
        if name in providers.EMBEDDINGS:
            self._require_embedding_key(name, given, place)
        return Made(name, given, place, self.born())

    def bind(self, parameters: tuple[str, ...], arguments: list[Thing], keywords: dict[str, Thing]) -> dict[str, Thing]:
        """Arguments by parameter name; what has no name here is numbered from 1."""
        given: dict[str, Thing] = {}
        for number, value in enumerate(arguments):
            given[parameters[number] if number < len(parameters) else str(number + 1)] = value
        given.update(keywords)
        return given

    def _check_exact(self, name: str, given: Mapping[str, Thing], place: Place) -> None:
        """A class that swallows nothing takes no arguments but its own, and not less than it needs."""
        if name not in core_names.EXACT or not self._has_models() or STAR in given or STARS in given:
            return
        parameters, needed = core_names.EXACT[name]
        for each in given:
            if each not in parameters:
                raise self.python_error("TypeError", f"{name}() has no parameter {each!r}", place)
        for each in parameters[:needed]:
            if each not in given:
                raise self.python_error("TypeError", f"{name}() needs an argument {each!r}", place)

    def _check_postgres(self, given: Mapping[str, Thing], place: Place) -> None:
        """PgCheckpointer.__init__ of every release wants a database and a Redis; empty strings count as missing."""
        if STARS in given or STAR in given:
            return
        for alternatives in (("postgres_dsn", "pg_pool"), ("redis_url", "redis", "redis_pool")):
            truths = [self.truth(given[name], place) for name in alternatives if name in given]
            if not any(truth is not False for truth in truths):
                what = " or ".join(alternatives)
                reason = f"PgCheckpointer needs {what}"
                outcome = ConstructionError("checkpointer", alternatives, reason, place)
                raise self.error("ValueError", reason, place, outcome)

    # --- model providers ---

    def _require_provider(self, name: str, given: Mapping[str, Thing], place: Place) -> str | None:
        """The provider whose client is built; raises Raised when the environment lacks what it needs."""
        version = self.core.version
        if not providers.builds_clients(version) or (name != "Agent" and not self._has_models()):
            return None
        for parameter in providers.AGENT_MODELS[name][1]:
            model = given.get(parameter)
            if model is None or (isinstance(model, Known) and model.value is None):
                continue
            found = self._provider(model, given, place)
            if found is None:
                return None
            self._require_key(found, given, place)
            provider = found
        return provider if given.get(providers.AGENT_MODELS[name][1][0]) is not None else None

    def _has_models(self) -> bool:
        return Version(self.core.version) >= providers.PREBUILT_WITH_MODELS

    def _provider(self, model: Thing, given: Mapping[str, Thing], place: Place) -> str | None:
        named = given.get("provider")
        if STARS in given or isinstance(named, Opaque) or not isinstance(model, Known):
            return None
        provider = named.value if isinstance(named, Known) else None
        vertex = self._uses_vertex(given, place)
        if not isinstance(model.value, str) or not isinstance(provider, (str, type(None))) or vertex is None:
            return None
        found = providers.provider_of(self.core.version, model.value, provider, vertex)
        if isinstance(found, providers.UnsupportedProvider):
            reason = f"this release has no model provider {found.provider!r}"
            outcome = ConstructionError("unsupported-provider", (), reason, place)
            raise self.error("ValueError", reason, place, outcome)
        return found

    def _uses_vertex(self, given: Mapping[str, Thing], place: Place) -> bool | None:
        if not providers.knows_vertex(self.core.version):
            return False
        argument = given.get("use_vertex_ai")
        if argument is not None:
            return self.truth(argument, place)
        value = self.variable("GOOGLE_GENAI_USE_VERTEXAI")
        if value is None:
            return False
        return value.value.lower() == "true" if isinstance(value, Known) and isinstance(value.value, str) else None

    def _require_key(self, provider: str, given: Mapping[str, Thing], place: Place) -> None:
        needs = providers.NEEDS.get(provider)
        if needs is None:
            self._note_late_key(provider, given, place)
            return
        if provider == providers.OPENAI and providers.reads_api_key(self.core.version):
            key = given.get("api_key")
            if key is not None and self.truth(key, place) is not False:
                return
        if provider == "anthropic-vertex" and self._may_be_true(given.get("region"), place):
            return
        found = [self.variable(name) for name in needs.variables]
        others = needs.variables if len(needs.variables) > 1 else ()
        for name in needs.variables:
            self.note_read(name, False, None, place, by=_CLIENTS[needs.provider], alternatives=others, is_provider=True)
        if any(self._may_be_true(value, place) for value in found):
            return
        names = " or ".join(needs.variables)
        reason = f"the {needs.provider} client needs {names}"
        outcome = ConstructionError("provider-key", needs.variables, reason, place)
        if self.meet(outcome):
            return
        raise self.error(needs.error, reason, place, outcome)

    def _require_embedding_key(self, name: str, given: Mapping[str, Thing], place: Place) -> None:
        """OpenAIEmbedding and GoogleEmbedding: without ``api_key`` a variable has to be there, if only empty."""
        key = given.get("api_key")
        if STAR in given or STARS in given or (key is not None and self.truth(key, place) is not False):
            return
        needs = providers.EMBEDDINGS[name]
        others = needs.variables if len(needs.variables) > 1 else ()
        for variable in needs.variables:
            self.note_read(variable, not others, None, place, by=name, alternatives=others, is_provider=True)
        if all(self.variable(variable) is None for variable in needs.variables):
            names = " or ".join(needs.variables)
            reason = f"{name} needs {names}"
            outcome = ConstructionError("provider-key", needs.variables, reason, place)
            if not self.meet(outcome):
                raise self.error(needs.error, reason, place, outcome)

    def _note_late_key(self, provider: str, given: Mapping[str, Thing], place: Place) -> None:
        """Anthropic's client is built without a key; the first request misses it."""
        if provider != providers.ANTHROPIC or "api_key" in given or STARS in given:
            return
        names = ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN")
        for name in names:
            self.note_read(
                name,
                True,
                None,
                place,
                by="Anthropic's client",
                alternatives=names,
                is_provider=True,
                at_import_time=False,
            )

    def _may_be_true(self, thing: Thing | None, place: Place) -> bool:
        return thing is not None and self.truth(thing, place) is not False

    # --- compile ---

    def compile(
        self, builder: Made | Instance, name: str, arguments: list[Thing], keywords: dict[str, Thing], place: Place
    ) -> Thing:
        """``builder.compile(...)``, where the builder is (or derives from) framework class ``name``."""
        made = builder if isinstance(builder, Made) else builder.made
        if made is not None:
            self._build_agents(name, made, place)
        parameters = core_names.compile_parameters(name, self.core.version)
        given = self.bind(parameters, arguments, keywords)
        self._check_parameters(name, parameters, given, place)
        if name == "StateGraph" and made is not None:
            self._check_topology(made, given, place)
            self._bind_state(made, given.get("checkpointer"), place)
        checkpointer = self.checkpointer(given, place)
        has_container = made is not None and self._has_container(made)
        inside = None if made is None else Inside(made, given, self.whole)
        call = CompileCall(place, name, checkpointer, self._store(given), self.values(given), has_container, inside)
        steps = [*self.calls, Step(place, f"{name}.compile()")]
        if checkpointer.place is not None and checkpointer.place != place and checkpointer.class_name:
            steps.append(Step(checkpointer.place, checkpointer.class_name))
        compiled = Compiled(call, tuple(steps[-_TRAIL:]))
        doubt = self.regions[-1].doubt if self.regions else None
        if has_container:
            doubt = doubt or Opaque("its builder is given a container", place)
        self.notes.compiled.append((compiled, doubt))
        return compiled

    def _build_agents(self, name: str, made: Made, place: Place) -> None:
        """What a prebuilt agent's compile() makes of its constructor's arguments."""
        for twice in core_names.GIVEN_TWICE.get(name, ()):
            if twice in made.arguments and self._has_models():
                reason = f"{name} gives its agents {twice} twice"
                raise self.error("TypeError", reason, place, ConstructionError("graph", (), reason, place))
        if name in providers.AGENT_MODELS and providers.AGENT_MODELS[name][0] == "compile":
            provider = self._require_provider(name, made.arguments, place)
            if provider is not None:
                self.notes.constructions.append(Construction(name, place, {}, provider))

    def _has_container(self, made: Made) -> bool:
        """Whether the builder is given an InjectQ container, which the server's need not be."""
        given = made.arguments.get("container")
        return STARS in made.arguments or not (given is None or (isinstance(given, Known) and given.value is None))

    def _check_parameters(
        self, name: str, parameters: tuple[str, ...], given: Mapping[str, Thing], place: Place
    ) -> None:
        """compile() takes no arguments but its own, in any release."""
        for each in given:
            if each in parameters or each in (STAR, STARS):
                continue
            reason = f"{name}.compile() of this release has no parameter {each}"
            if each.isdigit():
                reason = f"{name}.compile() of this release takes {len(parameters)} arguments"
            raise self.error("TypeError", reason, place, ConstructionError("graph", (), reason, place))

    def _check_topology(self, made: Made, given: Mapping[str, Thing], place: Place) -> None:
        fault = fault_of(made, given)
        if fault is not None:
            outcome = ConstructionError("graph", (), fault.reason, fault.place or place)
            raise self.error("Exception", fault.reason, place, outcome)

    def _bind_state(self, builder: Made, checkpointer: Thing | None, place: Place) -> None:
        """A checkpointer serves one state class: the one it is parametrised with, and the one of its first graph."""
        if isinstance(checkpointer, Instance):
            checkpointer = checkpointer.made
        state = self._state_class(builder.arguments)
        if Version(self.core.version) < core_names.BINDS_STATE or not isinstance(checkpointer, Made) or state is None:
            return
        declared, bound = checkpointer.parameter, checkpointer.state
        if declared is not None and self.is_subclass(state, declared) is False:
            raise self._wrong_state(f"is declared for the state class {name_of(declared)}", checkpointer, state, place)
        if bound is not None and not is_same_class(state, bound):
            raise self._wrong_state(f"is bound to the state class {name_of(bound)} already", checkpointer, state, place)
        if self.in_doubt(checkpointer.birth) is None:
            checkpointer.state = state

    def _wrong_state(self, what: str, checkpointer: Made, state: Thing, place: Place) -> Exception:
        reason = f"its {checkpointer.name} {what}, and the graph's is {name_of(state)}"
        return self.error("ValueError", reason, place, ConstructionError("graph", (), reason, place))

    def _state_class(self, given: Mapping[str, Thing]) -> Thing | None:
        """The class of a StateGraph's state (AgentState without one); None when it is not known."""
        if STAR in given or STARS in given:
            return None
        state = given.get("state")
        if state is None or (isinstance(state, Known) and state.value is None):
            return FrameworkName("AgentState", "")
        if isinstance(state, Instance):
            return state.cls
        if isinstance(state, Made):
            return FrameworkName(state.name, "")
        return state if isinstance(state, (Class, FrameworkName)) else None

    def _store(self, given: Mapping[str, Thing]) -> Any:
        store = given.get("store")
        if store is None or (isinstance(store, Known) and store.value is None):
            return "unknown" if STARS in given or STAR in given else "absent"
        return "unknown" if isinstance(store, Opaque) else "given"

    def checkpointer(self, given: Mapping[str, Thing], place: Place) -> CheckpointerFact:
        """What the ``checkpointer`` argument of compile() is."""
        thing = given.get("checkpointer")
        if thing is None:
            for star in (STAR, STARS):
                if star in given:
                    reason = f"compile() gets its arguments from a {star} argument that is not known"
                    return CheckpointerFact("unknown", None, place, reason)
            return CheckpointerFact("none", None, place)
        if isinstance(thing, Known) and thing.value is None:
            return CheckpointerFact("none", None, thing.place or place)
        if isinstance(thing, Made):
            return self._fact(thing.name, thing.name, thing, thing.place)
        if isinstance(thing, Instance):
            return self._project_checkpointer(thing)
        if isinstance(thing, Opaque):
            return CheckpointerFact("unknown", None, thing.place or place, thing.reason)
        if isinstance(thing, (FrameworkName, Class)):
            reason = f"the checkpointer is the class {thing.name} itself, not an instance"
            return CheckpointerFact("unknown", thing.name, place, reason)
        return CheckpointerFact("unknown", None, place, f"the checkpointer is {name_of(thing)}")

    def _project_checkpointer(self, thing: Instance) -> CheckpointerFact:
        methods: set[str] = set()
        for cls in thing.cls.order:
            if isinstance(cls, Class):
                methods.update(cls.frame.names)
            elif isinstance(cls, FrameworkName) and cls.name in core_names.CHECKPOINTERS:
                return self._fact(cls.name, thing.cls.name, thing.made, thing.place, frozenset(methods))
            elif not isinstance(cls, Intrinsic):
                reason = f"{thing.cls.name} derives from {name_of(cls)}, which is not followed"
                return CheckpointerFact("unknown", thing.cls.name, thing.place, reason)
        return CheckpointerFact("unknown", thing.cls.name, thing.place, f"{thing.cls.name} is no checkpointer class")

    def _fact(
        self, base: str, name: str, made: Made | None, place: Place, methods: frozenset[str] = frozenset()
    ) -> CheckpointerFact:
        kind: CheckpointerKind | None = core_names.CHECKPOINTERS.get(base)  # type: ignore[assignment]
        if kind is None:
            return CheckpointerFact("unknown", name, place, f"{name} is no checkpointer class")
        given = self.values(made.arguments) if made is not None else {}
        return CheckpointerFact(kind, name, place, None, given, methods)

    # --- values for the rules ---

    def values(self, given: Mapping[str, Thing]) -> Mapping[str, Value[object]]:
        """Arguments as three-valued values; an object of a class is known by nothing but its presence."""
        return MappingProxyType({name: self.value(thing) for name, thing in given.items()})

    def value(self, thing: Thing) -> Value[object]:
        """One thing as a three-valued value; None is absent."""
        if isinstance(thing, Known):
            if thing.value is None:
                return ABSENT
            if isinstance(thing.value, EnumMember):
                return Unknown(f"it is a member of {thing.value.owner.name}")
            origin = thing.origin or Origin("literal", None)
            return KnownValue(thing.value, origin)
        if isinstance(thing, Opaque):
            return Unknown(thing.reason)
        if isinstance(thing, Items) and thing.doubt is None:
            items = [self.value(item) for item in thing.items]
            if all(isinstance(item, KnownValue) for item in items):
                return KnownValue(
                    tuple(item.value for item in items if isinstance(item, KnownValue)), Origin("literal")
                )
        return Unknown(f"it is {name_of(thing)}")
