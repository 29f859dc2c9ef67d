"""Expressions for a checkpointer: the classes, and what can stand between them and compile()."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.conformance.programs.crossing import cycle, refer
from tests.conformance.programs.values import WORDS, enumeration, flag, text, word
from tests.conformance.programs.writing import Module, Scope, scope_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conformance.programs.writing import Program

CHECKPOINTERS = "tenxgraph.storage.checkpointer"
_METHODS = (
    *("asetup", "arelease", "aput_state", "aget_state", "aclear_state", "aput_state_cache", "aget_state_cache"),
    *("aput_messages", "aget_message", "alist_messages", "adelete_message", "aput_thread", "aget_thread"),
    *("alist_threads", "aclean_thread", "aget_thread_owner"),
)
_STEMS = ("saving", "stores", "settings", "parts", "factory", "kept", "threads", "wiring")


# --- classes -------------------------------------------------------------------------------------------------------


def checkpointer_class(program: Program, scope: Scope) -> str:
    """A class that needs no argument, mostly one that no other branch has: what is bound shows the branch."""
    kind = program.choice(("memory", "sqlite", "subclass", "subclass", "subclass", "own", "subclass-of-sqlite"))
    if kind == "memory":
        return _framework(scope.module, "InMemoryCheckpointer")
    if kind == "sqlite":
        return _framework(scope.module, "SqliteCheckpointer")
    name = program.fresh("Threads")
    if kind == "own":
        base = _own(program, scope)
    else:
        base = _framework(scope.module, "SqliteCheckpointer" if kind.endswith("sqlite") else "InMemoryCheckpointer")
    style = program.number(0, 4)
    if style == 0 and kind == "subclass":
        middle = program.fresh("Base")
        scope.block(f"class {middle}({base}):", ["kept = {}"])
        base = middle
    body = ["pass"]
    if style == 1:
        body = ["def __init__(self, *arguments, **named):", "    super().__init__(*arguments, **named)"]
    elif style == 2:
        body = ['"""Keeps threads."""', "label = 'threads'"]
    elif style == 3:
        body = ["def __init__(self):", "    super().__init__()", "    self.label = 'threads'"]
    scope.block(f"class {name}({base}):", body)
    return name


def _framework(module: Module, name: str) -> str:
    module.needs(f"from {CHECKPOINTERS} import {name}")
    return name


def _own(program: Program, scope: Scope) -> str:
    """A complete class of the project's own in a module of its own, which is there once."""
    path = f"{program.folder}/own_base.py"
    found = next((module for module in program.modules if module.path == path), None)
    if found is None:
        found = program.module("own_base")
        base = _framework(found, "BaseCheckpointer")
        scope_of(found).block(
            f"class OwnCheckpointer({base}):",
            [f"async def {name}(self, *arguments, **named): ..." for name in _METHODS],
        )
    scope.module.needs(f"from {found.name} import OwnCheckpointer")
    return "OwnCheckpointer"


def leaf(program: Program, scope: Scope, depth: int) -> str:
    """A checkpointer that is made on the spot, or None."""
    kind = program.number(0, 11)
    if kind == 0:
        return "None"
    if kind == 1:
        name = _framework(scope.module, "PgCheckpointer")
        scope.module.needs("import os")
        variable = program.variable("DATABASE_URL", ("postgresql://db.example/app",))
        cache = program.variable("CACHE_URL", ("redis://cache.example:6379/0",))
        given = program.choice((f'os.environ["{variable}"]', f'os.getenv("{variable}")'))
        return f'{name}(postgres_dsn={given}, redis_url=os.getenv("{cache}", "redis://cache.example:6379/1"))'
    if kind == 2:
        name = _framework(scope.module, "SqliteCheckpointer")
        given = program.choice(("'threads.db'", 'db_path="threads.db"', f'f"{{{word(program)}}}.db"'))
        return f"{name}({given})"
    return f"{checkpointer_class(program, scope)}()"


# --- what stands between -------------------------------------------------------------------------------------------


def saver(program: Program, scope: Scope, depth: int) -> str:
    """An expression for a checkpointer behind up to ``depth`` layers."""
    if depth <= 0:
        return leaf(program, scope, 0)
    options = (*_LAYERS, *_AWAITED) if scope.is_async else _LAYERS
    return program.choice(options)(program, scope, depth - 1)


