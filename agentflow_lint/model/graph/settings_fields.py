"""The fields and the configuration of a pydantic-settings class, read off its body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.model.graph.state import Raised
from agentflow_lint.model.graph.things import Class, Items, Known, Mapping, Opaque, Thing, Wrapped
from agentflow_lint.records import record
from agentflow_lint.sources.python import form

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as Names

    from agentflow_lint.model.graph.classifying import Calling
    from agentflow_lint.model.graph.results import Place

#: Annotations whose values are computed as pydantic does.
_KINDS = frozenset({"str", "int", "float", "bool"})
#: Keys of the configuration that bring values, or names of variables, from elsewhere.
_ELSEWHERE = ("secrets_dir", "cli_parse_args", "alias_generator", "env_prefix_target")
_STARS = "**"


@record(frozen=True, eq=False)
class Field:
    """One field: without ``default`` it is required; with ``aliases`` these are its variables, whatever the prefix.

    ``kind`` is its type where values of that are computed; ``doubt`` says why it may be supplied in ways not followed.
    """

    name: str
    place: Place
    default: Thing | None = None
    aliases: tuple[str, ...] = ()
    kind: str | None = None
    doubt: Opaque | None = None


@record(frozen=True)
class Config:
    """What ``model_config``, the inner ``Config``, the class keywords and the call's own keywords come to."""

    prefix: str = ""
    case_sensitive: bool = False
    files: tuple[str, ...] = ()
    ignores_empty: bool = False
    is_nested: bool = False
    is_strict: bool = False
    forbids_extra: bool = True
    by_name: bool = False
    unclear: str | None = None
    """A key whose value is not known, or that brings values from elsewhere."""


def config_of(run: Calling, cls: Class, keywords: Names[str, Thing], place: Place) -> Config:
    """The configuration of an instance that is made with ``keywords``."""
    given: dict[str, Thing] = {}
    unclear: str | None = None
    for base in reversed(cls.order):
        if not isinstance(base, Class):
            continue
        inner = base.frame.names.get("Config")
        if isinstance(inner, Class):
            given.update({name: value for name, value in inner.frame.names.items() if not name.startswith("_")})
        config = base.frame.names.get("model_config")
        if isinstance(config, Mapping):
            given.update({str(name): value for name, value in config.entries.items()})
        if config is not None and (not isinstance(config, Mapping) or config.doubt is not None):
            unclear = "model_config"
        given.update(base.keywords)
    given.update({name[1:]: value for name, value in keywords.items() if name.startswith("_")})
    for name in _ELSEWHERE:
        if name in given and not (isinstance(given[name], Known) and not given[name].value):  # type: ignore[union-attr]
            unclear = unclear or name

    def known(name: str, default: object) -> object:
        nonlocal unclear
        value = given.get(name)
        if value is None:
            return default
        if isinstance(value, Known):
            return default if value.value is None else value.value
        unclear = unclear or name
        return default

    files = _files(run, given.get("env_file"))
    if files is None:
        unclear = unclear or "env_file"
    return Config(
        prefix=str(known("env_prefix", "")),
        case_sensitive=bool(known("case_sensitive", False)),
        files=files or (),
        ignores_empty=bool(known("env_ignore_empty", False)),
        is_nested=bool(known("env_nested_delimiter", None)),
        is_strict=bool(known("strict", False)),
        forbids_extra=known("extra", "forbid") == "forbid",
        by_name=bool(known("populate_by_name", False) or known("validate_by_name", False)),
        unclear=unclear,
    )


def _files(run: Calling, value: Thing | None) -> tuple[str, ...] | None:
    """The env files, first to last; None where they are not known."""
    if value is None or (isinstance(value, Known) and value.value is None):
        return ()
    items = [value] if isinstance(value, Known) else run.elements(value)
    names = [item.value for item in items or () if isinstance(item, Known) and isinstance(item.value, str)]
    return tuple(names) if items is not None and len(names) == len(items) else None


def reason_for_doubt(cls: Class, config: Config, keywords: Names[str, Thing], fields: list[Field]) -> str | None:
    """Why what is not set may be supplied all the same."""
    if config.unclear:
        return f"{config.unclear} of {cls.name} is not followed"
    if _STARS in keywords:
        return f"the arguments of {cls.name}() are not all known"
    for base in cls.order:
        if not isinstance(base, Class):
            continue
        if base.frame.doubt is not None or "settings_customise_sources" in base.frame.names:
            return f"the sources of {base.name} are not followed"
        for statement in base.body:
            if isinstance(statement, form.FunctionDefinition) and any(map(_runs_before, statement.decorators)):
                return f"{base.name} has a validator that runs before its fields are looked at"
            if isinstance(statement, (form.If, form.Try, form.For, form.While, form.With, form.Match)):
                return f"the fields of {base.name} are not all known"
    return "a field of it is not annotated" if any(field.name == "" for field in fields) else None


