"""Expressions of the evaluated program."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any

from agentflow_lint.model.graph import operators
from agentflow_lint.model.graph.calls import Calls
from agentflow_lint.model.graph.constructing import STAR, STARS
from agentflow_lint.model.graph.containers import update
from agentflow_lint.model.graph.results import ConstructionError
from agentflow_lint.model.graph.state import Yielded, name_of
from agentflow_lint.model.graph.things import (
    Binding,
    Class,
    External,
    Frame,
    Function,
    Intrinsic,
    Items,
    Known,
    Mapping,
    Opaque,
    Super,
    Thing,
)
from agentflow_lint.sources.python import form

if TYPE_CHECKING:
    from collections.abc import Callable

    from agentflow_lint.model.graph.results import Place

_MOST_ITEMS = 200
#: Every core release requires it.
OLDEST_PYTHON = (3, 12)


class Expressions(Calls):
    """Evaluating expressions."""

    def evaluate(self, node: form.Expression, frame: Frame) -> Thing:
        """The value of an expression."""
        self.tick()
        self.descend()
        try:
            return _EXPRESSIONS[type(node)](self, node, frame)
        finally:
            self.depth -= 1

    # --- leaves ---

    def _constant(self, node: form.Constant, frame: Frame) -> Thing:
        return Known(node.value, self.place(node, frame))

    def _opaque(self, node: form.Opaque, frame: Frame) -> Thing:
        return Opaque(f"{node.what} is not followed", self.place(node, frame))

    def _name(self, node: form.Name, frame: Frame) -> Thing:
        found = self.lookup(node.id, frame)
        if found is not None:
            return found
        place = self.place(node, frame)
        message = f"name {node.id!r} is not defined"
        raise self.error("NameError", message, place, ConstructionError("raised", (), f"NameError: {message}", place))

    def lookup(self, name: str, frame: Frame) -> Thing | None:
        """The value of a name: this frame, the functions around it, the module, the builtins."""
        current: Frame | None = frame
        module = frame.module.frame
        if frame.declared.get(name) == "global":
            current = module
        while current is not None:
            if name in current.names and (current is frame or current.kind != "class"):
                return current.names[name]
            if current.doubt is not None:
                return current.doubt
            current = current.outer
        if name in module.names:
            return module.names[name]
        if name == "__package__":
            return Known(frame.module.package)
        if name in ("__file__", "__path__", "__spec__", "__doc__", "__loader__"):
            return Opaque(f"{name} is only known on the server")
        if module.doubt is not None:
            return module.doubt
        if name == "__debug__":
            return Known(True)
        return Intrinsic(name) if hasattr(builtins, name) else None

    def _formatted(self, node: form.FormattedString, frame: Frame) -> Thing:
        place = self.place(node, frame)
        parts: list[str] = []
        doubt: Opaque | None = None
        origin = None
        for part in node.parts:
            if isinstance(part, str):
                parts.append(part)
                continue
            value = self.evaluate(part.value, frame)
            text = self._replaced(value, part.template, place)
            if text is not None and isinstance(value, Known):
                parts.append(text)
                origin = origin or value.origin
            elif doubt is None:
                doubt = value if isinstance(value, Opaque) else Opaque("a part of a string is not known", place)
        text = "".join(parts)
        if doubt is not None:
            return Opaque(doubt.reason, place, truthy=True if text else None)
        return Known(text, place, origin) if len(text) <= operators.LONGEST else Opaque("a very long string", place)

    def _replaced(self, value: Thing, template: str | None, place: Place) -> str | None:
        """A replacement of an f-string, where it is computed."""
        if not isinstance(value, Known) or isinstance(value.value, bytes) or template is None:
            return None
        try:
            return operators.formatted(template, value.value)
        except operators.NotComputed:
            return None
        except (TypeError, ValueError) as error:
            raise self.python_error(type(error).__name__, str(error), place) from None

    # --- access and calls ---

    def _attribute(self, node: form.Attribute, frame: Frame) -> Thing:
        return self.attribute(self.evaluate(node.value, frame), node.attr, self.place(node, frame))

    def _subscript(self, node: form.Subscript, frame: Frame) -> Thing:
        value = self.evaluate(node.value, frame)
        if isinstance(node.index, form.Slice):
            return self._sliced(value, node.index, frame)
        return self.item(value, self.evaluate(node.index, frame), self.place(node, frame))

    def _sliced(self, value: Thing, node: form.Slice, frame: Frame) -> Thing:
        bounds = [None if part is None else self.evaluate(part, frame) for part in (node.lower, node.upper, node.step)]
        known = [None if part is None else part.value for part in bounds if part is None or isinstance(part, Known)]
        place = self.place(node, frame)
        self.refuse_items(value, place)
        if len(known) == 3 and all(item is None or isinstance(item, int) for item in known) and known[2] != 0:
            part = slice(*known)
            if isinstance(value, Known) and isinstance(value.value, (str, bytes)):
                return Known(value.value[part], place, value.origin)
            if isinstance(value, Items) and value.kind != "set":
                self.tick(len(value.items))
                return Items(value.kind, value.items[part], self.born(), value.doubt)
        return value if isinstance(value, Opaque) else Opaque("a slice is not followed", place)

    def _slice(self, node: form.Slice, frame: Frame) -> Thing:
        return Opaque("a slice is not followed", self.place(node, frame))

    def _call(self, node: form.Call, frame: Frame) -> Thing:
        place = self.place(node, frame)
        if isinstance(node.function, form.Name) and node.function.id == "super" and not node.arguments:
            implied = self._implied_super(frame)
            if implied is not None and isinstance(self.lookup("super", frame), Intrinsic):
                return implied
        function = self.evaluate(node.function, frame)
        if isinstance(function, Intrinsic) and function.name in ("locals", "globals", "vars", "exec", "eval"):
            return self._reflect(function.name, frame, node)
        arguments, keywords = self.arguments(node.arguments, frame)
        return self.call(function, arguments, keywords, place)

    def _reflect(self, name: str, frame: Frame, node: form.Call) -> Thing:
        """Code that looks at, or changes, its own namespace."""
        place = self.place(node, frame)
        if name in ("exec", "eval"):
            frame.doubt = Opaque(f"{name}() may bind any name", place)
            return frame.doubt
        if name == "globals":
            frame.module.frame.doubt = Opaque("globals() may bind any name", place)
            found = Mapping({}, self.born(), Opaque("globals() is not followed", place))
            found.entries = dict(frame.module.frame.names)
            return found
        if frame.kind == "class":
            frame.doubt = Opaque(f"{name}() may bind any name", place)
        return Opaque(f"{name}() is not followed", place)

    def _implied_super(self, frame: Frame) -> Thing | None:
        """``super()``: the class that the method was defined in, and its first argument."""
        current: Frame | None = frame
        while current is not None and (current.function is None or current.function.owner is None):
            current = current.outer
        if current is None or current.function is None or current.function.owner is None:
            return None
        parameters = current.function.parameters
        receiver = current.names.get(parameters[0].name) if parameters else None
        return None if receiver is None else Super(current.function.owner, receiver)

    def arguments(self, given: tuple[form.Argument, ...], frame: Frame) -> tuple[list[Thing], dict[str, Thing]]:
        """The values of arguments; what cannot be taken apart is under ``*`` and ``**``."""
        positional: list[Thing] = []
        keywords: dict[str, Thing] = {}
        for argument in given:
            value = self.evaluate(argument.value, frame)
            if argument.star == 1:
                items = self.elements(value)
                if items is None or STAR in keywords:
                    keywords[STAR] = value if isinstance(value, Opaque) else Opaque("a * argument is not known")
                else:
                    positional.extend(items)
            elif argument.star == 2:
                if isinstance(value, Mapping):
                    keywords.update({str(name): item for name, item in value.entries.items()})
                if not isinstance(value, Mapping) or value.doubt is not None:
                    keywords[STARS] = value if isinstance(value, Opaque) else Opaque("a ** argument is not known")
            elif argument.keyword is not None:
                keywords[argument.keyword] = value
            elif STAR in keywords:
                continue
            else:
                positional.append(value)
        return positional, keywords

    # --- displays ---

    def _starred(self, node: form.Starred, frame: Frame) -> Thing:
        return self.evaluate(node.value, frame)

    def _display(self, node: form.Display, frame: Frame) -> Thing:
        found = Items(node.kind, [], self.born())
        for item in node.items:
            value = self.evaluate(item, frame)
            if isinstance(item, form.Starred):
                items = self.elements(value)
                if items is None:
                    place = self.place(item, frame)
                    found.doubt = value if isinstance(value, Opaque) else Opaque("starred items are not known", place)
                else:
                    found.items.extend(items)
            else:
                found.items.append(value)
        return found

    def _dict(self, node: form.DictDisplay, frame: Frame) -> Thing:
        found = Mapping({}, self.born())
        for key_node, value_node in node.items:
            if key_node is None:
                update(self, found, self.evaluate(value_node, frame), {}, self.place(node, frame))
                continue
            key = self.evaluate(key_node, frame)
            value = self.evaluate(value_node, frame)
            if isinstance(key, Known):
                found.entries[key.value] = value
            else:
                found.doubt = Opaque("a key is not a constant", self.place(key_node, frame))
        return found

    # --- operators ---

    def _unary(self, node: form.Unary, frame: Frame) -> Thing:
        value = self.evaluate(node.operand, frame)
        place = self.place(node, frame)
        if node.operator == "not":
            truth = self.truth(value, place)
            if truth is None:
                return Opaque(value.reason if isinstance(value, Opaque) else "a truth value is not known", place)
            return Known(not truth, place)
        if isinstance(value, Known) and isinstance(value.value, (int, float)):
            try:
                return Known(operators.unary(node.operator, value.value), place)
            except TypeError as error:
                raise self.python_error("TypeError", str(error), place) from None
        return value if isinstance(value, Opaque) else Opaque("an operator is not followed", place)

    def _binary(self, node: form.Binary, frame: Frame) -> Thing:
        value = self.evaluate(node.first, frame)
        for sign, operand in node.rest:
            value = self.operate(sign, value, self.evaluate(operand, frame), node, frame)
        return value

    def operate(self, sign: str, left: Thing, right: Thing, node: Any, frame: Frame) -> Thing:
        """``left sign right``."""
        place = self.place(node, frame)
        if isinstance(left, Opaque):
            return left
        if isinstance(right, Opaque):
            return right
        if isinstance(left, Items) and isinstance(right, Items) and sign == "+":
            self.tick(len(left.items) + len(right.items))
            return Items(left.kind, [*left.items, *right.items], self.born(), left.doubt or right.doubt)
        if isinstance(left, Mapping) and isinstance(right, Mapping) and sign == "|":
            self.tick(len(left.entries) + len(right.entries))
            joined = Mapping({}, self.born())
            update(self, joined, left, {}, place)
            update(self, joined, right, {}, place)
            return joined
        operand: Any = right.value if isinstance(right, Known) else None
        if sign == "%" and isinstance(right, Items) and right.kind == "tuple" and right.doubt is None:
            operand = tuple(item.value for item in right.items if isinstance(item, Known))
            if len(operand) != len(right.items):
                return Opaque("a part of a string is not known", place)
        elif not isinstance(right, Known):
            return Opaque("an operator is not followed", place)
        if not isinstance(left, Known):
            return Opaque("an operator is not followed", place)
        try:
            return Known(operators.binary(sign, left.value, operand), place, left.origin)
        except operators.NotComputed:
            return Opaque("a value is not computed", place)
        except (TypeError, ValueError, ZeroDivisionError, OverflowError) as error:
            raise self.python_error(type(error).__name__, str(error), place) from None

    def _logical(self, node: form.Logical, frame: Frame) -> Thing:
        """Short-circuits; after an operand of unknown truth the rest may or may not run."""
        stop = node.operator == "or"
        value: Thing = Known(None)
        doubt: Opaque | None = None
        entered = 0
        try:
            for number, operand in enumerate(node.operands):
                value = self.evaluate(operand, frame)
                truth = self.truth(value, self.place(operand, frame))
                if number == len(node.operands) - 1:
                    break
                if truth is stop:
                    break
                if truth is None:
                    reason = value.reason if isinstance(value, Opaque) else "a truth value is not known"
                    doubt = doubt or Opaque(reason, self.place(operand, frame))
                    self.enter(doubt, frame)
                    entered += 1
        finally:
            for _ in range(entered):
                self.regions.pop()
        if doubt is None:
            return value
        last = self.truth(value, self.place(node, frame))
        return Opaque(doubt.reason, doubt.place, truthy=stop if last is stop else None)

    def enter(self, doubt: Opaque, frame: Frame) -> None:
        """Start a region of which it is not known whether it runs; ends with ``regions.pop()``."""
        from agentflow_lint.model.graph.state import Region

        self.regions.append(Region(self.born(), doubt, frame))

    def _comparison(self, node: form.Comparison, frame: Frame) -> Thing:
        left = self.evaluate(node.first, frame)
        answer: Thing = Known(True)
        for sign, operand in node.rest:
            right = self.evaluate(operand, frame)
            answer = self.compare(sign, left, right, node, frame)
            if not isinstance(answer, Known) or not answer.value:
                return answer
            left = right
        return answer

    def compare(self, sign: str, left: Thing, right: Thing, node: Any, frame: Frame) -> Thing:
        """One comparison."""
        place = self.place(node, frame)
        if sign in ("in", "not in"):
            return self._contains(left, right, sign == "in", node, frame)
        if isinstance(left, External) and left.dotted == "sys.version_info" and isinstance(right, Items):
            return self._python_version(sign, right, place)
        if isinstance(left, Known) and isinstance(right, Known):
            try:
                return Known(operators.compare(sign, left.value, right.value), place)
            except operators.NotComputed:
                return Opaque("an identity is not computed", place)
            except TypeError as error:
                raise self.python_error("TypeError", str(error), place) from None
        if sign in ("is", "is not", "==", "!="):
            same = self._same_thing(left, right)
            if same is not None:
                return Known(same == (sign in ("is", "==")), place)
        for side in (left, right):
            if isinstance(side, Opaque):
                return Opaque(side.reason, place)
        return Opaque("a comparison is not followed", place)

    def _python_version(self, sign: str, right: Items, place: Place) -> Thing:
        """``sys.version_info`` against a constant: the server's Python is 3.12 or later, no more is known."""
        wanted = tuple(item.value for item in right.items if isinstance(item, Known) and isinstance(item.value, int))
        settled = wanted < OLDEST_PYTHON or (wanted == OLDEST_PYTHON and sign in (">=", "<"))
        if len(wanted) == len(right.items) and settled and sign in (">=", ">", "<", "<="):
            return Known(sign in (">=", ">"), place)
        return Opaque("the server's Python version is not known", place)

    def _same_thing(self, left: Thing, right: Thing) -> bool | None:
        """Whether two things are one, as far as identity tells."""
        if left is right and not isinstance(left, Opaque):
            return True
        for one, other in ((left, right), (right, left)):
            if isinstance(one, Known) and one.value is None:
                if isinstance(other, Opaque):
                    return False if other.truthy else None
                return None if isinstance(other, External) else False
        return None

    def _contains(self, left: Thing, right: Thing, wanted: bool, node: Any, frame: Frame) -> Thing:
        place = self.place(node, frame)
        if isinstance(right, External) and right.dotted == "os.environ":
            if isinstance(left, Known) and isinstance(left.value, str):
                self.note_read(left.value, False, None, place, named=left.place)
                value = self.variable(left.value)
                if value is None:
                    return Known(not wanted, place)
                if value is self.environ_doubt:
                    return Opaque(self.environ_doubt.reason, place)
                return Known(wanted, place)
            return left if isinstance(left, Opaque) else Opaque("the variable's name is not known", place)
        if isinstance(right, Known) and not isinstance(right.value, (str, bytes)):
            message = f"argument of type {type(right.value).__name__!r} is not iterable"
            raise self.python_error("TypeError", message, place)
        if isinstance(left, Known):
            if isinstance(right, Known) and isinstance(right.value, (str, bytes)):
                try:
                    return Known((left.value in right.value) == wanted, place)
                except TypeError as error:
                    raise self.python_error("TypeError", str(error), place) from None
            if isinstance(right, Mapping):
                self.note_entry(right, left, False, place)
                entry = self.entry(right, left.value)
                if entry is None or entry is not right.doubt:
                    return Known((entry is not None) == wanted, place)
            items = self.elements(right)
            if items is not None and all(isinstance(item, Known) for item in items):
                found = any(isinstance(item, Known) and item.value == left.value for item in items)
                return Known(found == wanted, place)
        for side in (left, right):
            if isinstance(side, Opaque):
                return Opaque(side.reason, place)
        return Opaque("a membership is not followed", place)

    def _conditional(self, node: form.Conditional, frame: Frame) -> Thing:
        test = self.evaluate(node.test, frame)
        truth = self.truth(test, self.place(node.test, frame))
        if truth is not None:
            return self.evaluate(node.body if truth else node.otherwise, frame)
        reason = test.reason if isinstance(test, Opaque) else "a condition is not known"
        doubt = Opaque(reason, self.place(node.test, frame))
        return self.either([node.body, node.otherwise], doubt, frame)

    def either(self, nodes: list[form.Expression], doubt: Opaque, frame: Frame) -> Thing:
        """One of several expressions, not known which; one that raises is taken not to be chosen."""
        from agentflow_lint.model.graph.state import Raised

        values: list[Thing] = []
        failure: Raised | None = None
        for node in nodes:
            self.enter(doubt, frame)
            try:
                values.append(self.evaluate(node, frame))
            except Raised as raised:
                failure = raised
            finally:
                self.regions.pop()
        if not values:
            assert failure is not None
            raise failure
        if failure is not None:
            self.dismiss(doubt)
        result = values[0]
        for value in values[1:]:
            result = self.join(result, value, doubt)
        return result

    def join(self, left: Thing, right: Thing, doubt: Opaque) -> Thing:
        """What is known of a value that is one of two."""
        from agentflow_lint.model.graph.joining import same

        if same(left, right):
            return left
        truths = {self.truth(side, doubt.place) for side in (left, right)} if doubt.place is not None else {None}
        return Opaque(doubt.reason, doubt.place, truthy=truths.pop() if len(truths) == 1 else None)

    def _walrus(self, node: form.Walrus, frame: Frame) -> Thing:
        value = self.evaluate(node.value, frame)
        self.assign_name(frame, node.name, value, Binding(self.place(node, frame)))
        return value

    # --- functions and comprehensions ---

    def _lambda(self, node: form.Lambda, frame: Frame) -> Thing:
        return self.function("<lambda>", node.parameters, node.body, node, frame)

    def function(
        self,
        name: str,
        parameters: tuple[form.Parameter, ...],
        body: form.Block | form.Expression,
        node: Any,
        frame: Frame,
    ) -> Function:
        """A function object: its defaults are evaluated now, its body later."""
        defaults = {
            parameter.name: self.evaluate(parameter.default, frame)
            for parameter in parameters
            if parameter.default is not None
        }
        outer: Frame | None = frame
        while outer is not None and outer.kind == "class":
            outer = outer.outer
        return Function(name, parameters, body, outer or frame.module.frame, defaults, self.place(node, frame))

    def _comprehension(self, node: form.Comprehension, frame: Frame) -> Thing:
        """Evaluated item by item where the source is known and short."""
        inner = Frame("function", self.born(), frame.module, frame, function=frame.function)
        if node.kind == "dict":
            result: Items | Mapping = Mapping({}, self.born())
        else:
            result = Items("list" if node.kind == "generator" else node.kind, [], self.born())
        doubt = self._loop(node, 0, inner, frame, result)
        result.doubt = result.doubt or doubt
        return result

    def _loop(
        self, node: form.Comprehension, depth: int, inner: Frame, outer: Frame, result: Items | Mapping
    ) -> Opaque | None:
        if depth == len(node.loops):
            value = self.evaluate(node.element, inner)
            if isinstance(result, Items):
                result.items.append(value)
            elif node.key is not None:
                key = self.evaluate(node.key, inner)
                if not isinstance(key, Known):
                    return key if isinstance(key, Opaque) else Opaque("a key is not a constant")
                result.entries[key.value] = value
            return None
        loop = node.loops[depth]
        source = self.evaluate(loop.source, inner if depth else outer)
        items = self.elements(source)
        place = self.place(loop.source, outer)
        if items is None or len(items) > _MOST_ITEMS:
            return source if isinstance(source, Opaque) else Opaque("what is iterated over is not known", place)
        for item in items:
            self.assign(loop.target, item, inner, place)
            for test in loop.tests:
                truth = self.truth(self.evaluate(test, inner), place)
                if truth is None:
                    return Opaque("the condition of a comprehension is not known", place)
                if not truth:
                    break
            else:
                doubt = self._loop(node, depth + 1, inner, outer, result)
                if doubt is not None:
                    return doubt
        return None

    def assign(self, target: form.Expression, value: Thing, frame: Frame, place: Any) -> None:
        """Assign to any target; provided by the statements."""
        raise NotImplementedError

    def _await(self, node: form.Await, frame: Frame) -> Thing:
        return self.wait(self.evaluate(node.value, frame), self.place(node, frame))

    def _yield(self, node: form.Yield, frame: Frame) -> Thing:
        value: Thing = Known(None, self.place(node, frame)) if node.value is None else self.evaluate(node.value, frame)
        values = [value]
        if node.is_from:
            known = self.elements(value)
            reason = "what a generator passes on is not known"
            values = [Opaque(reason, self.place(node, frame))] if known is None else known
        for each in values:
            if frame.stops_at_yield:
                raise Yielded(self.in_doubt(frame.birth) or each)
            if frame.yields is not None:
                frame.yields.append(self.in_doubt(frame.birth) or each)
        return Opaque("what is sent into a generator is not known", self.place(node, frame))

    def words(self, thing: Thing) -> str:
        """A thing in a few words."""
        return thing.name if isinstance(thing, (Class, Function)) else name_of(thing)


_EXPRESSIONS: dict[type, Callable[[Expressions, Any, Frame], Thing]] = {
    form.Constant: Expressions._constant,
    form.Name: Expressions._name,
    form.Attribute: Expressions._attribute,
    form.Slice: Expressions._slice,
    form.Subscript: Expressions._subscript,
    form.Call: Expressions._call,
    form.FormattedString: Expressions._formatted,
    form.Starred: Expressions._starred,
    form.Display: Expressions._display,
    form.DictDisplay: Expressions._dict,
    form.Unary: Expressions._unary,
    form.Binary: Expressions._binary,
    form.Logical: Expressions._logical,
    form.Comparison: Expressions._comparison,
    form.Conditional: Expressions._conditional,
    form.Lambda: Expressions._lambda,
    form.Comprehension: Expressions._comprehension,
    form.Await: Expressions._await,
    form.Yield: Expressions._yield,
    form.Walrus: Expressions._walrus,
    form.Opaque: Expressions._opaque,
}