def _crossed(program: Program, scope: Scope, depth: int) -> str:
    """The checkpointer of another module."""
    stem = program.choice(_STEMS)
    module = program.module(program.fresh(stem), below=program.often(20))
    inside = scope_of(module)
    name = program.fresh("saver")
    kind = program.number(0, 3)
    if program.often(12):
        cycle(program, scope.module, module)
    if kind < 2:
        inside.add(f"{name} = {saver(program, inside, depth)}")
        return refer(program, scope, module, name)
    body = inside.inner()
    if kind == 2:
        body.add(f"return {saver(program, body, depth)}")
        inside.block(f"def {name}():", body)
    else:
        class_name = checkpointer_class(program, inside)
        inside.add(f"{name} = {class_name}")
    return f"{refer(program, scope, module, name)}()"


def _named(program: Program, scope: Scope, depth: int) -> str:
    name = program.fresh("saver")
    annotation = program.choice(("", "", ": object"))
    scope.add(f"{name}{annotation} = {saver(program, scope, depth)}")
    return name


def _conditional(program: Program, scope: Scope, depth: int) -> str:
    condition = flag(program, scope, 2)
    return f"({saver(program, scope, depth)} if {condition} else {saver(program, scope, depth)})"


def _branches(program: Program, scope: Scope, depth: int) -> str:
    name = program.fresh("saver")
    early = program.often(25)
    if early:
        scope.add(f"{name} = {leaf(program, scope, 0)}")
    for number in range(program.number(1, 2)):
        body = scope.inner(scope.is_async)
        condition = flag(program, scope, 2) if number == 0 else flag(program, Scope(scope.module, []), 0)
        body.add(f"{name} = {saver(program, body, depth)}")
        scope.block(f"{'if' if number == 0 else 'elif'} {condition}:", body)
    if not early:
        body = scope.inner(scope.is_async)
        body.add(f"{name} = {saver(program, body, depth)}")
        scope.block("else:", body)
    return name


def _matched(program: Program, scope: Scope, depth: int) -> str:
    name, subject = program.fresh("saver"), text(program, scope, 2)
    cases = scope.inner(scope.is_async)
    for _ in range(program.number(1, 2)):
        patterns = dict.fromkeys(word(program) for _ in range(program.number(1, 2)))
        body = cases.inner(scope.is_async)
        body.add(f"{name} = {saver(program, body, depth)}")
        guard = f" if {flag(program, scope, 0)}" if program.often(20) else ""
        cases.block(f"case {' | '.join(patterns)}{guard}:", body)
    body = cases.inner(scope.is_async)
    body.add(f"{name} = {saver(program, body, depth)}")
    cases.block(f"case {program.choice(('_', 'other', 'str()'))}:", body)
    scope.block(f"match {subject}:", cases)
    return name


def _registry(program: Program, scope: Scope, depth: int) -> str:
    """A dict of classes or functions by name."""
    name = program.fresh("registry")
    entries = []
    for key in WORDS[: program.number(2, 5)]:
        how = program.number(0, 2)
        if how == 0:
            entries.append(f'"{key}": {checkpointer_class(program, scope)}')
        elif how == 1:
            entries.append(f'"{key}": lambda: {checkpointer_class(program, scope)}()')
        else:
            made = program.fresh("make")
            body = scope.inner()
            body.add(f"return {saver(program, body, depth)}")
            scope.block(f"def {made}():", body)
            entries.append(f'"{key}": {made}')
    scope.add(f"{name} = {{{', '.join(entries)}}}")
    if program.often(30):
        scope.add(f'{name}["own"] = {checkpointer_class(program, scope)}')
    if program.often(20):
        scope.add(f"{name}.update(staging={checkpointer_class(program, scope)})")
    key = text(program, scope, 2)
    how = program.number(0, 3)
    if how == 0:
        return f"{name}.get({key}, {checkpointer_class(program, scope)})()"
    if how == 1:
        chosen, other = program.fresh("chosen"), checkpointer_class(program, scope)
        scope.block("try:", [f"{chosen} = {name}[{key}]"])
        scope.block("except KeyError:", [f"{chosen} = {other}"])
        return f"{chosen}()"
    return f"{name}[{key}]()"


