"""The functions of the standard library, and of python-dotenv, that a graph's configuration goes through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.model.graph import env_libraries
from agentflow_lint.model.graph.attributes import IMPORT_SYSTEM
from agentflow_lint.model.graph.injection import CONTAINER
from agentflow_lint.model.graph.things import (
    Class,
    External,
    Function,
    Intrinsic,
    Items,
    Known,
    Made,
    Mapping,
    Method,
    Opaque,
    Thing,
    Wrapped,
)
from agentflow_lint.model.loading.modules import absolute_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from agentflow_lint.model.graph.classifying import Calling
    from agentflow_lint.model.graph.results import Place

#: Packages whose functions do not raise, and return nothing that a graph is made of.
_HARMLESS = frozenset(
    {
        *("logging", "warnings", "typing", "typing_extensions", "datetime", "dotenv", "pathlib", "abc", "contextvars"),
        *("enum", "dataclasses", "collections", "functools", "itertools", "uuid", "time", "pydantic", "structlog"),
        *("loguru", "asyncio", "threading"),
    }
)
#: Methods of ``sys.path`` and ``sys.modules`` that change nothing.
_READING = frozenset({"get", "keys", "values", "items", "copy", "index", "count", "__contains__", "__getitem__"})
#: Functions that change where imports look.
_PATH_FUNCTIONS = frozenset({"site.addsitedir", "site.addpackage", "pkgutil.extend_path", "zipimport.zipimporter"})
#: What ``asyncio.get_event_loop()`` gives while a loop runs.
RUNNING_LOOP = "asyncio.get_event_loop()"
_CACHES = frozenset({"functools.lru_cache", "functools.cache"})
#: Decorators that return a function doing the same.
_TRANSPARENT = frozenset(
    {
        *("functools.singledispatch", "functools.total_ordering", "abc.abstractmethod"),
        *("typing.no_type_check", "typing.final", "typing.override", "typing.runtime_checkable", "typing.overload"),
        *("typing_extensions.override", "typing_extensions.final", "typing_extensions.deprecated", "enum.unique"),
        *("typing.dataclass_transform", "warnings.deprecated"),
    }
)


def knows(dotted: str) -> bool:
    """Whether calling ``dotted`` as a decorator is followed."""
    return dotted in _FUNCTIONS or dotted in _CACHES or dotted in _TRANSPARENT or dotted == "functools.wraps"


def call_external(
    run: Calling, function: External, arguments: list[Thing], keywords: dict[str, Thing], place: Place
) -> Thing:
    """What a call of something that is not seen returns."""
    known = _FUNCTIONS.get(function.dotted)
    if known is not None:
        return known(run, arguments, keywords, place)
    if function.dotted in _CACHES:
        return _cache(run, arguments)
    if function.dotted == "functools.wraps":
        return Intrinsic("same")
    if function.dotted == "abc.abstractmethod" and arguments:
        inner = arguments[0].function if isinstance(arguments[0], Wrapped) else arguments[0]
        if isinstance(inner, Function):
            inner.is_abstract = True
    if function.dotted in _TRANSPARENT:
        return arguments[0] if len(arguments) == 1 and not isinstance(arguments[0], Known) else Intrinsic("same")
    of_library = env_libraries.call(run, function.dotted, arguments, keywords, place)
    if of_library is not None:
        return of_library
    owner, _, method = function.dotted.rpartition(".")
    if (owner in IMPORT_SYSTEM and method not in _READING) or function.dotted in _PATH_FUNCTIONS:
        return _change_imports(run, function.dotted, arguments, place)
    if owner == "sys.modules" and method in ("get", "__getitem__") and arguments:
        return run.loaded_module(arguments[0], place)
    if function.dotted.startswith("os.environ."):
        return _environ_method(run, function.dotted.rpartition(".")[2], arguments, keywords, place)
    if function.dotted.partition(".")[0] == "injectq" and function.dotted.endswith("InjectQ.get_instance"):
        return run.server_container(place)
    if function.dotted.partition(".")[0] == "injectq" and function.dotted.endswith(CONTAINER):
        return Made(CONTAINER, {}, place, run.born())
    if function.dotted.partition(".")[0] in _HARMLESS:
        return Opaque(f"the result of {function.dotted}() is not known", place)
    return run.blind_call(f"{function.dotted}()", place, [*arguments, *keywords.values()])


def _change_imports(run: Calling, dotted: str, arguments: list[Thing], place: Place) -> Thing:
    """A call that changes where imports look, or what they find."""
    if dotted == "sys.modules.setdefault" and len(arguments) == 2 and isinstance(arguments[0], Known):
        found = run.modules.get(str(arguments[0].value))
        if found is None:
            run.replace_module(arguments[0], arguments[1], place)
        return found or arguments[1]
    run.doubt_imports(f"{dotted}() is called", place)
    return Opaque(f"the result of {dotted}() is not known", place)


def _getenv(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    name = arguments[0] if arguments else keywords.get("key")
    default = arguments[1] if len(arguments) > 1 else keywords.get("default")
    return _read(run, name, default, place)


def _read(run: Calling, name: Thing | None, default: Thing | None, place: Place) -> Thing:
    if not isinstance(name, Known) or not isinstance(name.value, str):
        return name if isinstance(name, Opaque) else Opaque("the variable's name is not known", place)
    run.note_read(name.value, False, default, place, named=name.place)
    value = run.variable(name.value)
    if value is None:
        return default if default is not None else Known(None, place)
    return value


def _environ_method(
    run: Calling, method: str, arguments: list[Thing], keywords: dict[str, Thing], place: Place
) -> Thing:
    if method == "get":
        return _getenv(run, arguments, keywords, place)
    if method == "copy":
        return Mapping({}, run.born(), has_environment=True)
    name = arguments[0] if arguments else None
    if method == "setdefault" and isinstance(name, Known) and isinstance(name.value, str) and len(arguments) > 1:
        value = run.variable(name.value)
        if value is None:
            run.set_variable(name.value, arguments[1])
            return arguments[1]
        return value
    if method == "update" and isinstance(name, Mapping):
        for key, value in name.entries.items():
            if isinstance(key, str):
                run.set_variable(key, value)
        return Known(None)
    if method == "pop" and isinstance(name, Known) and isinstance(name.value, str):
        if len(arguments) < 2 and not keywords:
            value = run._environment_item(name, place)
        else:
            value = _getenv(run, arguments, keywords, place)
        run.set_variable(name.value, None)
        return value
    return Opaque(f"os.environ.{method}() is not followed", place)


def _load_dotenv(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    """The default file is part of the deployment's environment already; another one has to be found and read."""
    path = arguments[0] if arguments else keywords.get("dotenv_path")
    overrides = keywords.get("override")
    replaces = overrides is not None and run.truth(overrides, place) is not False
    named = path is not None and not (isinstance(path, Known) and path.value is None)
    if named and isinstance(path, Opaque) and "find_dotenv" in path.reason:
        named = False
    if (
        named
        and isinstance(path, Known)
        and isinstance(path.value, str)
        and _load_own(run, path.value, overrides, place)
    ):
        return Known(True)
    if named or replaces:
        doubt = Opaque("it may come from an env file that the code loads itself", place)
        doubt.truthy = True if replaces else None
        run.environ_doubt = doubt
    return Known(True)


