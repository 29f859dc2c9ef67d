"""Settings classes of pydantic-settings: which variables an instance reads, and what it raises without them.

Read in pydantic-settings 2.16 (main.py, sources/base.py, sources/providers/env.py and dotenv.py) and run with it:

- A field reads the variable of its own name behind ``env_prefix``, in any case unless ``case_sensitive``; a field with
  an alias reads that instead, without the prefix.
- Arguments of the call win over the environment, which wins over the env file (relative to the working directory, and
  silently skipped where there is none), which wins over the default.
- A field without a default that nobody supplies is a ValidationError, ``Optional`` or not. An empty variable supplies
  it, unless ``env_ignore_empty``.

Whatever may supply fields in other ways (sources of its own, validators that run before, secrets, a command line)
leaves what is not set unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.framework.facts import Setting
from agentflow_lint.framework.setting_values import Rejected, parse_setting
from agentflow_lint.model.graph.results import ConstructionError, MissingVariable
from agentflow_lint.model.graph.settings_fields import Config, Field, config_of, fields_of, reason_for_doubt
from agentflow_lint.model.graph.state import UNKNOWN_VARIABLE, Raised
from agentflow_lint.model.graph.things import Class, Error, External, Instance, Known, Opaque, Thing
from agentflow_lint.model.values import Absent, Unknown
from agentflow_lint.model.values import Known as KnownValue
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agentflow_lint.model.graph.classifying import Calling
    from agentflow_lint.model.graph.results import Place
    from agentflow_lint.model.values import Value

_BASES = frozenset({"pydantic_settings.BaseSettings", "pydantic_settings.main.BaseSettings"})
#: What raises when a field is missing or does not fit; a ValueError.
ERROR = External("pydantic.ValidationError")


def is_settings_base(thing: Thing) -> bool:
    """Whether a base class is BaseSettings."""
    return isinstance(thing, External) and thing.dotted in _BASES


def fill(run: Calling, instance: Instance, keywords: Mapping[str, Thing], place: Place) -> None:
    """Give the instance its fields; raises Raised (ValidationError) where one is provably missing or unfit."""
    cls = instance.cls
    run.notes.settings_made.append(cls)
    config = config_of(run, cls, keywords, place)
    fields = fields_of(run, cls)
    doubt = reason_for_doubt(cls, config, keywords, fields)
    reading = _Reading(run, cls, config, Opaque(doubt, place) if doubt else None, place)
    for field in fields:
        reading.note(field, at_import_time=True)
    for field in fields:
        instance.attributes[field.name] = reading.value(field, keywords)
    reading.refuse_extras(fields)


def note_unmade(run: Calling) -> None:
    """Remember what the settings classes read that are defined and never instantiated while the graph is loaded."""
    made = run.notes.settings_made
    for cls in run.notes.settings_defined:
        if any(cls in other.order for other in (*made, *run.notes.settings_defined) if other is not cls) or cls in made:
            continue
        config = config_of(run, cls, {}, cls.place)
        reading = _Reading(run, cls, config, None, cls.place)
        for field in fields_of(run, cls):
            reading.note(field, at_import_time=False)


@record(frozen=True, eq=False)
class _Reading:
    """One instance being filled. With ``doubt`` a field that is not set may be supplied all the same."""

    run: Calling
    cls: Class
    config: Config
    doubt: Opaque | None
    place: Place

    def variables(self, field: Field) -> tuple[str, ...]:
        """The variables that supply a field, as people spell them; any one will do."""
        if field.aliases:
            return field.aliases
        name = f"{self.config.prefix}{field.name}"
        return (name if self.config.case_sensitive else name.upper(),)

    def note(self, field: Field, *, at_import_time: bool) -> None:
        names = self.variables(field)
        others = names if len(names) > 1 else ()
        default = field.default
        shown = Known(str(default.value)) if isinstance(default, Known) and default.value is not None else default
        for name in names:
            self.run.note_read(
                name,
                default is None,
                shown,
                field.place,
                by=self.cls.name,
                alternatives=others,
                files=self.config.files,
                at_import_time=at_import_time,
            )

    def value(self, field: Field, keywords: Mapping[str, Thing]) -> Thing:
        """The value that a field gets."""
        own = (field.name,) if self.config.by_name or not field.aliases else ()
        given = next((keywords[name] for name in (*field.aliases, *own) if name in keywords), None)
        if given is not None:
            return given
        names = self.variables(field)
        found = self._in_environment(names)
        if found is None:
            found = self._in_files(names)
        if isinstance(found, Known):
            return self._parsed(field, names[0], found)
        if found is not None:
            return found
        if field.default is not None:
            return self.doubt or field.default
        doubt = self.doubt or field.doubt
        if doubt is None and self.config.is_nested and field.kind is None:
            doubt = Opaque(f"variables of its parts may make up {field.name}", field.place)
        if doubt is not None:
            return doubt
        words = " or ".join(names)
        reason = f"{self.cls.name}() raises ValidationError without {words}"
        raise self._error(reason, MissingVariable(names, reason, self.place))

    def refuse_extras(self, fields: list[Field]) -> None:
        """An env file may give values to nothing but fields, unless the class says otherwise; empty ones do not count.

        Behind a prefix, a name that would be a field's without it is passed over.
        """
        if self.doubt is not None or not self.config.forbids_extra:
            return
        known = {name.lower() for field in fields for name in (*self.variables(field), field.name)}
        for path, values in self._files():
            filled = [name for name, value in (values or {}).items() if isinstance(value, KnownValue) and value.value]
            extra = next((name for name in filled if name.lower() not in known), None)
            if extra is not None and not any(self._may_be_nested(extra, name) for name in known):
                reason = f"ValidationError: {path} sets {extra}, which is no field of {self.cls.name}"
                raise self._error(reason, ConstructionError("raised", (), reason, self.place))

    def _may_be_nested(self, name: str, field: str) -> bool:
        return self.config.is_nested and name.lower().startswith(field)

    def _error(self, message: str, outcome: MissingVariable | ConstructionError) -> Raised:
        return Raised(Error(ERROR, message, outcome), self.place)

    def _in_environment(self, names: tuple[str, ...]) -> Thing | None:
        for name in names:
            spellings = (name,) if self.config.case_sensitive else (name, name.upper(), name.lower())
            for spelling in dict.fromkeys(spellings):
                value = self.run.variable(spelling)
                if isinstance(value, Known) and value.value == "" and self.config.ignores_empty:
                    continue
                if value is not None:
                    return value
        return None

    def _in_files(self, names: tuple[str, ...]) -> Thing | None:
        """The value that an env file of the class gives; the last file wins."""
        wanted = {name if self.config.case_sensitive else name.lower() for name in names}
        for path, values in reversed(list(self._files())):
            if values is None:
                return Opaque(f"it may come from {path}, which the settings class loads", self.place)
            for name, value in values.items():
                if (name if self.config.case_sensitive else name.lower()) not in wanted or isinstance(value, Absent):
                    continue
                if isinstance(value, Unknown):
                    return Opaque(f"{UNKNOWN_VARIABLE}{name} is not known ({value.reason})", self.place)
                assert isinstance(value, KnownValue)
                if value.value or not self.config.ignores_empty:
                    return Known(value.value, self.place, value.origin)
        return None

    def _files(self) -> Iterator[tuple[str, Mapping[str, Value[str]] | None]]:
        for path in self.config.files:
            yield path, self.run.env_file(path)

    def _parsed(self, field: Field, name: str, found: Known) -> Thing:
        if not isinstance(found.value, str) or field.kind is None or self.config.is_strict:
            return Opaque(f"what {self.cls.name} makes of {name} is not followed", self.place)
        parsed = parse_setting(Setting(name, field.kind, None), found.value)
        if isinstance(parsed, Rejected):
            reason = f"ValidationError: {name}, a field of {self.cls.name}, is no {field.kind}"
            raise self._error(reason, ConstructionError("raised", (), reason, self.place))
        return Known(parsed.value, self.place, found.origin)