def _enumerated(program: Program, scope: Scope, depth: int) -> str:
    """Classes or functions by the members of an enumeration, or as their values."""
    kind, registry, given = enumeration(program, scope), program.fresh("registry"), text(program, scope, 1)
    if program.often(30):
        made = [f"{each.upper()} = {checkpointer_class(program, scope)}" for each in WORDS]
        scope.module.needs("from enum import Enum")
        savers = program.fresh("Savers")
        scope.block(f"class {savers}(Enum):", made)
        return program.choice((f"{savers}.OWN.value()", f"{savers}[({given}).upper()].value()"))
    entries = []
    for key in WORDS:
        made_by = checkpointer_class(program, scope)
        entries.append(f"{kind}.{key.upper()}: {program.choice((made_by, f'lambda: {made_by}()'))}")
    scope.add(f"{registry} = {{{', '.join(entries)}}}")
    key = program.choice(
        (f"{kind}({given})", f"{kind}({given})", f"{kind}[({given}).upper()]", f"{kind}.STAGING", given)
    )
    if program.often(30):
        return f"{registry}.get({key}, {checkpointer_class(program, scope)})()"
    return f"{registry}[{key}]()"


def _generated(program: Program, scope: Scope, depth: int) -> str:
    """What a generator function yields first."""
    name = program.fresh("savers")
    body = scope.inner()
    body.add(f"yield {saver(program, body, depth)}")
    if program.often(40):
        body.add(f"yield {leaf(program, body, 0)}")
    scope.block(f"def {name}():", body)
    how = program.number(0, 3)
    if how == 0:
        kept = program.fresh("saver")
        scope.block(f"for {kept} in {name}():", [f"if {kept} is not None:", "    break"])
        return kept
    if how == 1:
        kept = program.fresh("iterator")
        scope.add(f"{kept} = {name}()")
        return f"next({kept})"
    return program.choice((f"next({name}())", f"list({name}())[0]", f"next({name}(), None)"))


def _managed(program: Program, scope: Scope, depth: int) -> str:
    """A context manager gives it, which is left or closed afterwards."""
    name, kept = program.fresh("opened"), program.fresh("saver")
    is_async = scope.is_async and program.often(60)
    kind = program.choice(("function", "function", "class"))
    if kind == "function":
        manager = "asynccontextmanager" if is_async else "contextmanager"
        scope.module.needs(f"from contextlib import {manager}")
        body = scope.inner(is_async=is_async)
        given = saver(program, body, depth)
        if program.often(50):
            body.block("try:", [f"yield {given}"])
            body.block("finally:", ["print('closed')"])
        else:
            body.add(f"yield {given}")
        scope.add(f"@{manager}")
        scope.block(f"{'async ' if is_async else ''}def {name}():", body)
    else:
        body, enter = scope.inner(), scope.inner(is_async=is_async)
        enter.add(f"return {saver(program, enter, depth)}")
        a, word_ = ("a", "async ") if is_async else ("", "")
        body.block(f"{word_}def __{a}enter__(self):", enter)
        body.block(f"{word_}def __{a}exit__(self, *error):", ["return None"])
        scope.block(f"class {name}:", body)
    scope.block(f"{'async ' if is_async else ''}with {name}() as {kept}:", ["pass"])
    return kept


def _run(program: Program, scope: Scope, depth: int) -> str:
    """A coroutine that is run on the spot, where the server's loop runs already."""
    if program.often(50):
        return _function(program, scope, depth)
    name, kept = program.fresh("connect"), program.fresh("saver")
    scope.module.needs("import asyncio")
    body = scope.inner(is_async=True)
    body.add(f"return {saver(program, body, depth)}")
    scope.block(f"async def {name}():", body)
    call = program.choice((f"asyncio.run({name}())", f"asyncio.get_event_loop().run_until_complete({name}())"))
    if program.often(60):
        other = leaf(program, scope, 0)
        scope.block("try:", [f"{kept} = {call}"])
        scope.block(f"except {program.choice(('RuntimeError', 'Exception'))}:", [f"{kept} = {other}"])
        return kept
    return call


