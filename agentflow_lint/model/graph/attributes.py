"""Attributes and items: reading, writing, and Python's lookup order through classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agentflow_lint.framework import core_names
from agentflow_lint.model.graph import enums, injection
from agentflow_lint.model.graph.results import AttributeNotFound, ConstructionError, MissingVariable, Undecided
from agentflow_lint.model.graph.state import State, name_of
from agentflow_lint.model.graph.things import (
    Class,
    Compiled,
    Coroutine,
    Error,
    External,
    FrameworkName,
    Function,
    Generator,
    Instance,
    Intrinsic,
    Items,
    Known,
    Library,
    Made,
    Mapping,
    Method,
    Module,
    Opaque,
    Super,
    Thing,
    Wrapped,
)
from agentflow_lint.model.loading.modules import NamespacePackage, ProjectModule

if TYPE_CHECKING:
    from collections.abc import Callable

    from agentflow_lint.model.graph.results import Place

#: What decides where imports look.
IMPORT_SYSTEM = frozenset({"sys.path", "sys.meta_path", "sys.path_hooks", "sys.modules"})
#: What ``dotenv_values()`` gives.
DOTENV_VALUES = "dotenv.dotenv_values()"
_LIST_METHODS = frozenset({"append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse", "add", "update"})
_CONTAINERS: dict[str, type] = {"list": list, "tuple": tuple, "set": set}
#: False at run time, true for type checkers.
_FALSE = frozenset({"typing.TYPE_CHECKING", "typing_extensions.TYPE_CHECKING"})
_READ_METHODS = frozenset({"index", "count", "copy", "get", "keys", "values", "items", "setdefault"})


class Attributes(State):
    """Reading and writing attributes and items."""

    def attribute(self, thing: Thing, name: str, place: Place) -> Thing:
        """``thing.name``; raises Raised (AttributeError) when it is known not to be there."""
        self.tick()
        look = _LOOKUPS.get(type(thing))
        if look is None:
            return Opaque(f"the attribute {name} of {name_of(thing)} is not followed", place)
        return look(self, thing, name, place)

    def no_attribute(self, thing: Thing, name: str, place: Place) -> Exception:
        """The AttributeError for a thing that is no module."""
        message = f"{name_of(thing)} has no attribute {name!r}"
        return self.error(
            "AttributeError", message, place, ConstructionError("raised", (), f"AttributeError: {message}", place)
        )

    def _of_known(self, thing: Known, name: str, place: Place) -> Thing:
        if isinstance(thing.value, (enums.EnumMember, enums.TextMember)):
            found = enums.attribute(self, thing, name, place)
            if found is not None:
                return found
            if name.startswith("__"):
                return Opaque(f"{name} of a member is not followed", place)
            if isinstance(thing.value, enums.EnumMember) or not hasattr(str, name):
                raise self.no_attribute(thing, name, place)
        if not hasattr(thing.value, name):
            raise self.no_attribute(thing, name, place)
        if isinstance(thing.value, (str, bytes)):
            return Method(name, thing)
        return Opaque(f"the attribute {name} of {name_of(thing)} is not followed", place)

    def _of_opaque(self, thing: Opaque, name: str, place: Place) -> Thing:
        return thing

    def _of_container(self, thing: Items | Mapping, name: str, place: Place) -> Thing:
        kind = dict if isinstance(thing, Mapping) else _CONTAINERS.get(thing.kind)
        if kind is not None and not hasattr(kind, name):
            message = f"{kind.__name__!r} object has no attribute {name!r}"
            raise self.python_error("AttributeError", message, place)
        if name in _LIST_METHODS or name in _READ_METHODS:
            return Method(name, thing)
        return Opaque(f"the method {name} of a container is not followed", place)

    # --- modules ---

    def _of_module(self, thing: Module, name: str, place: Place) -> Thing:
        found = self.module_name(thing, name, place)
        if found is not None:
            return found
        raise self.missing_name(thing, name, place, "AttributeError")

    def module_name(self, module: Module, name: str, place: Place) -> Thing | None:
        """What ``module`` binds ``name`` to: its namespace, an imported submodule, or its ``__getattr__``."""
        frame = module.frame
        if name in frame.names:
            return frame.names[name]
        if name == "__name__":
            return Known(module.name)
        if name in ("__file__", "__path__", "__spec__", "__doc__", "__dict__", "__package__", "__loader__"):
            return Opaque(f"{name} of a module is only known on the server", place)
        submodule = self.modules.get(f"{module.name}.{name}")
        if submodule is not None and submodule.complete:  # one that is still being imported is bound afterwards
            return submodule
        hook = frame.names.get("__getattr__")
        if hook is not None:
            return self.call(hook, [Known(name)], {}, place)
        return frame.doubt

    def missing_name(self, module: Module, name: str, place: Place | None, kind: str) -> Exception:
        """The exception for a name that a module provably does not bind."""
        from difflib import get_close_matches  # rarely needed

        if not module.complete and module.path is not None:
            reason = f"{module.name} does not bind {name!r} yet when it is asked (a circular import)"
        else:
            reason = f"{module.name} does not bind {name!r}"
        known = [item for item in module.frame.names if not item.startswith("__")]
        known.extend(self.finder.submodules(module.name))
        nearest = tuple(get_close_matches(name, known, n=3, cutoff=0.6))
        outcome = AttributeNotFound(module.name, module.path, name, nearest, place)
        return self.error(kind, reason, place, outcome)

    def _of_library(self, thing: Library, name: str, place: Place) -> Thing:
        dotted = f"{thing.dotted}.{name}"
        if thing.published.has_module(dotted):
            return Library(dotted, thing.published)
        provided = thing.published.provides(thing.dotted, name)
        if provided:
            return self.framework_name(thing, name, place)
        if provided is None:
            return Opaque(f"whether {thing.dotted} has {name} is not known", place)
        from agentflow_lint.model.graph.results import RemovedImport

        outcome = RemovedImport(thing.dotted, name, place)
        raise self.error("AttributeError", f"{thing.dotted} has no {name}", place, outcome)

    def framework_name(self, library: Library, name: str, place: Place) -> Thing:
        """What a framework module binds ``name`` to."""
        below = library.published.real_name(library.dotted).partition(".")[2]
        if (below, name) in core_names.NOT_THE_CLASS:
            return Opaque(f"{name} of {library.dotted} stands for any type", place)
        if name in core_names.CONSTANTS:
            return Known(core_names.CONSTANTS[name], place)
        return FrameworkName(name, library.dotted)

    def doubt_evaluation(self, thing: FrameworkName, place: Place) -> None:
        """Calling one of the framework's evaluation tools may raise for what is not followed."""
        top, _, below = thing.module.partition(".")
        published = self.libraries.get(top)
        if any(
            f"{below}.".startswith(f"{package}.")
            # the package above it passes its names on
            or (
                package.rpartition(".")[0] == below and published and published.provides(f"{top}.{package}", thing.name)
            )
            for package in core_names.EVALUATION
        ):
            self.dismiss(Opaque(f"{thing.name} of the framework's evaluation tools is not followed", place))

    # --- classes and instances ---

    def _of_class(self, thing: Class, name: str, place: Place) -> Thing:
        if name == "__name__":
            return Known(thing.name)
        found = self.in_order(thing.order, name, place)
        if found is None and name.startswith("__"):
            return Opaque(f"{name} of a class is not followed", place)
        if found is None:
            raise self.no_attribute(thing, name, place)
        hidden = next(
            (cls for cls in thing.order if isinstance(cls, External) and cls.dotted.startswith("enum.")), None
        )
        if thing.members is not None and name in thing.members:
            return found
        if hidden is not None and not isinstance(found, (Function, Wrapped)):
            return Opaque(f"{name} is a member of an enumeration, which is not followed", place)
        if isinstance(found, Wrapped):
            if found.kind == "staticmethod":
                return found.function
            if found.kind == "classmethod":
                return Method(found.function, thing)
        return found

    def in_order(self, order: list[Thing], name: str, place: Place) -> Thing | None:
        """The first class of ``order`` that has ``name``; a class that is not seen may have it."""
        for cls in order:
            if isinstance(cls, Class):
                if name in cls.frame.names:
                    return cls.frame.names[name]
                if cls.frame.doubt is not None:
                    return cls.frame.doubt
            elif isinstance(cls, (External, Opaque, FrameworkName)):
                return Opaque(f"{name} comes from {name_of(cls)}, which is not followed", place)
        return None

    def _of_instance(self, thing: Instance, name: str, place: Place) -> Thing:
        own = thing.attributes.get(name)
        for cls in thing.cls.order:
            if isinstance(cls, Class):
                found = cls.frame.names.get(name)
                if found is None and cls.frame.doubt is None:
                    continue
                if isinstance(found, Wrapped) and found.kind == "property":
                    return self.call(found.function, [thing], {}, place)
                if own is not None:
                    return own
                if isinstance(found, Wrapped) and found.kind == "cached_property":
                    thing.attributes[name] = self.call(found.function, [thing], {}, place)
                    return thing.attributes[name]
                if thing.doubt is not None and not isinstance(found, (Function, Wrapped)):
                    return thing.doubt
                return self.bound(found or cls.frame.doubt, thing)
            if own is not None:
                return own
            if isinstance(cls, FrameworkName) and cls.name in core_names.BUILDERS:
                return Method(name, thing)
            if isinstance(cls, (External, Opaque, FrameworkName)):
                return Opaque(f"{name} comes from {name_of(cls)}, which is not followed", place)
        if own is not None:
            return own
        if name == "__class__":
            return thing.cls
        if name == "__dict__":
            thing.doubt = Opaque("its __dict__ is used", place)
        if thing.doubt is not None:
            return thing.doubt
        if name.startswith("__"):
            return Opaque(f"{name} of an instance is not followed", place)
        hook = self.in_order(thing.cls.order, "__getattr__", place)
        if hook is not None:
            return self.call(self.bound(hook, thing), [Known(name)], {}, place)
        raise self.no_attribute(thing, name, place)

    def read_class_attribute(self, found: Thing, receiver: Thing, place: Place) -> Thing:
        """What its class binds, as a member of an enumeration sees it."""
        if isinstance(found, Wrapped) and found.kind in ("property", "cached_property"):
            return self.call(found.function, [receiver], {}, place)
        return self.bound(found, receiver)

    def bound(self, found: Any, receiver: Thing) -> Thing:
        """A class attribute as its instance sees it."""
        if isinstance(found, Function):
            return Method(found, receiver)
        if isinstance(found, Wrapped):
            if found.kind == "staticmethod":
                return found.function
            if found.kind == "classmethod":
                return Method(found.function, receiver.cls if isinstance(receiver, Instance) else receiver)
        getter = self._getter(found) if isinstance(found, Instance) else None
        if getter is not None:
            owner = receiver.cls if isinstance(receiver, Instance) else receiver
            return self.call(self.bound(getter, found), [receiver, owner], {}, found.place)
        if isinstance(found, Wrapped) and found.kind == "field":
            return Opaque("the default of a field is not known")
        return found if found is not None else Opaque("a class attribute is not known")

    def _getter(self, found: Instance) -> Thing | None:
        """What makes an instance a descriptor; none of the framework's classes do."""
        order: list[Thing] = [cls for cls in found.cls.order if not isinstance(cls, FrameworkName)]
        return self.in_order(order, "__get__", found.place)

    def _of_super(self, thing: Super, name: str, place: Place) -> Thing:
        receiver = thing.receiver
        cls = receiver.cls if isinstance(receiver, Instance) else receiver
        order = cls.order if isinstance(cls, Class) else []
        after = order[order.index(thing.cls) + 1 :] if thing.cls in order else []
        for item in after:
            if isinstance(item, Class):
                if name in item.frame.names:
                    found = item.frame.names[name]
                    if isinstance(found, Wrapped) and found.kind == "property":
                        return self.call(found.function, [receiver], {}, place)
                    return self.bound(found, receiver)
            elif isinstance(item, FrameworkName):
                return Method("super." + name, receiver)
            elif isinstance(item, (External, Opaque)):
                return Opaque(f"{name} comes from {name_of(item)}, which is not followed", place)
        if name in ("__init__", "__init_subclass__", "__new__"):
            return Intrinsic(f"object.{name}")
        raise self.no_attribute(thing.cls, name, place)

    # --- what is not the project's ---

    def _of_external(self, thing: External, name: str, place: Place) -> Thing:
        return External(f"{thing.dotted}.{name}")

    def _of_framework_name(self, thing: FrameworkName, name: str, place: Place) -> Thing:
        return Method(name, thing)

    def _of_made(self, thing: Made, name: str, place: Place) -> Thing:
        if thing.name == injection.CONTAINER:
            return Method(name, thing)
        if name in thing.attributes:
            return thing.attributes[name]
        if thing.name in core_names.BUILDERS:
            if name not in core_names.CHAINED and name != "compile":
                thing.doubt = thing.doubt or Opaque(f"{name} of {thing.name} is used", place)
            return Method(name, thing)
        return Opaque(f"{name} of {thing.name} is not followed", place)

    def _of_compiled(self, thing: Compiled, name: str, place: Place) -> Thing:
        if name in core_names.RUNS_A_LOOP:
            return Method(name, thing)
        return Opaque(f"{name} of a compiled graph is not followed", place)

    def _of_function(self, thing: Function, name: str, place: Place) -> Thing:
        if name in ("__name__", "__qualname__"):
            return Known(thing.name)
        return Opaque(f"{name} of a function is not followed", place)

    def _of_wrapped(self, thing: Wrapped, name: str, place: Place) -> Thing:
        if thing.kind == "partial" and name == "func":
            return thing.function
        return Opaque(f"{name} of a {thing.kind} is not followed", place)

    def _of_intrinsic(self, thing: Intrinsic, name: str, place: Place) -> Thing:
        if name == "__name__":
            return Known(thing.name)
        return Method(name, thing)

    def _of_rest(self, thing: Thing, name: str, place: Place) -> Thing:
        return Opaque(f"{name} of {name_of(thing)} is not followed", place)

    # --- writing ---

    def set_attribute(self, thing: Thing, name: str, value: Thing, place: Place) -> None:
        """``thing.name = value``; what is not followed is left as it is."""
        if isinstance(thing, Instance):
            for cls in thing.cls.order:
                found = cls.frame.names.get(name) if isinstance(cls, Class) else None
                if isinstance(found, Wrapped) and found.kind == "property":
                    setter = found.keywords.get("setter")
                    if setter is not None:
                        self.call(setter, [thing, value], {}, place)
                        return
                    raise self.python_error("AttributeError", f"{name} of {name_of(thing)} has no setter", place)
                if found is not None:
                    break
            thing.attributes[name] = self.in_doubt(thing.birth) or value
        elif isinstance(thing, Made):
            thing.attributes[name] = self.in_doubt(thing.birth) or value
        elif isinstance(thing, (Module, Class)):
            thing.frame.names[name] = self.in_doubt(thing.frame.birth) or value
        elif isinstance(thing, External) and f"{thing.dotted}.{name}" in IMPORT_SYSTEM:
            self.doubt_imports(f"{thing.dotted}.{name} is replaced", place)
        elif isinstance(thing, Compiled):
            thing.doubt = Opaque(f"the compiled graph's {name} is replaced", place)

    # --- items ---

    def item(self, thing: Thing, index: Thing, place: Place) -> Thing:
        """``thing[index]``."""
        self.tick()
        if isinstance(thing, FrameworkName):
            return FrameworkName(thing.name, thing.module, index)
        if isinstance(thing, Class) and thing.members:
            return enums.by_name(self, thing, index, place)
        if isinstance(thing, (Class, Intrinsic)):
            return thing
        if isinstance(thing, External):
            if thing.dotted == "os.environ":
                return self._environment_item(index, place)
            if thing.dotted == "sys.modules":
                return self.loaded_module(index, place)
            if thing.dotted == DOTENV_VALUES:
                return self.dotenv_item(index, place)
            return Opaque(f"an item of {thing.dotted} is not known", place)
        if isinstance(thing, Opaque):
            return thing
        if isinstance(index, Opaque):
            return index
        if isinstance(thing, Mapping):
            return self._entry(thing, index, place)
        self.refuse_items(thing, place)
        key = index.value if isinstance(index, Known) else None
        if isinstance(thing, Items) and isinstance(key, int):
            if thing.doubt is not None:
                return thing.doubt
            if thing.kind != "set":
                if -len(thing.items) <= key < len(thing.items):
                    return thing.items[key]
                raise self.python_error("IndexError", f"{thing.kind} index out of range", place)
        if isinstance(thing, Known) and isinstance(thing.value, str) and isinstance(key, int):
            if -len(thing.value) <= key < len(thing.value):
                return Known(thing.value[key], place)
            raise self.python_error("IndexError", "string index out of range", place)
        if isinstance(thing, Made) and thing.name == injection.CONTAINER:
            return injection.get(thing, index, place)
        if isinstance(thing, Instance) and self.in_order(thing.cls.order, "__getitem__", place) is not None:
            return self.call(self.attribute(thing, "__getitem__", place), [index], {}, place)
        return Opaque(f"an item of {name_of(thing)} is not followed", place)

    def refuse_items(self, thing: Thing, place: Place) -> None:
        """Raise what Python raises for an item or a slice of None or a number."""
        if isinstance(thing, Known) and not isinstance(thing.value, (str, bytes)):
            raise self.python_error("TypeError", f"{type(thing.value).__name__!r} object is not subscriptable", place)

    def python_error(self, kind: str, message: str, place: Place) -> Exception:
        """An exception that the project's own code provably runs into."""
        return self.error(kind, message, place, ConstructionError("raised", (), f"{kind}: {message}", place))

    def _entry(self, thing: Mapping, index: Thing, place: Place) -> Thing:
        if not isinstance(index, Known):
            return Opaque("a key is not a constant", place)
        self.note_entry(thing, index, True, place)
        found = self.entry(thing, index.value)
        if found is not None:
            return found
        if (thing.env_file is not None or thing.has_environment) and isinstance(index.value, str):
            source = f"dotenv_values({thing.env_file!r})" if thing.env_file else "the environment"
            reason = f"[{index.value!r}] of a dict of {source} raises KeyError"
            raise self.error("KeyError", reason, place, MissingVariable((index.value,), reason, place))
        raise self.python_error("KeyError", repr(index.value), place)

    def entry(self, held: Mapping, key: Any) -> Thing | None:
        """What a dict has under a key; None when it certainly has nothing."""
        if key in held.entries:
            return held.entries[key]
        if held.has_environment and isinstance(key, str):
            value = self.variable(key)
            if value is not None:
                return value
        return held.below.get(key, held.doubt)

    def loaded_module(self, index: Thing, place: Place) -> Thing:
        """``sys.modules[index]``."""
        name = index.value if isinstance(index, Known) else None
        if isinstance(name, str):
            found = self.replaced_modules.get(name) or self.modules.get(name)
            if found is not None:
                return found
        return Opaque("which module sys.modules has is not known", place)

    def replace_module(self, index: Thing, value: Thing, place: Place) -> None:
        """``sys.modules[index] = value``."""
        if isinstance(index, Known) and isinstance(index.value, str):
            doubt = self.regions[-1].doubt if self.regions else None
            self.replaced_modules[index.value] = doubt or value
        else:
            self.doubt_imports("sys.modules is changed", place)

    def doubt_imports(self, reason: str, place: Place) -> None:
        """From here on a module that is not found may be found all the same."""
        self.path_doubt = self.path_doubt or Opaque(f"{reason}, so that it may be found elsewhere", place)

    def dotenv_item(self, index: Thing, place: Place) -> Thing:
        """``dotenv_values()[index]``; provided by the libraries."""
        raise NotImplementedError

    def _environment_item(self, index: Thing, place: Place) -> Thing:
        if not isinstance(index, Known) or not isinstance(index.value, str):
            return index if isinstance(index, Opaque) else Opaque("the variable's name is not known", place)
        self.note_read(index.value, True, None, place, named=index.place)
        value = self.variable(index.value)
        if value is not None:
            return value
        outcome = MissingVariable((index.value,), f"os.environ[{index.value!r}] raises KeyError", place)
        value = self.variable(index.value) if self.meet(outcome) else None
        if value is not None:
            return value
        raise self.error("KeyError", repr(index.value), place, outcome)

    def set_item(self, thing: Thing, index: Thing, value: Thing, place: Place) -> None:
        """``thing[index] = value``."""
        if isinstance(thing, External) and thing.dotted == "os.environ":
            if isinstance(index, Known) and isinstance(index.value, str):
                self.set_variable(index.value, value)
        elif isinstance(thing, External) and thing.dotted == "sys.modules":
            self.replace_module(index, value, place)
        elif isinstance(thing, External) and thing.dotted in IMPORT_SYSTEM:
            self.doubt_imports(f"{thing.dotted} is changed", place)
        elif isinstance(thing, Mapping):
            if isinstance(index, Known):
                thing.entries[index.value] = self.in_doubt(thing.birth) or value
            else:
                thing.doubt = Opaque("a key is not a constant", place)
        elif isinstance(thing, Made) and thing.name == injection.CONTAINER:
            injection.bind(self, thing, index, value, place)
        elif isinstance(thing, Items):
            doubt = self.in_doubt(thing.birth)
            key = index.value if isinstance(index, Known) else None
            if isinstance(key, int) and thing.doubt is None and -len(thing.items) <= key < len(thing.items):
                thing.items[key] = doubt or value
            else:
                thing.doubt = doubt or Opaque("an index is not known", place)

    def enter_event_loop(self, what: str, place: Place) -> Thing:
        """The result of something that runs a coroutine in a loop of its own, which raises where one runs already."""
        if self.loop_is_running:
            message = f"{what} is called while the server's event loop runs"
            raise self.python_error("RuntimeError", message, place)
        return self.blind_call(what, place)

    # --- truth and iteration ---

    def truth(self, thing: Thing, place: Place) -> bool | None:
        """``bool(thing)``, None when it is not known."""
        if isinstance(thing, Known):
            return bool(thing.value)
        if isinstance(thing, Opaque):
            return thing.truthy
        if isinstance(thing, Items):
            return None if thing.doubt is not None and not thing.items else bool(thing.items)
        if isinstance(thing, Mapping):
            if thing.has_environment:
                return True
            return None if thing.doubt is not None and not thing.entries else bool(thing.entries)
        if isinstance(thing, Instance):
            for name in ("__bool__", "__len__"):
                if any(isinstance(cls, Class) and name in cls.frame.names for cls in thing.cls.order):
                    return self.truth(self.call(self.attribute(thing, name, place), [], {}, place), place)
            return None if any(isinstance(cls, (External, Opaque)) for cls in thing.cls.order) else True
        if isinstance(thing, External):
            return False if thing.dotted in _FALSE else None
        return True

    def first_of(self, generator: Generator) -> Thing | None:
        """What a generator yields first; provided by the calls."""
        raise NotImplementedError

    def run_generator(self, generator: Generator) -> list[Thing] | None:
        """All that a generator yields; provided by the calls."""
        raise NotImplementedError

    def elements(self, thing: Thing) -> list[Thing] | None:
        """The items that iterating gives, None when they are not all known."""
        if isinstance(thing, Items):
            self.tick(len(thing.items))
            return None if thing.doubt is not None else list(thing.items)
        if isinstance(thing, Mapping):
            self.tick(len(thing.entries))
            return None if thing.doubt is not None or thing.has_environment else [Known(key) for key in thing.entries]
        if isinstance(thing, Class) and thing.members is not None:
            unique = {id(member.value): member for member in thing.members.values() if isinstance(member, Known)}
            return list(unique.values())
        if isinstance(thing, Generator):
            return self.run_generator(thing)
        if isinstance(thing, Known) and isinstance(thing.value, str):
            return [Known(char, thing.place) for char in thing.value[:1000]]
        return None

    def outcome_of(self, thing: Opaque) -> Undecided:
        """Undecided, for the reason of ``thing``."""
        return Undecided(thing.reason, thing.place)

    def is_submodule(self, dotted: str) -> bool:
        """Whether the project has a module of this name."""
        return isinstance(self.finder.find(dotted), (ProjectModule, NamespacePackage))


_LOOKUPS: dict[type, Callable[[Attributes, Any, str, Place], Thing]] = {
    Known: Attributes._of_known,
    Opaque: Attributes._of_opaque,
    Items: Attributes._of_container,
    Mapping: Attributes._of_container,
    Module: Attributes._of_module,
    Library: Attributes._of_library,
    Class: Attributes._of_class,
    Instance: Attributes._of_instance,
    Super: Attributes._of_super,
    External: Attributes._of_external,
    FrameworkName: Attributes._of_framework_name,
    Made: Attributes._of_made,
    Compiled: Attributes._of_compiled,
    Function: Attributes._of_function,
    Generator: Attributes._of_rest,
    Wrapped: Attributes._of_wrapped,
    Intrinsic: Attributes._of_intrinsic,
    Coroutine: Attributes._of_rest,
    Error: Attributes._of_rest,
    Method: Attributes._of_rest,
}
