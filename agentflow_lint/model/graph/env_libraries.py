"""Libraries that read the environment for the code: python-dotenv's ``dotenv_values``, environs and python-decouple.

Followed as far as they are used plainly; what they do beyond that leaves a value unknown.

- ``dotenv_values`` reads a file, never the environment; without a name, one that it looks for.
- environs 15 (``Env()``, ``env.str("X")``, ``env("X")``) raises EnvError for a variable that is not set and has no
  default; ``read_env()`` loads the file that ``load_dotenv()`` finds.
- python-decouple 3.8 (``config("X")``) looks into the environment first, then into a ``settings.ini`` or ``.env``
  above the calling module, so that a variable that is not set stays unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.model.graph.attributes import DOTENV_VALUES
from agentflow_lint.model.graph.results import MissingVariable
from agentflow_lint.model.graph.state import UNKNOWN_VARIABLE, Raised
from agentflow_lint.model.graph.things import Error, External, Known, Mapping, Opaque, Thing
from agentflow_lint.model.values import Known as KnownValue

if TYPE_CHECKING:
    from agentflow_lint.model.graph.classifying import Calling
    from agentflow_lint.model.graph.results import Place
    from agentflow_lint.model.values import Value

_ENVIRON = "environs.Env()"
#: The methods of environs whose result is the text itself.
_TEXT = ("str", "__call__")
_PARSERS = frozenset(
    """str int bool float decimal list dict json datetime date time timedelta path log_level uuid url enum dj_db_url
    dj_email_url dj_cache_url __call__""".split()  # noqa: SIM905
)
_DECOUPLED = ("decouple.config", "decouple.config.get")


def call(run: Calling, dotted: str, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing | None:
    """The result of calling one of these libraries; None for anything else."""
    if dotted in ("dotenv.dotenv_values", "dotenv.main.dotenv_values"):
        return _dotenv_values(run, arguments, keywords, place)
    if dotted == f"{DOTENV_VALUES}.get":
        return of_dotenv_values(run, arguments[0] if arguments else None, False, place)
    if dotted in _DECOUPLED:
        return _decoupled(run, arguments, keywords, place)
    if dotted == "environs.Env" and not keywords and not arguments:
        return External(_ENVIRON)
    if dotted.startswith(_ENVIRON):
        return _environs(run, dotted.removeprefix(_ENVIRON).lstrip(".") or "__call__", arguments, keywords, place)
    return None


def _dotenv_values(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    """What a named file holds, where that is known."""
    path = arguments[0] if arguments else keywords.get("dotenv_path")
    if isinstance(path, Known) and isinstance(path.value, str) and len(arguments) + len(keywords) == 1:
        held = run.env_file(path.value)
        if held is not None:
            return Mapping(
                {name: held_value(name, value, place) for name, value in held.items()}, run.born(), None, path.value
            )
    return External(DOTENV_VALUES)


def held_value(name: str, value: Value[str], place: Place) -> Thing:
    """What an env file holds for a variable."""
    if isinstance(value, KnownValue):
        return Known(value.value, place, value.origin)
    return Opaque(f"{UNKNOWN_VARIABLE}{name} is not known", place)


def of_dotenv_values(run: Calling, name: Thing | None, required: bool, place: Place) -> Thing:
    """An entry of what ``dotenv_values()`` gives."""
    if isinstance(name, Known) and isinstance(name.value, str):
        run.note_read(name.value, required, None, place, by="dotenv_values()", named=name.place)
    return Opaque("what dotenv_values() reads is not known", place)


def _decoupled(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    name = arguments[0] if arguments else keywords.get("option")
    default = arguments[1] if len(arguments) > 1 else keywords.get("default")
    if not isinstance(name, Known) or not isinstance(name.value, str):
        return Opaque("the variable's name is not known", place)
    run.note_read(name.value, default is None and "**" not in keywords, default, place, by="decouple", named=name.place)
    value = run.variable(name.value)
    if isinstance(value, Known) and not ("cast" in keywords or "**" in keywords or len(arguments) > 2):
        return value
    return Opaque(f"what decouple makes of {name.value} is not followed", place)


def _environs(run: Calling, method: str, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    if method == "read_env" and not arguments and not keywords:
        return Opaque("the result of read_env() is not known", place)
    if method not in _PARSERS:
        if method not in ("seal", "dump"):
            run.env_library_doubt = Opaque(f"{method}() of environs is not followed", place)
        return run.blind_call(f"{method}() of environs", place)
    name = arguments[0] if arguments else keywords.get("name")
    default = arguments[1] if len(arguments) > 1 else keywords.get("default")
    if run.env_library_doubt is not None:  # a prefix, or a file of its own: what it reads has another name, or place
        return run.env_library_doubt
    if not isinstance(name, Known) or not isinstance(name.value, str):
        return Opaque("the variable's name is not known", place)
    required = default is None and "**" not in keywords
    run.note_read(name.value, required, default, place, by="environs", named=name.place)
    value = run.variable(name.value)
    if value is None and required:
        reason = f"environs raises EnvError for {name.value}"
        outcome = MissingVariable((name.value,), reason, place)
        value = run.variable(name.value) if run.meet(outcome) else None
    if value is None and required:
        raise Raised(Error(External("environs.EnvError"), reason, outcome), place)
    if value is None:
        return default or Opaque("its default is not known", place)
    plain = method in _TEXT and not (set(keywords) - {"default"})
    return value if plain else Opaque(f"what environs makes of {name.value} is not followed", place)