def _beside(program: Program, scope: Scope, depth: int) -> str:
    """A module in a folder that the program puts on the search path."""
    module = scope.module
    folder, name = program.fresh("lib"), program.fresh("savings")
    inside = Module(name, f"{folder}/{name}.py")
    program.modules.append(inside)
    made = scope_of(inside)
    made.add(f"saver = {leaf(program, made, 0)}")
    module.needs("import sys")
    if program.often(50):
        module.needs("from pathlib import Path")
        up = "Path(__file__)" + ".parent" * (1 + program.folder.count("/") + 1)
        path = f'str({up} / "{folder}")'
    else:
        path = f'"{folder}"'
    scope.add(
        f"sys.path.{program.choice((f'insert(0, {path})', f'append({path})'))}", f"from {name} import saver as {name}"
    )
    return name


def _registered(program: Program, scope: Scope, depth: int) -> str:
    """A decorator with an argument puts functions into a dict and returns them."""
    registry, register = program.fresh("makers"), program.fresh("register")
    scope.add(f"{registry} = {{}}")
    decorate = scope.inner()
    decorate.block("def decorate(function):", [f"{registry}[name] = function", "return function"])
    decorate.add("return decorate")
    scope.block(f"def {register}(name):", decorate)
    last = ""
    for key in WORDS[: program.number(2, 4)]:
        last = program.fresh("make")
        body = scope.inner()
        body.add(f"return {saver(program, body, depth)}")
        scope.add(f'@{register}("{key}")')
        scope.block(f"def {last}():", body)
    if program.often(30):
        return f"{last}()"
    return f"{registry}[{text(program, scope, 2)}]()"


def _function(program: Program, scope: Scope, depth: int) -> str:
    """A function with defaults, of which some are given by keyword."""
    name = program.fresh("make_saver")
    body = scope.inner()
    body.block(f"if kind {program.choice(('==', '!='))} {word(program)}:", [f"return {leaf(program, scope, 0)}"])
    if program.often(40):
        nested = body.inner()
        nested.add(f"return {saver(program, nested, depth)}")
        body.block("if fast or not kind:", nested)
    body.add(f"return {saver(program, body, depth)}")
    scope.block(f"def {name}(kind={word(program)}, *, fast={program.choice(('False', 'True'))}):", body)
    given = text(program, scope, 2)
    call = program.choice(("", given, f"kind={given}", f"fast={flag(program, scope, 1)}", f"{given}, fast=True"))
    return f"{name}({call})"


def _decorated(program: Program, scope: Scope, depth: int) -> str:
    decorator, name = program.fresh("noted"), program.fresh("make_saver")
    if program.often(50):
        scope.block(f"def {decorator}(function):", ["function.noted = True", "return function"])
    else:
        scope.module.needs("import functools")
        inner = scope.inner()
        if program.often(70):
            inner.add("@functools.wraps(function)")
        inner.block("def wrapper(*arguments, **named):", ["return function(*arguments, **named)"])
        inner.add("return wrapper")
        scope.block(f"def {decorator}(function):", inner)
    body = scope.inner()
    body.add(f"return {saver(program, body, depth)}")
    scope.add(f"@{decorator}")
    scope.block(f"def {name}():", body)
    return f"{name}()"


def _closure(program: Program, scope: Scope, depth: int) -> str:
    name = program.fresh("maker_of")
    style = program.number(0, 2)
    body = scope.inner()
    if style == 0:
        body.block("def inner():", ["return given"])
        body.add("return inner")
    elif style == 1:
        body.add("return lambda: given")
    else:
        body.add("kept = None")
        inner = body.inner()
        inner.add("nonlocal kept")
        inner.block("if kept is None:", ["kept = given"])
        inner.add("return kept")
        body.block("def inner():", inner)
        body.add("return inner")
    scope.block(f"def {name}(given):", body)
    return f"{name}({saver(program, scope, depth)})()"


def _lambda(program: Program, scope: Scope, depth: int) -> str:
    name = program.fresh("make")
    inner = saver(program, Scope(scope.module, scope.lines, scope.is_module), depth)  # nothing awaits in a lambda
    scope.add(f"{name} = lambda: {inner}")
    return f"{name}()"


def _partial(program: Program, scope: Scope, depth: int) -> str:
    scope.module.needs("from functools import partial")
    name = program.fresh("pick_saver")
    body = scope.inner()
    condition = program.choice((f"kind == {word(program)}", "kind", f"kind in ({word(program)}, {word(program)})"))
    body.add(f"return first if {condition} else second")
    scope.block(f"def {name}(kind, first=None, second=None):", body)
    first, second, key = saver(program, scope, depth), leaf(program, scope, 0), text(program, scope, 1)
    return program.choice(
        (
            f"partial({name}, {key}, first={first})(second={second})",
            f"partial({name}, first={first}, second={second})({key})",
            f"partial({checkpointer_class(program, scope)})()",
        )
    )


