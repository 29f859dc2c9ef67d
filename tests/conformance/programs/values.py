"""Expressions for texts, numbers and truth values, which decide what a program does."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conformance.programs.writing import Program, Scope

WORDS = ("memory", "sqlite", "own", "prod", "staging")
_VARIABLES = ("SAVER", "STAGE", "TIER", "REGION")
_WRITTEN = (*WORDS, *WORDS, "Prod", "Memory", "eu-prod")
_SWITCHES = ("USE_DISK", "DEBUG")
_SWITCHED = ("true", "false", "1", "0", "yes", "True")
_NUMBERS = ("LIMIT", "RETRIES")
_NUMBERED = ("0", "3", "7", "12")


def _os(scope: Scope) -> None:
    scope.module.needs("import os")


# --- texts ---------------------------------------------------------------------------------------------------------


def text(program: Program, scope: Scope, depth: int) -> str:
    """An expression that is a str, or None where a variable that it reads is not set."""
    options = _PLAIN_TEXTS if depth <= 0 else (*_PLAIN_TEXTS, *_TEXTS)
    return program.choice(options)(program, scope, depth - 1)


def word(program: Program) -> str:
    """A constant."""
    return repr(program.choice(WORDS))


def _constant(program: Program, scope: Scope, depth: int) -> str:
    return word(program)


def _named_constant(program: Program, scope: Scope, depth: int) -> str:
    name = program.fresh("CHOSEN")
    scope.add(f"{name} = {word(program)}")
    return name


def _name(program: Program) -> str:
    return program.variable(program.choice(_VARIABLES), _WRITTEN)


def _demanded(program: Program, scope: Scope, depth: int) -> str:
    _os(scope)
    return f'os.environ["{_name(program)}"]'


def _got(program: Program, scope: Scope, depth: int) -> str:
    _os(scope)
    return f'os.getenv("{_name(program)}")'


def _defaulted(program: Program, scope: Scope, depth: int) -> str:
    name = _name(program)
    if program.often(50):
        scope.module.needs("from os import environ")
        return f'environ.get("{name}", {word(program)})'
    _os(scope)
    return f'os.getenv("{name}", {word(program)})'


def _or_default(program: Program, scope: Scope, depth: int) -> str:
    return f"({_got(program, scope, depth)} or {text(program, scope, depth)})"


def _env_file(program: Program, scope: Scope, depth: int) -> str:
    scope.module.needs("from dotenv import dotenv_values")
    name = _name(program)
    how = program.choice(('["{0}"]', '.get("{0}", {1})', '.get("{0}") or {1}'))
    return f"({{**dotenv_values('.env')}}{how.format(name, word(program))})"


def _layered(program: Program, scope: Scope, depth: int) -> str:
    """The env file's variables under those of the environment."""
    scope.module.needs("from dotenv import dotenv_values")
    _os(scope)
    kept = program.fresh("layers")
    made = program.choice(
        (
            '{**dotenv_values(".env"), **os.environ}',
            '{**dotenv_values(".env"), **os.environ}',
            '{"STAGE": "own", **os.environ}',
            'dotenv_values(".env.local") | dict(os.environ)',
            "{**os.environ, **dotenv_values('.env')}",
        )
    )
    scope.add(f"{kept} = {made}")
    if program.often(20):
        scope.add(f'{kept}["{_name(program)}"] = {word(program)}')
    name = _name(program)
    return program.choice((f'{kept}["{name}"]', f'{kept}.get("{name}")', f'{kept}.get("{name}", {word(program)})'))


def _chosen(program: Program, scope: Scope, depth: int) -> str:
    """A member of an enumeration, looked up by its value or by its name."""
    kind = enumeration(program, scope)
    given = program.choice((word(program), text(program, scope, depth)))
    how = program.number(0, 4)
    if how == 0:
        return f"{kind}.MEMORY.value"
    if how == 1:
        return f"{kind}[({given}).upper()].value"
    if how == 2:
        kept = program.fresh("kind")
        scope.block("try:", [f"{kept} = {kind}({given})"])
        scope.block("except ValueError:", [f"{kept} = {kind}.PROD"])
        return f"{kept}.value"
    if how == 3:
        return f"{kind}({given}).name.lower()"
    return f"[each.value for each in {kind}][{program.number(0, 2)}]"


def enumeration(program: Program, scope: Scope) -> str:
    """An enumeration of the words; the name of its class."""
    name = program.fresh("Kind")
    bases = program.choice(("Enum", "str, Enum", "StrEnum"))
    scope.module.needs(f"from enum import {bases.removeprefix('str, ')}")
    body = [f'{each.upper()} = "{each}"' for each in WORDS]
    if bases == "StrEnum" and program.often(40):
        scope.module.needs("from enum import auto")
        body = [f"{each.upper()} = auto()" for each in WORDS]
    if program.often(30):
        body += ["@property", "def is_kept(self):", "    return self is not type(self).MEMORY"]
    scope.block(f"class {name}({bases}):", body)
    return name