def _runs_before(decorator: form.Expression) -> bool:
    """``@model_validator(mode="before")`` and its like, and version 1's ``@root_validator``."""
    call = decorator.function if isinstance(decorator, form.Call) else decorator
    name = call.id if isinstance(call, form.Name) else call.attr if isinstance(call, form.Attribute) else ""
    if name == "root_validator":
        return True
    if name != "model_validator" or not isinstance(decorator, form.Call):
        return False
    modes = [each.value for each in decorator.arguments if each.keyword == "mode"]
    return not any(isinstance(mode, form.Constant) and mode.value == "after" for mode in modes)


def fields_of(run: Calling, cls: Class) -> list[Field]:
    """The fields, those of base classes first."""
    found: dict[str, Field] = {}
    for base in reversed(cls.order):
        if isinstance(base, Class):
            for name, annotation, node in _declared(base.body):
                found[name] = _field(run, base, name, annotation, node)
    return list(found.values())


def _declared(body: form.Block) -> Iterator[tuple[str, form.Expression, form.Declare | form.Assign]]:
    for node in body:
        if not isinstance(node, (form.Declare, form.Assign)) or node.annotation is None:
            continue
        target = node.target if isinstance(node, form.Declare) else node.targets[0]
        if not isinstance(target, form.Name) or target.id.startswith("_") or target.id == "model_config":
            continue
        if not _is_called(_head(node.annotation), "ClassVar"):
            yield target.id, node.annotation, node


def _field(
    run: Calling, base: Class, name: str, annotation: form.Expression, node: form.Declare | form.Assign
) -> Field:
    place = run.place(node, base.frame)
    written = base.frame.names.get(name) if isinstance(node, form.Assign) else None
    options: dict[str, Thing] = {}
    inner = annotation
    if isinstance(annotation, form.Subscript) and _is_called(annotation.value, "Annotated"):
        parts = annotation.index.items if isinstance(annotation.index, form.Display) else (annotation.index,)
        inner = parts[0]
        for part in parts[1:]:
            made = _evaluated(run, part, base)
            if isinstance(made, Wrapped) and made.kind == "field":
                options.update(made.keywords)
    if isinstance(written, Wrapped) and written.kind == "field":
        options.update(written.keywords)
        written = options.get("default") or _made(options.get("default_factory"), name)
    elif written is None:
        written = options.get("default") or _made(options.get("default_factory"), name)
    if _is_ellipsis(written):
        written = None
    alias = options.get("validation_alias") or options.get("alias")
    aliases = _aliases(run, alias)
    doubt = Opaque(f"the alias of {name} is not followed", place) if aliases is None or "**" in options else None
    return Field(name, place, written, aliases or (), _kind(inner), doubt)


def _made(factory: Thing | None, name: str) -> Opaque | None:
    return None if factory is None else Opaque(f"the default of {name} is made by a function")


def _evaluated(run: Calling, node: form.Expression, cls: Class) -> Thing | None:
    try:
        with run.catching():
            return run.evaluate(node, cls.frame)
    except Raised:
        return None


def _aliases(run: Calling, alias: Thing | None) -> tuple[str, ...] | None:
    """The variables that an alias names; None where they are not known."""
    if alias is None or (isinstance(alias, Known) and alias.value is None):
        return ()
    items = run.elements(alias) if isinstance(alias, Items) else [alias]
    names = [item.value for item in items or () if isinstance(item, Known) and isinstance(item.value, str)]
    return tuple(names) if items is not None and len(names) == len(items) else None


def _is_ellipsis(thing: Thing | None) -> bool:
    return isinstance(thing, Opaque) and thing.reason == "an ellipsis is not followed"


def _head(annotation: form.Expression) -> form.Expression:
    return annotation.value if isinstance(annotation, form.Subscript) else annotation


def _is_called(node: form.Expression, name: str) -> bool:
    return (node.id if isinstance(node, form.Name) else getattr(node, "attr", "")) == name


def _kind(annotation: form.Expression) -> str | None:
    """The simple type that a value is read as; text that may also be None is text."""
    if isinstance(annotation, form.Name):
        return annotation.id if annotation.id in _KINDS else None
    parts: tuple[form.Expression, ...] = ()
    if isinstance(annotation, form.Binary) and all(sign == "|" for sign, _ in annotation.rest):
        parts = (annotation.first, *(part for _, part in annotation.rest))
    elif isinstance(annotation, form.Subscript) and _is_called(annotation.value, "Optional"):
        parts = (annotation.index,)
    others = [part for part in parts if not (isinstance(part, form.Constant) and part.value is None)]
    return "str" if len(others) == 1 and _is_called(others[0], "str") else None