def _cached(program: Program, scope: Scope, depth: int) -> str:
    name = program.fresh("the_saver")
    scope.module.needs("from functools import cache, lru_cache")
    body = scope.inner()
    body.add(f"return {saver(program, body, depth)}")
    scope.add(f"@{program.choice(('lru_cache', 'lru_cache(maxsize=1)', 'cache'))}")
    scope.block(f"def {name}():", body)
    if program.often(30):
        scope.add(f"{name}()")
    return f"{name}()"


def _global(program: Program, scope: Scope, depth: int) -> str:
    """A module's variable that a function fills at its first call."""
    if not scope.is_module:
        return _function(program, scope, depth)
    kept, name = program.fresh("_saver"), program.fresh("get_saver")
    scope.add(f"{kept} = None")
    body = scope.inner()
    body.add(f"global {kept}")
    filling = body.inner()
    filling.add(f"{kept} = {saver(program, filling, depth)}")
    body.block(f"if {kept} is None:", filling)
    body.add(f"return {kept}")
    scope.block(f"def {name}():", body)
    return f"{name}()"


def _alternative(program: Program, scope: Scope, depth: int) -> str:
    return program.choice(("({0} or {1})", "({1} or {0})", "({0} and {1})")).format(
        saver(program, scope, depth), leaf(program, scope, 0)
    )


def _unpacked(program: Program, scope: Scope, depth: int) -> str:
    one, two, three = program.fresh("first"), program.fresh("second"), saver(program, scope, depth)
    style = program.number(0, 4)
    if style == 0:
        scope.add(f"{one}, {two} = {three}, 1")
    elif style == 1:
        scope.add(f"{two}, *{one} = [1, {three}]")
        return f"{one}[0]"
    elif style == 2:
        scope.block(f"for {one}, {two} in [({leaf(program, scope, 0)}, 1), ({three}, 2)]:", [f"{two} += 1"])
    elif style == 3:
        scope.add(f"{one} = [each for each in [{three}] if each is not None]")
        return f"({one}[0] if {one} else None)"
    else:
        scope.block(f"if ({one} := {three}) is None:", [f"{one} = {leaf(program, scope, 0)}"])
    return one


def _looked_up(program: Program, scope: Scope, depth: int) -> str:
    """The class by its name."""
    class_name = program.choice(("InMemoryCheckpointer", "SqliteCheckpointer"))
    scope.module.needs("import importlib")
    module = program.choice((f'importlib.import_module("{CHECKPOINTERS}")', "checkpointers"))
    if module == "checkpointers":
        scope.module.needs(f"from {CHECKPOINTERS.rpartition('.')[0]} import checkpointer as checkpointers")
    return program.choice((f'getattr({module}, "{class_name}")()', f"{module}.{class_name}()"))


def _injected(program: Program, scope: Scope, depth: int) -> str:
    """A binding of the container that the server reads too."""
    scope.module.needs("from injectq import InjectQ")
    container, key = program.fresh("container"), program.fresh("Key")
    scope.block(f"class {key}:", ["pass"])
    scope.add(f"{container} = InjectQ.get_instance()")
    given = saver(program, scope, depth)
    name = program.fresh("bound")
    scope.add(f"{name} = {given} or {checkpointer_class(program, scope)}()")
    scope.add(program.choice((f"{container}.bind_instance({key}, {name})", f"{container}[{key}] = {name}")))
    return program.choice(
        (f"{container}.get({key})", f"{container}[{key}]", f"InjectQ.get_instance().get({key})", name, name)
    )


# --- classes of the project that hold one --------------------------------------------------------------------------


