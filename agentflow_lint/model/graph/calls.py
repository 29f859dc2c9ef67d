"""Calls of the project's own functions and classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agentflow_lint.framework import core_names
from agentflow_lint.model.graph import enums
from agentflow_lint.model.graph.classes import PLAIN_BASES
from agentflow_lint.model.graph.constructing import STAR, STARS
from agentflow_lint.model.graph.externals import Externals
from agentflow_lint.model.graph.results import ConstructionError, NotACompiledGraph, Step
from agentflow_lint.model.graph.settings_classes import fill, is_settings_base
from agentflow_lint.model.graph.state import MAX_ROUNDS, Yielded, name_of
from agentflow_lint.model.graph.things import (
    Class,
    Compiled,
    Coroutine,
    Error,
    External,
    Frame,
    FrameworkName,
    Function,
    Generator,
    Instance,
    Intrinsic,
    Items,
    Known,
    Made,
    Mapping,
    Method,
    Opaque,
    Thing,
    Wrapped,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from agentflow_lint.model.graph.results import Place
    from agentflow_lint.sources.python import form


class Calls(Externals):
    """Calling anything."""

    def run_body(self, function: Function, frame: Frame) -> Thing:
        """Execute a function's body; provided by the statements."""
        raise NotImplementedError

    def call(self, function: Thing, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
        """What a call returns."""
        self.tick()
        handler = _CALLS.get(type(function))
        if handler is None:
            message = f"{name_of(function)} cannot be called"
            outcome = ConstructionError("raised", (), f"TypeError: {message}", place)
            raise self.error("TypeError", message, place, outcome)
        return handler(self, function, arguments, keywords, place)

    def _call_opaque(self, function: Opaque, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
        self.blind_call("something that is not known", place, [*arguments, *keywords.values()])
        return function

    # --- functions ---

    def _call_function(
        self, function: Function, arguments: list[Thing], keywords: dict[str, Thing], place: Place
    ) -> Thing:
        frame = Frame("function", self.born(), function.frame.module, function.frame, function=function)
        self._bind_parameters(function, arguments, keywords, frame, place)
        if function.is_generator:
            return Generator(function, frame, place)
        if function.is_async:
            return Coroutine(lambda: self._enter_function(function, frame, place), function.name, place)
        return self._enter_function(function, frame, place)

    def _enter_function(self, function: Function, frame: Frame, place: Place) -> Thing:
        self.descend(2)
        self.calls.append(Step(place, f"{function.name}()"))
        try:
            return self.run_body(function, frame)
        finally:
            self.calls.pop()
            self.depth -= 2

    def first_of(self, generator: Generator) -> Thing | None:
        """What a generator yields first, None for one that ends before; what comes behind that is not run."""
        if generator.started:
            return Opaque(f"what the generator {generator.function.name} yields next is not followed", generator.place)
        generator.started = generator.frame.stops_at_yield = True
        try:
            self._enter_function(generator.function, generator.frame, generator.place)
        except Yielded as yielded:
            return yielded.thing
        return None

    def run_generator(self, generator: Generator) -> list[Thing] | None:
        """All that a generator yields, None where that is not known."""
        if generator.started:
            return None
        generator.started = True
        generator.frame.yields = []
        self._enter_function(generator.function, generator.frame, generator.place)
        found = generator.frame.yields
        return None if len(found) >= MAX_ROUNDS or any(isinstance(each, Opaque) for each in found) else found

    def _call_generator(
        self, generator: Generator, arguments: list[Thing], keywords: dict[str, Thing], place: Place
    ) -> Thing:
        if not generator.is_manager:
            raise self.python_error("TypeError", "a generator cannot be called", place)
        return Opaque("a context manager as a decorator is not followed", place)

    def _bind_parameters(
        self, function: Function, arguments: list[Thing], keywords: dict[str, Thing], frame: Frame, place: Place
    ) -> None:
        """Give each parameter its value; raises Raised (TypeError) when that provably cannot be done."""
        left = dict(keywords)
        star = left.pop(STAR, None)
        stars = left.pop(STARS, None)
        doubt = star or stars
        position = 0
        names = frame.names
        collected = False
        for parameter in function.parameters:
            if parameter.kind in ("positional", "normal"):
                if position < len(arguments):
                    names[parameter.name] = arguments[position]
                    position += 1
                elif parameter.kind == "normal" and parameter.name in left:
                    names[parameter.name] = left.pop(parameter.name)
                else:
                    names[parameter.name] = doubt or self._default(function, parameter, place)
            elif parameter.kind == "args":
                rest = list(arguments[position:])
                names[parameter.name] = Items("tuple", rest, self.born(), star if isinstance(star, Opaque) else None)
                position = len(arguments)
            elif parameter.kind == "keyword":
                if parameter.name in left:
                    names[parameter.name] = left.pop(parameter.name)
                else:
                    names[parameter.name] = stars or self._default(function, parameter, place)
            else:
                known = Mapping(dict(left), self.born(), stars if isinstance(stars, Opaque) else None)
                names[parameter.name] = known
                collected = True
        if position < len(arguments):
            raise self._bad_call(
                function, f"takes {position} positional arguments but {len(arguments)} are given", place
            )
        if left and not collected:
            raise self._bad_call(function, f"has no parameter {min(left)!r}", place)

    def _default(self, function: Function, parameter: form.Parameter, place: Place) -> Thing:
        if parameter.name in function.defaults:
            return function.defaults[parameter.name]
        raise self._bad_call(function, f"needs an argument {parameter.name!r}", place)

    def _bad_call(self, function: Function, problem: str, place: Place) -> Exception:
        message = f"{function.name}() {problem}"
        outcome = ConstructionError("raised", (), f"TypeError: {message}", place)
        return self.error("TypeError", message, place, outcome)

    def missing_arguments(self, thing: Thing, given: int = 0) -> list[str]:
        """The parameters without a default that a call with ``given`` positional arguments leaves unfilled."""
        if isinstance(thing, Method) and isinstance(thing.function, Function):
            return self.missing_arguments(thing.function, given + 1)
        if isinstance(thing, Wrapped) and thing.kind in ("cached", "staticmethod"):
            return self.missing_arguments(thing.function, given)
        if isinstance(thing, Wrapped) and thing.kind == "partial":
            missing = self.missing_arguments(thing.function, given + len(thing.arguments))
            return [name for name in missing if name not in thing.keywords]
        if isinstance(thing, Class):
            for cls in thing.order:
                if not isinstance(cls, Class):
                    return []
                if "__init__" in cls.frame.names:
                    return self.missing_arguments(cls.frame.names["__init__"], given + 1)
            return []
        if not isinstance(thing, Function):
            return []
        missing = []
        for number, parameter in enumerate(thing.parameters):
            if parameter.kind in ("args", "kwargs") or parameter.name in thing.defaults:
                continue
            if parameter.kind == "keyword" or number >= given:
                missing.append(parameter.name)
        return missing

    def _call_method(self, method: Method, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
        receiver = method.receiver
        if not isinstance(method.function, str):
            return self.call(method.function, [receiver, *arguments], keywords, place)
        builder = self._builder_name(receiver)
        if isinstance(receiver, Instance) and method.function.startswith("super."):
            return self._call_framework_base(receiver, method.function[6:], arguments, keywords, place)
        if builder is not None and isinstance(receiver, (Made, Instance)):
            return self._call_builder(builder, receiver, method.function, arguments, keywords, place)
        return self.call_builtin_method(method.function, receiver, arguments, keywords, place)

    def _call_wrapped(
        self, function: Wrapped, arguments: list[Thing], keywords: dict[str, Thing], place: Place
    ) -> Thing:
        if function.kind == "partial":
            return self.call(
                function.function, [*function.arguments, *arguments], {**function.keywords, **keywords}, place
            )
        if function.kind == "cached":
            return self._call_cached(function, arguments, keywords, place)
        if function.kind == "manager":
            made = self.call(function.function, arguments, keywords, place)
            if isinstance(made, Generator):
                made.is_manager = True
                return made
            return Opaque("a context manager that is no generator is not followed", place)
        return self.call(function.function, arguments, keywords, place)

    def _call_cached(
        self, function: Wrapped, arguments: list[Thing], keywords: dict[str, Thing], place: Place
    ) -> Thing:
        """Every call with the same constants gives the same object."""
        if not all(isinstance(item, Known) for item in (*arguments, *keywords.values())):
            return self.call(function.function, arguments, keywords, place)
        key = repr([getattr(item, "value", None) for item in arguments]) + repr(
            sorted((name, getattr(item, "value", None)) for name, item in keywords.items())
        )
        if key not in function.keywords:
            function.keywords[key] = self.call(function.function, arguments, keywords, place)
        return function.keywords[key]

    # --- classes ---

    def _call_class(self, cls: Class, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
        if cls.frame.doubt is not None:
            return cls.frame.doubt
        if cls.members is not None:
            if cls.members and len(arguments) == 1 and not keywords:
                return enums.by_value(self, cls, arguments[0], place)
            return Opaque(f"what the enumeration {cls.name} is called with is not followed", place)
        instance: Thing = Instance(cls, {}, self.born(), place, doubt=self._hidden_state(cls, place))
        maker = self._project_method(cls, "__new__")
        if maker is None:
            self.refuse_abstract(cls, place)
        else:
            function = maker.function if isinstance(maker, Wrapped) else maker
            instance = self.call(function, [cls, *arguments], keywords, place)
            if not isinstance(instance, Instance) or instance.cls is not cls:
                return instance
        assert isinstance(instance, Instance)
        for base in cls.order:
            if isinstance(base, Class):
                if "__init__" in base.frame.names:
                    self.call(base.frame.names["__init__"], [instance, *arguments], keywords, place)
                    return instance
                if base.fields is not None:
                    self._fill_fields(cls, instance, arguments, keywords, place)
                    return instance
            elif isinstance(base, FrameworkName):
                instance.made = self.construct(base.name, arguments, keywords, place)
                return instance
            elif is_settings_base(base) and not arguments:
                fill(self, instance, keywords, place)
                return instance
            elif isinstance(base, Intrinsic) and self.is_kind(base, "BaseException"):
                return Error(cls, name_of(cls))
            elif isinstance(base, (External, Opaque)) and not _is_plain_base(base):
                self.doubts += 1
                return instance
        if arguments or keywords:
            message = f"{cls.name}() takes no arguments"
            outcome = ConstructionError("raised", (), f"TypeError: {message}", place)
            raise self.error("TypeError", message, place, outcome)
        return instance

    def _hidden_state(self, cls: Class, place: Place) -> Opaque | None:
        """Why instances may have more than the project's code gives them."""
        for base in cls.order:
            if isinstance(base, (External, Opaque)) and not _is_plain_base(base):
                return Opaque(f"{cls.name} derives from {name_of(base)}, which is not followed", place)
            if isinstance(base, Class) and "__getattribute__" in base.frame.names:
                return Opaque(f"{cls.name} computes its attributes", place)
        return None

    def _project_method(self, cls: Class, name: str) -> Thing | None:
        for base in cls.order:
            if isinstance(base, Class) and name in base.frame.names:
                return base.frame.names[name]
        return None

    def _fill_fields(
        self, cls: Class, instance: Instance, arguments: list[Thing], keywords: dict[str, Thing], place: Place
    ) -> None:
        """The constructor of a dataclass."""
        fields: list[str] = []
        for base in reversed(cls.order):
            if isinstance(base, Class) and base.fields is not None:
                fields.extend(name for name in base.fields if name not in fields)
        given = dict(zip(fields, arguments, strict=False)) | keywords
        for name in fields:
            if name in given:
                instance.attributes[name] = given[name]
            elif self._project_method(cls, name) is None:
                doubt = keywords.get(STARS) or keywords.get(STAR)
                if doubt is None:
                    message = f"{cls.name}() needs an argument {name!r}"
                    outcome = ConstructionError("raised", (), f"TypeError: {message}", place)
                    raise self.error("TypeError", message, place, outcome)
                instance.attributes[name] = doubt
            else:
                default = self._project_method(cls, name)
                if isinstance(default, Wrapped) and default.kind == "field":
                    default = self._field_default(cls, name, default, place)
                instance.attributes[name] = default or Known(None)
        hook = self._project_method(cls, "__post_init__")
        if hook is not None:
            self.call(hook, [instance], {}, place)

    def _field_default(self, cls: Class, name: str, field: Wrapped, place: Place) -> Thing:
        """The value that ``field(...)`` stands for."""
        if "default" in field.keywords:
            return field.keywords["default"]
        if "default_factory" in field.keywords:
            return self.call(field.keywords["default_factory"], [], {}, place)
        if "init" in field.keywords:
            return Opaque(f"the field {name} is filled later", place)
        return self._field_missing(cls, name, place)

    def _field_missing(self, cls: Class, name: str, place: Place) -> Thing:
        raise self.python_error("TypeError", f"{cls.name}() needs an argument {name!r}", place)

    def _call_instance(
        self, instance: Instance, arguments: list[Thing], keywords: dict[str, Thing], place: Place
    ) -> Thing:
        return self.call(self.attribute(instance, "__call__", place), arguments, keywords, place)

    # --- the framework ---

    def _builder_name(self, thing: Thing) -> str | None:
        """The framework builder that ``thing`` is, or derives from."""
        if isinstance(thing, Made):
            return thing.name if thing.name in core_names.BUILDERS else None
        if isinstance(thing, Instance):
            for cls in thing.cls.order:
                if isinstance(cls, FrameworkName) and cls.name in core_names.BUILDERS:
                    return cls.name
        return None

    def _call_builder(
        self,
        builder: str,
        receiver: Made | Instance,
        name: str,
        arguments: list[Thing],
        keywords: dict[str, Thing],
        place: Place,
    ) -> Thing:
        made = receiver if isinstance(receiver, Made) else receiver.made
        if name == "compile":
            return self.compile(receiver, builder, arguments, keywords, place)
        if made is not None:
            made.calls.append((name, arguments, keywords, place))
            if self.in_doubt(made.birth) is not None:
                made.doubt = made.doubt or self.in_doubt(made.birth)
        if name in core_names.CHAINED:
            return receiver
        return Opaque(f"the result of {builder}.{name}() is not known", place)

    def _call_framework_base(
        self, receiver: Instance, name: str, arguments: list[Thing], keywords: dict[str, Thing], place: Place
    ) -> Thing:
        """``super().name(...)`` that leads to a framework class."""
        base = next((cls for cls in receiver.cls.order if isinstance(cls, FrameworkName)), None)
        if base is None:
            return Opaque(f"super().{name} is not followed", place)
        if name == "__init__":
            receiver.made = self.construct(base.name, arguments, keywords, place)
            return Known(None)
        builder = self._builder_name(receiver)
        if builder is not None:
            return self._call_builder(builder, receiver, name, arguments, keywords, place)
        return Opaque(f"the result of {base.name}.{name}() is not known", place)

    def _call_framework(
        self, function: FrameworkName, arguments: list[Thing], keywords: dict[str, Thing], place: Place
    ) -> Thing:
        self.doubt_evaluation(function, place)
        if function.name == core_names.COMPILED_GRAPH:
            return Opaque("a CompiledGraph is constructed without compile()", place)
        if function.name[:1].isupper() and not function.name.isupper():
            self.refuse_abstract(function, place)
            made = self.construct(function.name, arguments, keywords, place)
            made.parameter = function.parameter
            return made
        if function.name in core_names.MARKERS:
            return arguments[0] if arguments and isinstance(arguments[0], Function) else Intrinsic("same")
        return self.blind_call(f"{function.name}()", place, [*arguments, *keywords.values()])

    def _call_error(self, function: Error, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
        return Opaque("an exception is called", place)

    # --- the loader ---

    def wait(self, thing: Thing, place: Place) -> Thing:
        """``await thing``."""
        if isinstance(thing, Coroutine):
            return thing.run()
        if isinstance(thing, Opaque):
            self.doubts += 1
            return thing
        return Opaque(f"what awaiting {name_of(thing)} gives is not known", place)

    def is_coroutine_function(self, thing: Thing) -> bool:
        """``inspect.iscoroutinefunction``: sees through methods and partials, not through caches or ``__call__``."""
        if isinstance(thing, Function):
            return thing.is_async and not thing.is_generator
        if isinstance(thing, Method):
            return not isinstance(thing.function, str) and self.is_coroutine_function(thing.function)
        return isinstance(thing, Wrapped) and thing.kind == "partial" and self.is_coroutine_function(thing.function)

    def is_generator_function(self, thing: Thing) -> bool:
        """Whether calling it only makes a generator."""
        if isinstance(thing, Function):
            return thing.is_generator
        if isinstance(thing, Method):
            return not isinstance(thing.function, str) and self.is_generator_function(thing.function)
        return isinstance(thing, Wrapped) and thing.kind != "property" and self.is_generator_function(thing.function)

    def not_a_graph(self, description: str, place: Place | None) -> NotACompiledGraph:
        """The outcome for something that is no CompiledGraph."""
        return NotACompiledGraph(description, place)

    def is_compiled(self, thing: Thing) -> bool:
        """Whether it is a CompiledGraph."""
        return isinstance(thing, Compiled)


def _is_plain_base(base: External | Opaque) -> bool:
    """Bases that bring no constructor of their own."""
    return isinstance(base, External) and base.dotted in PLAIN_BASES


_CALLS: dict[type, Callable[[Calls, Any, list[Thing], dict[str, Thing], Place], Thing]] = {
    Opaque: Calls._call_opaque,
    Function: Calls._call_function,
    Generator: Calls._call_generator,
    Method: Calls._call_method,
    Wrapped: Calls._call_wrapped,
    Class: Calls._call_class,
    Instance: Calls._call_instance,
    External: Calls.call_external,
    FrameworkName: Calls._call_framework,
    Intrinsic: Calls.call_intrinsic,
    Error: Calls._call_error,
}
