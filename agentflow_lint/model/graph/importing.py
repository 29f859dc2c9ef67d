"""Imports as the interpreter does them: parents first, each module once, circular imports half done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.model.graph.attributes import Attributes
from agentflow_lint.model.graph.results import AttributeNotFound, GraphSyntaxError, ModuleNotFound, RemovedImport
from agentflow_lint.model.graph.state import Raised, Unfollowed
from agentflow_lint.model.graph.things import (
    Binding,
    Class,
    External,
    Frame,
    Instance,
    Intrinsic,
    Known,
    Library,
    Module,
    Opaque,
    Thing,
)
from agentflow_lint.model.loading.modules import (
    FrameworkModule,
    MissingModule,
    NamespacePackage,
    ProjectModule,
    StandardLibrary,
    ThirdParty,
    absolute_name,
)
from agentflow_lint.sources.python.form import Import, ImportFrom, ModuleForm

if TYPE_CHECKING:
    from agentflow_lint.model.graph.results import Place
    from agentflow_lint.sources.python import form

#: Each level of importing takes as much of the stack as several nested expressions.
_DEPTH = 3


class Imports(Attributes):
    """Import statements and the modules they load."""

    def execute_module(self, body: form.Block, frame: Frame) -> None:
        """Run a module's body; provided by the statements."""
        raise NotImplementedError

    def assign_name(self, frame: Frame, name: str, value: Thing, binding: Binding) -> None:
        """Bind a name; provided by the statements."""
        raise NotImplementedError

    # --- statements ---

    def import_statement(self, node: Import, frame: Frame) -> None:
        """``import a.b, c as d``."""
        self.notes.executed_imports.add((frame.module.path or "", node.ref))
        for imported in node.names:
            place = self.place(imported, frame)
            found = self.import_module(imported.name, place)
            if imported.alias is not None:
                self.assign_name(frame, imported.alias, found, Binding(place, imported.name))
            else:
                top = imported.name.partition(".")[0]
                self.assign_name(frame, top, self._top(top, found, imported.name), Binding(place, top))

    def _top(self, top: str, found: Thing, dotted: str) -> Thing:
        """``import a.b`` binds ``a``."""
        if top == dotted:
            return found
        if isinstance(found, External):
            return External(top, found.is_module)
        if isinstance(found, Library):
            return Library(top, found.published)
        return self.modules.get(top, found)

    def import_from(self, node: ImportFrom, frame: Frame) -> None:
        """``from a import b as c``."""
        self.notes.executed_imports.add((frame.module.path or "", node.ref))
        place = self.place(node, frame)
        dotted = absolute_name(frame.module.package, node.level, node.module)
        if dotted is None or not dotted:
            raise self.python_error("ImportError", "attempted relative import with no known parent package", place)
        source = self.import_module(dotted, place)
        if node.names is None:
            self._import_star(source, dotted, frame, place)
            return
        for imported in node.names:
            value = self._imported_name(source, dotted, imported.name, self.place(imported, frame))
            binding = Binding(self.place(imported, frame), dotted, imported.name)
            self.assign_name(frame, imported.alias or imported.name, value, binding)

    def _imported_name(self, source: Thing, dotted: str, name: str, place: Place) -> Thing:
        if isinstance(source, Module):
            found = source.frame.names.get(name)
            if found is not None:
                return found
            if self.is_submodule(f"{dotted}.{name}"):
                return self.import_module(f"{dotted}.{name}", place)
            found = self.module_name(source, name, place)
            if found is not None:
                return found
            raise self.missing_name(source, name, place, "ImportError")
        if isinstance(source, Library):
            provided = source.published.provides(source.dotted, name)
            if provided is False:
                raise self.error(
                    "ImportError",
                    f"cannot import name {name!r} from {dotted!r}",
                    place,
                    RemovedImport(dotted, name, place),
                )
            return self.attribute(source, name, place)
        if isinstance(source, External):
            return External(f"{source.dotted}.{name}")
        if isinstance(source, (Class, Instance)):
            return self._of_stand_in(source, dotted, name, place)
        return source if isinstance(source, Opaque) else Opaque(f"{name} is imported from what is no module", place)

    def _of_stand_in(self, source: Class | Instance, dotted: str, name: str, place: Place) -> Thing:
        """A name of what a module puts into ``sys.modules`` in its own place."""
        try:
            with self.catching():
                return self.attribute(source, name, place)
        except Raised as raised:
            if not (isinstance(raised.error.kind, Intrinsic) and raised.error.kind.name == "AttributeError"):
                raise
            message = f"cannot import name {name!r} from {dotted!r}"
            raise self.error("ImportError", message, place, AttributeNotFound(dotted, None, name, (), place)) from None

    def _import_star(self, source: Thing, dotted: str, frame: Frame, place: Place) -> None:
        if isinstance(source, Module):
            for name in self._public_names(source, place):
                value = source.frame.names.get(name)
                if value is None:
                    value = self._imported_name(source, dotted, name, place)
                self.assign_name(frame, name, value, Binding(place, dotted, name))
            if source.frame.doubt is not None:
                frame.doubt = source.frame.doubt
        elif isinstance(source, Library):
            for name in sorted(source.published.names(dotted) or ()):
                value = self.framework_name(source, name, place)
                self.assign_name(frame, name, value, Binding(place, dotted, name))
        else:
            frame.doubt = Opaque(f"the names that come with 'from {dotted} import *' are not known", place)

    def _public_names(self, module: Module, place: Place) -> list[str]:
        """``__all__`` where it is known, else what does not start with an underscore."""
        listed = module.frame.names.get("__all__")
        if listed is not None:
            items = self.elements(listed)
            names = [item.value for item in items or () if isinstance(item, Known) and isinstance(item.value, str)]
            if items is not None and len(names) == len(items):
                return names
            module.frame.doubt = module.frame.doubt or Opaque(f"__all__ of {module.name} is not known", place)
            return names
        return [name for name in module.frame.names if not name.startswith("_")]

    # --- modules ---

    def import_module(self, dotted: str, place: Place | None) -> Thing:
        """``import dotted``: the module itself, not its top-level package."""
        self.tick()
        if dotted in self.replaced_modules:
            return self.replaced_modules[dotted]
        if dotted in self.modules:
            return self.modules[dotted]
        found = self.finder.find(dotted)
        if isinstance(found, (ProjectModule, NamespacePackage)):
            module = self._project_module(dotted, found, place)
            return self.replaced_modules.get(dotted, module)
        if isinstance(found, FrameworkModule):
            return Library(dotted, self.libraries[dotted.partition(".")[0]])
        if isinstance(found, StandardLibrary):
            return External(dotted, is_module=True)
        if isinstance(found, ThirdParty):
            if not self.finder.knows_dependencies and not self.finder.is_installed(dotted.partition(".")[0]):
                self.import_doubts += 1
            return External(dotted)
        if isinstance(found, MissingModule):
            parent = dotted.rpartition(".")[0]
            if parent and not found.in_framework and not found.is_external and found.missing == dotted:
                self.import_module(parent, place)
            if self.path_doubt is not None and not found.in_framework:
                self.import_doubts += 1
                self.dismiss(self.path_doubt)  # what is found there, if anything, may raise
                return self.path_doubt
            if found.in_framework:
                outcome: RemovedImport | ModuleNotFound = RemovedImport(dotted, None, place)
            else:
                outcome = ModuleNotFound(found.missing, place, found.nearest, found.is_external)
            raise self.error("ModuleNotFoundError", f"No module named {found.missing!r}", place, outcome)
        return Opaque(found.reason, place)

    def _project_module(self, dotted: str, found: ProjectModule | NamespacePackage, place: Place | None) -> Thing:
        parent, _, name = dotted.rpartition(".")
        if parent:
            package = self.import_module(parent, place)
            if dotted in self.modules:
                return self.modules[dotted]
        else:
            package = None
        path = found.path if isinstance(found, ProjectModule) else None
        module = Module(dotted, path, isinstance(found, NamespacePackage) or found.is_package)
        module.frame = Frame("module", self.born(), module)
        self.modules[dotted] = module
        if path is not None:
            self._run(module, path, place)
        module.complete = True
        if isinstance(package, Module):
            package.frame.names[name] = module
        return module

    def _run(self, module: Module, path: str, place: Place | None) -> None:
        lowered = self.sources.form(path)
        if not isinstance(lowered, ModuleForm):
            del self.modules[module.name]
            raise self._unparsed(lowered, path, place)
        self.descend(_DEPTH)
        try:
            module.frame.names["__name__"] = Known(module.name)
            self.execute_module(lowered.body, module.frame)
        except Raised:
            self.modules.pop(module.name, None)
            raise
        finally:
            self.depth -= _DEPTH

    def _unparsed(self, lowered: object, path: str, place: Place | None) -> Exception:
        from agentflow_lint.sources.python.lowering import SyntaxProblem, Unanalysable

        if isinstance(lowered, SyntaxProblem):
            outcome = GraphSyntaxError(path, lowered.message, lowered.span)
            return self.error("SyntaxError", lowered.message, place, outcome)
        assert isinstance(lowered, Unanalysable)
        return Unfollowed(Opaque(f"{path} {lowered.reason}", place))