def _held(program: Program, scope: Scope, depth: int) -> str:
    """An instance's attribute, got directly, by a property or by a method."""
    name = program.fresh("Holder")
    given = saver(program, scope, depth)
    body = scope.inner()
    body.block("def __init__(self, given=None, *, label='kept'):", ["self._kept = given", "self.label = label"])
    access = program.choice(("._kept", ".saver", ".get_saver()", ".build(label='x')", "()", ".cached"))
    if access == ".saver":
        body.add("@property")
        body.block("def saver(self):", ["return self._kept"])
    elif access == ".get_saver()":
        body.block("def get_saver(self):", ["return self._kept"])
    elif access == ".build(label='x')":
        body.block("def build(self, label=None):", ["self.label = label or self.label", "return self._kept"])
    elif access == "()":
        body.block("def __call__(self):", ["return self._kept"])
    elif access == ".cached":
        scope.module.needs("from functools import cached_property")
        body.add("@cached_property")
        body.block("def cached(self):", ["return self._kept"])
    scope.block(f"class {name}:", body)
    call = f"{name}({program.choice(('', 'given='))}{given})"
    if program.often(50):
        holder = program.fresh("holder")
        scope.add(f"{holder} = {call}")
        return f"{holder}{access}"
    return f"{call}{access}"


def _class_attribute(program: Program, scope: Scope, depth: int) -> str:
    name = program.fresh("Config")
    kept = program.fresh("given")
    scope.add(f"{kept} = {saver(program, scope, depth)}")
    scope.block(f"class {name}:", [f"saver = {kept}", "label = 'kept'"])
    if program.often(40):
        child = program.fresh("Config")
        body = [f"saver = {leaf(program, scope, 0)}"] if program.often(50) else ["label = 'other'"]
        scope.block(f"class {child}({name}):", body)
        name = child
    return program.choice((f"{name}.saver", f"{name}().saver", f'getattr({name}, "saver")'))


def _inherited(program: Program, scope: Scope, depth: int) -> str:
    """A hook of a base class that a subclass overrides, or leaves."""
    base, child = program.fresh("Base"), program.fresh("Child")
    hook, own = scope.inner(), scope.inner()
    hook.add(f"return {leaf(program, hook, 0)}")
    own.add(f"return {saver(program, own, depth)}")
    body, below = scope.inner(), scope.inner()
    body.block("def __init__(self, label='base'):", ["self.label = label", "self.saver = self.make()"])
    body.block("def make(self):", hook)
    below.block("def __init__(self):", ["super().__init__(label='child')"])
    style = program.number(0, 3)
    if style == 0:
        own.lines[-1] = own.lines[-1] + " or super().make()"
    if style < 3:
        below.block("def make(self):", own)
    scope.block(f"class {base}:", body)
    scope.block(f"class {child}({base}):", below)
    return f"{child}().saver"


def _class_method(program: Program, scope: Scope, depth: int) -> str:
    name = program.fresh("Savers")
    body, inner = scope.inner(), scope.inner()
    kind = program.choice(("classmethod", "staticmethod"))
    inner.add(f"return {saver(program, inner, depth)}")
    body.add(f"@{kind}")
    body.block(f"def make({'cls' if kind == 'classmethod' else ''}):", inner)
    scope.block(f"class {name}:", body)
    return f"{name}.make()"


def _data_class(program: Program, scope: Scope, depth: int) -> str:
    scope.module.needs("from dataclasses import dataclass, field")
    name = program.fresh("Parts")
    maker = checkpointer_class(program, scope)
    scope.add(f"@dataclass{program.choice(('', '(frozen=True)', '(kw_only=True)'))}")
    scope.block(f"class {name}:", ["label: str = 'parts'", f"saver: object = field(default_factory={maker})"])
    given = program.choice(("", f"saver={saver(program, scope, depth)}"))
    return f"{name}({given}).saver"


def _awaited(program: Program, scope: Scope, depth: int) -> str:
    name = program.fresh("open_saver")
    body = scope.inner(is_async=True)
    body.add(f"return {saver(program, body, depth)}")
    scope.block(f"async def {name}(kind=None):", body)
    return f"(await {name}({program.choice(('', 'kind=1'))}))"


_LAYERS: tuple[Callable[[Program, Scope, int], str], ...] = (
    *(_crossed, _crossed, _crossed, _crossed, _crossed, _named, _conditional, _conditional, _branches, _branches),
    *(_matched, _registry, _registry, _registered, _function, _function, _decorated, _closure, _lambda, _partial),
    *(_cached, _global, _alternative, _unpacked, _looked_up, _injected, _held, _held, _class_attribute, _inherited),
    *(_class_method, _data_class, _enumerated, _enumerated, _generated, _managed, _managed, _run, _beside),
)
_AWAITED: tuple[Callable[[Program, Scope, int], str], ...] = (_awaited, _awaited, _awaited, _managed, _managed)
