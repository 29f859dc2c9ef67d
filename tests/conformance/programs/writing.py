"""A program while it is written: its modules, the scope that statements go to, and the variables that it reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hypothesis.strategies import DrawFn

_T = TypeVar("_T")
_INDENT = "    "


@dataclass
class Module:
    """``name`` is the dotted name as the server imports it, ``path`` its file; imports come before everything else."""

    name: str
    path: str
    imports: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def needs(self, line: str) -> None:
        """Import something at the top, once."""
        if line not in self.imports:
            self.imports.append(line)

    def text(self) -> str:
        """The module's text."""
        # Only this one has to stand first.
        first = [line for line in self.imports if "__future__" in line]
        rest = [line for line in self.imports if "__future__" not in line]
        return "\n".join((*first, *rest, "", *self.lines, ""))


@dataclass
class Scope:
    """Where statements go: a module or the body of a function or class in it, ``lines`` without the indentation."""

    module: Module
    lines: list[str]
    is_module: bool = False
    is_async: bool = False

    def add(self, *lines: str) -> None:
        """Append statements."""
        self.lines += lines

    def inner(self, is_async: bool = False) -> Scope:
        """A scope below this one, which :meth:`block` adds."""
        return Scope(self.module, [], is_async=is_async)

    def block(self, header: str, body: Scope | Sequence[str]) -> None:
        """A compound statement."""
        lines = body.lines if isinstance(body, Scope) else list(body)
        self.lines.append(header)
        self.lines += [_INDENT + line for line in lines or ["pass"]]


@dataclass
class Program:
    """``package`` is the dotted name of the package that modules are put into, ``folder`` its path."""

    draw: DrawFn
    package: str
    folder: str
    has_init: bool
    modules: list[Module] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    count: int = 0

    def choice(self, options: Sequence[_T]) -> _T:
        """One of the options."""
        return self.draw(st.sampled_from(options))

    def often(self, percent: int) -> bool:
        """True about so often."""
        return self.draw(st.integers(0, 99)) >= 100 - percent

    def number(self, least: int, most: int) -> int:
        """A number within these bounds."""
        return self.draw(st.integers(least, most))

    def fresh(self, stem: str) -> str:
        """A name that nothing else has."""
        self.count += 1
        return f"{stem}{self.count}"

    def variable(self, name: str, values: Sequence[str]) -> str:
        """The program reads this variable; its value is drawn at the first time."""
        if name not in self.variables:
            self.variables[name] = self.choice(values)
        return name

    def module(self, stem: str, below: bool = False) -> Module:
        """A new module in the package, or in a package of its own ``below`` it."""
        name, path = f"{self.package}.{stem}", f"{self.folder}/{stem}"
        if below:
            name, path = f"{name}.inside", f"{path}/inside"
            if self.often(60):
                self.modules.append(Module(f"{self.package}.{stem}", f"{self.folder}/{stem}/__init__.py"))
        made = Module(name, f"{path}.py")
        self.modules.append(made)
        return made

    def initialiser(self) -> Module:
        """The package's ``__init__``."""
        path = f"{self.folder}/__init__.py"
        for module in self.modules:
            if module.path == path:
                return module
        made = Module(self.package, path)
        self.modules.append(made)
        return made


def scope_of(module: Module) -> Scope:
    """The module's own scope."""
    return Scope(module, module.lines, is_module=True)