def _load_own(run: Calling, path: str, overrides: Thing | None, place: Place) -> bool:
    """Set what a named env file holds, over what is set if it ``overrides``; False where that is not known."""
    held = run.env_file(path)
    replaces = False if overrides is None else run.truth(overrides, place)
    if held is None or replaces is None:
        return False
    run.loaded_env_files.append(path)
    for name, value in held.items():
        if replaces or run.variable(name) is None:
            run.set_variable(name, env_libraries.held_value(name, value, place))
    return True


def _partial(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    if not arguments:
        return Opaque("partial() without a function", place)
    return Wrapped("partial", arguments[0], arguments[1:], keywords)


def _manager(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    """``contextmanager`` and ``asynccontextmanager`` of contextlib."""
    if len(arguments) != 1:
        return Opaque("a context manager is not followed", place)
    return Wrapped("manager", arguments[0])


def _cache(run: Calling, arguments: list[Thing]) -> Thing:
    """``lru_cache`` with or without arguments; a cached coroutine function is no coroutine function."""
    if len(arguments) == 1 and isinstance(arguments[0], (Function, Method, Class, Wrapped)):
        return Wrapped("cached", arguments[0])
    return External("functools.cache")


def _import_module(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    name = arguments[0] if arguments else keywords.get("name")
    package = arguments[1] if len(arguments) > 1 else keywords.get("package", Known(None))
    if isinstance(name, Known) and isinstance(name.value, str):
        if not name.value.startswith("."):
            return run.import_module(name.value, place)
        if isinstance(package, Known) and isinstance(package.value, str):
            rest = name.value.lstrip(".")
            dotted = absolute_name(package.value, len(name.value) - len(rest), rest)
            if dotted:
                return run.import_module(dotted, place)
    return Opaque("the name of the imported module is not known", place)


def _cast(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    return arguments[1] if len(arguments) > 1 else Opaque("cast() without a value", place)


def _asyncio_run(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    """``asyncio.run(coroutine)``: the server loads the graph inside a running loop, where this raises."""
    return run.enter_event_loop("asyncio.run()", place)


def _event_loop(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    """``asyncio.get_event_loop()``: the running loop where there is one."""
    return External(RUNNING_LOOP) if run.loop_is_running else Opaque("which event loop it is is not known", place)


def _run_in_loop(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    """``loop.run_until_complete(...)`` of the loop that runs already."""
    return run.enter_event_loop("run_until_complete()", place)


def _allow_nesting(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    """``nest_asyncio.apply()``: from here on a running loop may be entered again."""
    run.loop_is_running, run.nests_loops = None, True
    return Known(None)


def _cached_property(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    """``functools.cached_property``."""
    if not arguments:
        return Opaque("cached_property() is not followed", place)
    return Wrapped("cached_property", arguments[0])


def _pydantic_field(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    """``pydantic.Field(default, ...)``: taken apart when an instance is made."""
    return Wrapped("field", Known(None), keywords={"default": arguments[0], **keywords} if arguments else keywords)


def _config_dict(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    """``SettingsConfigDict(...)`` and ``ConfigDict(...)`` are dicts."""
    stars = keywords.get("**")
    entries = {name: value for name, value in keywords.items() if name != "**"}
    return Mapping(dict(entries), run.born(), stars if isinstance(stars, Opaque) else None)


def _alias_choices(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    """``AliasChoices("A", "B")``."""
    return Items("tuple", list(arguments), run.born())


def _field(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    """``dataclasses.field(...)``: taken apart when an instance is made."""
    return Wrapped("field", Known(None), keywords=keywords)


_FUNCTIONS: dict[str, Callable[[Calling, list[Thing], dict[str, Thing], Place], Thing]] = {
    "os.getenv": _getenv,
    "os.environ.get": _getenv,
    "dotenv.load_dotenv": _load_dotenv,
    "dotenv.main.load_dotenv": _load_dotenv,
    "functools.partial": _partial,
    "contextlib.contextmanager": _manager,
    "contextlib.asynccontextmanager": _manager,
    "functools.cached_property": _cached_property,
    "dataclasses.field": _field,
    "pydantic.Field": _pydantic_field,
    "pydantic.fields.Field": _pydantic_field,
    "pydantic.AliasChoices": _alias_choices,
    "pydantic.ConfigDict": _config_dict,
    "pydantic_settings.SettingsConfigDict": _config_dict,
    "importlib.import_module": _import_module,
    "typing.cast": _cast,
    "typing_extensions.cast": _cast,
    "asyncio.run": _asyncio_run,
    "asyncio.get_event_loop": _event_loop,
    "asyncio.get_running_loop": _event_loop,
    f"{RUNNING_LOOP}.run_until_complete": _run_in_loop,
    f"{RUNNING_LOOP}.run_forever": _run_in_loop,
    "nest_asyncio.apply": _allow_nesting,
}
