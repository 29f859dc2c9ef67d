"""Calls of what is not the project's: builtins, the standard library, and methods of builtin types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.model.graph import injection
from agentflow_lint.model.graph.builtin_functions import call_intrinsic
from agentflow_lint.model.graph.classifying import Calling
from agentflow_lint.model.graph.containers import dict_method, list_method, string_method
from agentflow_lint.model.graph.env_libraries import of_dotenv_values
from agentflow_lint.model.graph.standard import call_external
from agentflow_lint.model.graph.things import (
    Compiled,
    Error,
    External,
    FrameworkName,
    Intrinsic,
    Items,
    Known,
    Made,
    Mapping,
    Opaque,
    Thing,
)

if TYPE_CHECKING:
    from agentflow_lint.model.graph.results import Place


class Externals(Calling):
    """Calls of what is not the project's."""

    def call_external(
        self, function: External, arguments: list[Thing], keywords: dict[str, Thing], place: Place
    ) -> Thing:
        """What a call of something that is not seen returns."""
        result = call_external(self, function, arguments, keywords, place)
        if isinstance(result, Opaque) and result.result_of is None:
            result.result_of = function.dotted
        return result

    def dotenv_item(self, index: Thing, place: Place) -> Thing:
        """``dotenv_values()[index]``."""
        return of_dotenv_values(self, index, True, place)

    def call_intrinsic(
        self, function: Intrinsic, arguments: list[Thing], keywords: dict[str, Thing], place: Place
    ) -> Thing:
        """A builtin function or class; an exception class makes an exception."""
        if self.is_kind(function, "BaseException"):
            message = arguments[0].value if arguments and isinstance(arguments[0], Known) else ""
            return Error(function, str(message))
        return call_intrinsic(self, function.name, arguments, keywords, place)

    def call_builtin_method(
        self, name: str, receiver: Thing, arguments: list[Thing], keywords: dict[str, Thing], place: Place
    ) -> Thing:
        """A builtin method by its name."""
        if isinstance(receiver, Known):
            return string_method(self, receiver, name, arguments, keywords, place)
        if isinstance(receiver, Items):
            return list_method(self, receiver, name, arguments, place)
        if isinstance(receiver, Mapping):
            return dict_method(self, receiver, name, arguments, keywords, place)
        if isinstance(receiver, Made) and receiver.name == injection.CONTAINER:
            return injection.call(self, receiver, name, arguments, keywords, place)
        if isinstance(receiver, Compiled):
            return self.enter_event_loop(f"{name}() of a compiled graph", place)
        if isinstance(receiver, FrameworkName):
            if receiver.name == "InjectQ" and name == "get_instance":
                return self.server_container(place)
            self.doubt_evaluation(receiver, place)
            return self.blind_call(f"{receiver.name}.{name}()", place)
        return Opaque(f"{name}() is not followed", place)