def _yielded(program: Program, scope: Scope, depth: int) -> str:
    """What a generator gives first, or all that it gives."""
    name = program.fresh("candidates")
    body = scope.inner()
    first = text(program, body, depth)
    if program.often(50):
        body.block(f"if {flag(program, body, depth)}:", [f"yield {first}"])
    else:
        body.add(f"yield {first}")
    body.add(f"yield {word(program)}")
    if program.often(30):
        body.add(f"yield from ({word(program)}, {word(program)})")
    scope.block(f"def {name}():", body)
    return program.choice((f"next({name}())", f"list({name}())[0]", f"[*{name}()][-1]", f'next({name}(), "own")'))


def _env_file_direct(program: Program, scope: Scope, depth: int) -> str:
    scope.module.needs("from dotenv import dotenv_values")
    kept = program.fresh("written")
    scope.add(f'{kept} = dotenv_values(".env")')
    return f'{kept}["{_name(program)}"]' if program.often(50) else f'{kept}.get("{_name(program)}", {word(program)})'


def _settings(program: Program, scope: Scope, depth: int) -> str:
    """A settings class of pydantic; where it is defined in a function, so is the class."""
    name = _name(program)
    class_name, made = program.fresh("Settings"), program.fresh("settings")
    scope.module.needs("from pydantic_settings import BaseSettings, SettingsConfigDict")
    default = program.choice(("", f" = {word(program)}"))
    attribute = name.lower()
    body = []
    style = program.choice(("plain", "prefix", "alias", "env_file"))
    if style == "prefix":
        prefix, _, rest = name.partition("A")
        options = f'env_prefix="{prefix}A"'
        attribute = rest.lower() or "x"
        if not rest:
            options, attribute = "", name.lower()
    else:
        options = 'env_file=".env"' if style == "env_file" else ""
    body.append(f'model_config = SettingsConfigDict({options + ", " if options else ""}extra="ignore")')
    if style == "alias":
        scope.module.needs("from pydantic import Field")
        attribute = "chosen"
        given = f"default{default.replace(' ', '')}, " if default else ""
        body.append(f'chosen: str = Field({given}validation_alias="{name}")')
    else:
        body.append(f"{attribute}: str{default}")
    scope.block(f"class {class_name}(BaseSettings):", body)
    if program.often(40):
        scope.module.needs("from functools import lru_cache")
        scope.add("@lru_cache")
        scope.block(f"def {made}() -> {class_name}:", [f"return {class_name}()"])
        return f"{made}().{attribute}"
    scope.add(f"{made} = {class_name}()")
    return f"{made}.{attribute}"


def _formatted(program: Program, scope: Scope, depth: int) -> str:
    kept = program.fresh("part")
    scope.add(f"{kept} = {text(program, scope, depth)}")
    end = program.choice(("-eu", "-us"))
    return program.choice(
        (
            f'f"{{{kept}}}"',
            f'f"{{{kept}}}{end}".removesuffix("{end}")',
            f'f"x-{{{kept}}}".split("-", 1)[1]',
            f'"{{}}".format({kept})',
            f'"%s" % {kept}',
            f'"".join([{kept}, ""])',
            f'f"{{{kept}!s:<1}}"',
        )
    )


def _method(program: Program, scope: Scope, depth: int) -> str:
    how = program.choice((".lower()", ".strip()", ".upper().lower()", '.replace("_", "-")', '.split(",")[0]', "[:]"))
    return f"({text(program, scope, depth)}){how}"


def _conditional(program: Program, scope: Scope, depth: int) -> str:
    first, second = text(program, scope, depth), text(program, scope, depth)
    return f"({first} if {flag(program, scope, depth)} else {second})"


def _mapped(program: Program, scope: Scope, depth: int) -> str:
    names = program.fresh("names")
    scope.add(f"{names} = {{'prod': 'sqlite', 'staging': 'memory', 'memory': {word(program)}}}")
    return f"{names}.get({text(program, scope, depth)}, {word(program)})"


def _function(program: Program, scope: Scope, depth: int) -> str:
    name = program.fresh("chosen")
    body = scope.inner()
    other = text(program, body, depth)
    if program.often(50):
        body.block(f"if {flag(program, body, depth)}:", [f"return {other}"])
        body.add("return given")
    else:
        body.add(f"return given or {other}")
    default = program.choice((word(program), "None", "''"))
    scope.block(f"def {name}(given={default}):", body)
    call = program.choice(("", f"given={word(program)}", word(program)))
    return f"{name}({call})"


def _attempted(program: Program, scope: Scope, depth: int) -> str:
    _os(scope)
    name = program.fresh("tried")
    scope.block("try:", [f'{name} = os.environ["{_name(program)}"]'])
    caught = program.choice(("KeyError", "KeyError", "(KeyError, ValueError)", "Exception", "LookupError"))
    scope.block(f"except {caught}:", [f"{name} = {word(program)}"])
    return name


