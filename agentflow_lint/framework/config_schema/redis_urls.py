"""Redis URLs and references to variables in them, as regular expressions.

The grammar is that of :mod:`agentflow_lint.framework.config_checks.redis_url`. Some URLs pass whatever they are,
because the ways of Python's ``urllib`` with them are no regular language, or not worth one: those with a control
character, a percent sign, a bracket or a character beyond ASCII, and those that give an argument twice.
"""

from __future__ import annotations

from agentflow_lint.framework.config_checks.redis_url import FLOATS, INTEGERS
from agentflow_lint.framework.config_schema.patterns import END

#: What is not looked into.
_OPAQUE = r"[\s\S]*(?:[\x00-\x1f%\[\]]|[^\x00-\x7f])|[\s\S]*[?&]([a-z_]+)=[^#]*&\1="

# In a query, a plus sign is a blank.
_GAP = "[+ ]*"
_DIGITS = "[0-9](?:_?[0-9])*"
_INTEGER = f"-?{_DIGITS}"
_COUNT = f"(?:{_DIGITS}|-0(?:_?0)*)"
_NUMBER = rf"(?:{_DIGITS}\.?(?:{_DIGITS})?|\.{_DIGITS})(?:[eE][-+]?{_DIGITS})?"
_FLOAT = rf"-?(?:{_NUMBER}|[iI][nN][fF](?:[iI][nN][iI][tT][yY])?|[nN][aA][nN])"


def _no_other(names: tuple[str, ...], wanted: str) -> str:
    """A look-ahead that fails where the query gives one of ``names`` a value that is not ``wanted``."""
    return rf"(?![^?#]*\?(?:[^&#]*&)*(?:{'|'.join(names)})=(?!{_GAP}{wanted}{_GAP}(?:[&#]|{END}))[^&#])"


_NOT_NEGATIVE = "max_connections"
_ARGUMENTS = (
    _no_other(tuple(name for name in INTEGERS if name != _NOT_NEGATIVE), _INTEGER)
    + _no_other((_NOT_NEGATIVE,), _COUNT)
    + _no_other(FLOATS, _FLOAT)
)
_PORT = "0*(?:6553[0-5]|655[0-2][0-9]|65[0-4][0-9][0-9]|6[0-4][0-9]{3}|[1-5]?[0-9]{1,4})"
_SERVER = rf"//(?:[^/?#]*@)?[^/?#@:]*(?::(?:{_PORT})?)?(?:[/?#]|{END})"
_SCHEMES = rf"[rR][eE][dD][iI][sS][sS]?:(?:{_SERVER}|(?!//))|[uU][nN][iI][xX]:"

#: What ``Redis.from_url`` takes.
REDIS_URL = f"^(?:{_OPAQUE}|{_ARGUMENTS} *(?:{_SCHEMES}))"

#: A reference that ``os.path.expandvars`` may replace: a name is not empty and holds no ``=``.
REFERENCE = r"\$(?:[0-9A-Za-z_]|\{[^}=\x00]+\})"

# What comes before it: a name that no variable can have is passed over whole, whatever it holds.
_OTHER = r"(?:[^$]|\$\{(?:[^}=\x00]*[=\x00][^}]*)?\}|\$(?![0-9A-Za-z_]|\{[^}]*\}))*"

#: A text that does not ask for a variable, or asks for one that can be set.
EXPANDABLE = rf"^(?:(?!\$)(?![\s\S]*\$\{{)|{_OTHER}{REFERENCE})"
