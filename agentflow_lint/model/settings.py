"""The effective settings: what the server's settings model holds in one deployment."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from agentflow_lint.framework.setting_values import Accepted, parse_setting
from agentflow_lint.model.values import ABSENT, Absent, Known, Origin, Unknown, Value
from agentflow_lint.records import once, record

if TYPE_CHECKING:
    from agentflow_lint.framework.release import Release
    from agentflow_lint.model.environment import Environment

SettingValue = str | int | float | bool | None

_DOCS_PATHS = ("DOCS_PATH", "REDOCS_PATH")
#: Unset, it is what MODE says, from the release on whose default is null (0.8.0, media_settings.py).
_FOLLOWS_MODE = "MEDIA_REQUIRE_OWNER"


@record(frozen=True)
class EffectiveSettings:
    """Name -> value after parsing, defaults and what production mode changes (settings.py of each release)."""

    release: Release
    environment: Environment

    def raw(self, name: str) -> Value[str]:
        """The text the environment holds for a setting, before the model parses it; no default.

        The media settings are built when the app starts up, after every release has loaded its env file
        (src/app/loader.py of 0.3.0 to 0.5.1, setup_middleware.py from 0.6.0).
        """
        setting = self.release.settings.get(name)
        return self.environment.setting(name, "runtime" if setting and setting.group == "media" else "settings")

    def __getitem__(self, name: str) -> Value[SettingValue]:
        """The effective value; absent when this release has no such setting.

        A text that the model rejects is unknown: the server does not start, which is a finding of its own.
        """
        return self._effective(name)

    @once
    def _effective(self, name: str) -> Value[SettingValue]:
        if name not in self.release.settings:
            return ABSENT
        value = self._parsed(name)
        if name == "MODE":
            return self._normalised_mode(value)
        return self._in_mode(name, value, is_set=not isinstance(self.raw(name), Absent))

    def unset(self, name: str) -> Value[SettingValue]:
        """What a setting other than MODE would be if nothing set it."""
        return self._in_mode(name, self.default(name), is_set=False)

    def _in_mode(self, name: str, value: Value[SettingValue], *, is_set: bool) -> Value[SettingValue]:
        """What MODE makes of a setting's value."""
        if name in _DOCS_PATHS and self.release.behaviour.hides_docs_in_production:
            return value if is_set else self._docs_path(name, value)
        if name == "IS_DEBUG" and self.release.behaviour.forces_debug_off and self.in_production:
            return Known(False, self._effect_of_production(), () if isinstance(value, Absent) else (value,))
        if name == _FOLLOWS_MODE and isinstance(value, Known) and value.value is None:
            return self._mode_decides(name)
        return value

    def text(self, name: str) -> Value[str]:
        """The effective value of a string setting; an optional one that is not set is absent."""
        value = self[name]
        if isinstance(value, Known):
            return Known(value.value, value.origin) if isinstance(value.value, str) else ABSENT
        return value

    def flag(self, name: str) -> bool | None:
        """The effective value of a boolean setting; None when it is unknown or the release has no such setting."""
        value = self[name]
        return value.value if isinstance(value, Known) and isinstance(value.value, bool) else None

    @cached_property
    def in_production(self) -> bool | None:
        """Whether MODE is effectively ``production``; None when that is unknown."""
        mode = self["MODE"]
        return mode.value == "production" if isinstance(mode, Known) else None

    def default(self, name: str) -> Known[SettingValue]:
        """The release's own default for a setting."""
        return Known(self.release.settings[name].default, self._default_origin())

    def _parsed(self, name: str) -> Value[SettingValue]:
        raw = self.raw(name)
        if isinstance(raw, Absent):
            return self.default(name)
        if isinstance(raw, Unknown):
            return raw
        parsed = parse_setting(self.release.settings[name], raw.value)
        if isinstance(parsed, Accepted):
            return Known(parsed.value, raw.origin, raw.overrode)
        return Unknown(f"{name} holds a value that this release rejects", raw.origin)

    def _normalised_mode(self, value: Value[SettingValue]) -> Value[SettingValue]:
        if not isinstance(value, Known) or not self.release.behaviour.mode_lowercased:
            return value
        return replace(value, value=str(value.value).lower() or "development")

    def _docs_path(self, name: str, value: Value[SettingValue]) -> Value[SettingValue]:
        if self.in_production is False:
            return value
        if self.in_production is None:
            return Unknown(f"{name} depends on MODE, which is unknown")
        return Known("", self._effect_of_production())

    def _mode_decides(self, name: str) -> Value[SettingValue]:
        if self.in_production is None:
            return Unknown(f"{name} depends on MODE, which is unknown")
        return Known(self.in_production, self._effect_of_production() if self.in_production else self._default_origin())

    def _default_origin(self) -> Origin:
        return Origin(f"default of {self.release.distribution} {self.release.version}")

    def _effect_of_production(self) -> Origin:
        return Origin(f"{self.release.distribution} {self.release.version} in production")