_PLAIN_TEXTS: tuple[Callable[[Program, Scope, int], str], ...] = (
    *(_constant, _named_constant, _demanded, _got, _defaulted, _defaulted),
)
_TEXTS: tuple[Callable[[Program, Scope, int], str], ...] = (
    *(_or_default, _env_file, _env_file_direct, _settings, _settings, _formatted, _formatted, _method, _conditional),
    *(_mapped, _function, _attempted, _layered, _layered, _chosen, _yielded),
)


# --- numbers -------------------------------------------------------------------------------------------------------


def number(program: Program, scope: Scope, depth: int) -> str:
    """An expression that is an int."""
    if depth <= 0 or program.often(40):
        return str(program.number(0, 9))
    name = program.variable(program.choice(_NUMBERS), _NUMBERED)
    _os(scope)
    how = program.number(0, 5)
    if how == 0:
        return f'int(os.getenv("{name}", "3"))'
    if how == 1:
        return f'int(os.environ["{name}"])'
    if how == 2:
        return f"len({text(program, scope, depth - 1)})"
    if how == 3:
        return f"({number(program, scope, depth - 1)} {program.choice('+-*')} {program.number(1, 4)})"
    if how == 4:
        kept = program.fresh("size")
        scope.block("try:", [f'{kept} = int(os.environ.get("{name}", "many"))'])
        scope.block("except ValueError:", [f"{kept} = {program.number(0, 9)}"])
        return kept
    return f"max({number(program, scope, depth - 1)}, {program.number(0, 9)})"


# --- truth values --------------------------------------------------------------------------------------------------


def flag(program: Program, scope: Scope, depth: int) -> str:
    """An expression that is used for its truth."""
    options = _PLAIN_FLAGS if depth <= 0 else (*_PLAIN_FLAGS, *_FLAGS)
    return program.choice(options)(program, scope, depth - 1)


def _equal(program: Program, scope: Scope, depth: int) -> str:
    return f"{text(program, scope, depth)} {program.choice(('==', '==', '!='))} {word(program)}"


def _member(program: Program, scope: Scope, depth: int) -> str:
    words = ", ".join(word(program) for _ in range(program.number(1, 3)))
    brackets = program.choice(("{{{}}}", "[{}]", "({},)"))
    return f"{text(program, scope, depth)} {program.choice(('in', 'not in'))} {brackets.format(words)}"


def _contains(program: Program, scope: Scope, depth: int) -> str:
    return f"'o' in {text(program, scope, depth)}"


def _is_set(program: Program, scope: Scope, depth: int) -> str:
    _os(scope)
    name = _name(program)
    return program.choice(
        (f'"{name}" in os.environ', f'os.getenv("{name}") is not None', f'bool(os.environ.get("{name}"))')
    )


def _switch(program: Program, scope: Scope, depth: int) -> str:
    _os(scope)
    name = program.variable(program.choice(_SWITCHES), _SWITCHED)
    return program.choice(
        (
            f'os.getenv("{name}", "false").lower() in ("1", "true", "yes")',
            f'os.environ.get("{name}") == "true"',
            f'os.environ["{name}"].strip().lower() == "true"',
        )
    )


def _switch_setting(program: Program, scope: Scope, depth: int) -> str:
    name = program.variable(program.choice(_SWITCHES), _SWITCHED)
    class_name = program.fresh("Switches")
    scope.module.needs("from pydantic_settings import BaseSettings")
    scope.block(f"class {class_name}(BaseSettings):", [f"{name.lower()}: bool{program.choice(('', ' = False'))}"])
    return f"{class_name}().{name.lower()}"


def _literal(program: Program, scope: Scope, depth: int) -> str:
    return program.choice(("True", "False"))


def _not(program: Program, scope: Scope, depth: int) -> str:
    return f"not ({flag(program, scope, depth)})"


def _both(program: Program, scope: Scope, depth: int) -> str:
    joint = program.choice(("and", "or"))
    return f"(({flag(program, scope, depth)}) {joint} ({flag(program, scope, depth)}))"


def _compared(program: Program, scope: Scope, depth: int) -> str:
    first = number(program, scope, depth)
    if program.often(30):
        return f"{program.number(0, 5)} < {first} <= {number(program, scope, depth)}"
    return f"{first} {program.choice(('<', '<=', '>', '>=', '==', '!='))} {number(program, scope, depth)}"


def _several(program: Program, scope: Scope, depth: int) -> str:
    function = program.choice(("any", "all"))
    return f"{function}([{flag(program, scope, depth)}, {flag(program, scope, depth)}])"


def _starts(program: Program, scope: Scope, depth: int) -> str:
    return f"({text(program, scope, depth)}).startswith({word(program)})"


def _predicate(program: Program, scope: Scope, depth: int) -> str:
    name = program.fresh("is_wanted")
    body = scope.inner()
    body.add(f"return {flag(program, body, depth)}")
    scope.block(f"def {name}() -> bool:", body)
    return f"{name}()"


_PLAIN_FLAGS: tuple[Callable[[Program, Scope, int], str], ...] = (_equal, _equal, _member, _is_set, _switch, _literal)
_FLAGS: tuple[Callable[[Program, Scope, int], str], ...] = (
    *(_contains, _switch_setting, _not, _both, _both, _compared, _several, _starts, _predicate),
)
