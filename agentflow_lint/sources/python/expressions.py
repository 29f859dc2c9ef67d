"""Expressions and patterns: libcst nodes to forms, by node class."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import libcst as cst

from agentflow_lint.sources.python import form

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_BINARY: dict[type, str] = {
    cst.Add: "+",
    cst.Subtract: "-",
    cst.Multiply: "*",
    cst.Divide: "/",
    cst.FloorDivide: "//",
    cst.Modulo: "%",
    cst.Power: "**",
    cst.MatrixMultiply: "@",
    cst.LeftShift: "<<",
    cst.RightShift: ">>",
    cst.BitAnd: "&",
    cst.BitOr: "|",
    cst.BitXor: "^",
}
_UNARY: dict[type, str] = {cst.Minus: "-", cst.Plus: "+", cst.BitInvert: "~", cst.Not: "not"}
_COMPARE: dict[type, str] = {
    cst.Equal: "==",
    cst.NotEqual: "!=",
    cst.LessThan: "<",
    cst.LessThanEqual: "<=",
    cst.GreaterThan: ">",
    cst.GreaterThanEqual: ">=",
    cst.Is: "is",
    cst.IsNot: "is not",
    cst.In: "in",
    cst.NotIn: "not in",
}
_SINGLETONS = {"None": None, "True": True, "False": False}
_LONGEST_NUMBER = 400


class ExpressionLowering:
    """Lowers expressions; ``nodes`` lists the libcst node of every reference that was given out.

    ``problem`` is the first thing that libcst accepts and every interpreter refuses, with its reference.
    """

    def __init__(self) -> None:
        self.nodes: list[cst.CSTNode] = []
        self.problem: tuple[str, int] | None = None
        self.scopes: list[FunctionScope] = []
        self._comprehensions = 0

    def reference(self, node: cst.CSTNode) -> int:
        """A new reference for ``node``."""
        self.nodes.append(node)
        return len(self.nodes) - 1

    def refuse(self, message: str, reference: int) -> None:
        """Remember that the module would not compile; the first problem counts."""
        if self.problem is None:
            self.problem = (message, reference)

    def want_async(self, what: str, reference: int) -> None:
        """Refuse what only stands in an ``async def`` anywhere else (``visit_Await`` of CPython's compile.c)."""
        if not self.scopes:
            self.refuse(f"{what} outside a function", reference)
        elif not self.scopes[-1].is_async:
            self.refuse(f"{what} outside an async function", reference)

    def expression(self, node: cst.CSTNode) -> form.Expression:
        """The form of any expression node."""
        lower = _EXPRESSIONS.get(type(node))
        if lower is None:
            return form.Opaque(self.reference(node), f"this {type(node).__name__.lower()} expression")
        return lower(self, node)

    def optional(self, node: cst.CSTNode | None) -> form.Expression | None:
        """The form of an expression that may be missing."""
        return None if node is None else self.expression(node)

    # --- leaves ---

    def _name(self, node: cst.Name) -> form.Expression:
        if node.value in _SINGLETONS:
            return form.Constant(self.reference(node), _SINGLETONS[node.value])
        return form.Name(self.reference(node), node.value)

    def _integer(self, node: cst.Integer) -> form.Expression:
        reference = self.reference(node)
        if len(node.value) > _LONGEST_NUMBER:
            return form.Opaque(reference, "a very long number")
        return form.Constant(reference, int(node.value, 0) if not node.value.isdecimal() else int(node.value))

    def _float(self, node: cst.Float) -> form.Expression:
        return form.Constant(self.reference(node), float(node.value))

    def _imaginary(self, node: cst.Imaginary) -> form.Expression:
        return form.Constant(self.reference(node), complex(node.value))

    def _ellipsis(self, node: cst.Ellipsis) -> form.Expression:
        return form.Opaque(self.reference(node), "an ellipsis")

    # --- strings ---

    def _string(self, node: cst.SimpleString) -> form.Expression:
        reference = self.reference(node)
        return form.Constant(reference, self._text(node, reference))

    def _text(self, node: cst.SimpleString, reference: int) -> str | bytes:
        raw = node.value
        if "\\" not in raw and "\r" not in raw and raw[0] in "\"'":
            width = 3 if raw[:3] in ('"""', "'''") and len(raw) >= 6 else 1
            return raw[width:-width]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                value = node.evaluated_value
        except (SyntaxError, ValueError):
            self.refuse("a string literal that cannot be decoded", reference)
            return ""
        return value if isinstance(value, (str, bytes)) else ""

    def _formatted(self, node: cst.FormattedString) -> form.Expression:
        reference = self.reference(node)
        return form.FormattedString(reference, tuple(self._format_parts(node)))

    def _format_parts(self, node: cst.FormattedString) -> list[str | form.Replacement]:
        parts: list[str | form.Replacement] = []
        raw = "r" in node.start.lower()
        for part in node.parts:
            if isinstance(part, cst.FormattedStringText):
                parts.append(_format_text(part.value, raw))
            elif isinstance(part, cst.FormattedStringExpression):
                value = self.expression(part.expression)
                for inner in part.format_spec or ():
                    if isinstance(inner, cst.FormattedStringExpression):
                        self.expression(inner.expression)
                parts.append(form.Replacement(value, _format_template(part)))
        return parts

    def _concatenated(self, node: cst.ConcatenatedString) -> form.Expression:
        """Implicit concatenation nests to the right, as deep as there are strings: taken apart in a loop."""
        reference = self.reference(node)
        strings: list[cst.CSTNode] = []
        rest: cst.CSTNode = node
        while isinstance(rest, cst.ConcatenatedString):
            strings.append(rest.left)
            rest = rest.right
        strings.append(rest)
        parts: list[str | form.Replacement] = []
        binary: list[bytes] = []
        for item in strings:
            if isinstance(item, cst.SimpleString):
                value = self._text(item, reference)
                if isinstance(value, bytes):
                    binary.append(value)
                else:
                    parts.append(value)
            elif isinstance(item, cst.FormattedString):
                parts.extend(self._format_parts(item))
            else:
                return form.Opaque(reference, "a template string")
        if binary:
            if parts:
                self.refuse("bytes and strings side by side", reference)
            return form.Constant(reference, b"".join(binary))
        if all(isinstance(part, str) for part in parts):
            return form.Constant(reference, "".join(part for part in parts if isinstance(part, str)))
        return form.FormattedString(reference, tuple(parts))

    # --- access and calls ---

    def _attribute(self, node: cst.Attribute) -> form.Expression:
        reference = self.reference(node)
        return form.Attribute(reference, self.expression(node.value), node.attr.value)

    def _subscript(self, node: cst.Subscript) -> form.Expression:
        reference = self.reference(node)
        value = self.expression(node.value)
        indexes = [self._index(element.slice) for element in node.slice]
        alone = len(indexes) == 1 and not isinstance(node.slice[0].comma, cst.Comma)
        index = indexes[0] if alone else form.Display(reference, "tuple", tuple(indexes))
        return form.Subscript(reference, value, index)

    def _index(self, node: cst.BaseSlice) -> form.Expression:
        if isinstance(node, cst.Index):
            value = self.expression(node.value)
            return form.Starred(self.reference(node), value) if node.star else value
        if not isinstance(node, cst.Slice):
            return form.Opaque(self.reference(node), "this subscript")
        reference = self.reference(node)
        return form.Slice(reference, self.optional(node.lower), self.optional(node.upper), self.optional(node.step))

    def _call(self, node: cst.Call) -> form.Expression:
        reference = self.reference(node)
        return form.Call(reference, self.expression(node.func), self.arguments(node.args))

    def arguments(self, args: Sequence[cst.Arg]) -> tuple[form.Argument, ...]:
        """The arguments of a call or the bases of a class."""
        found = []
        for arg in args:
            keyword = None if arg.keyword is None else arg.keyword.value
            found.append(form.Argument(self.expression(arg.value), keyword, len(arg.star)))
        return tuple(found)

    # --- displays ---

    def _elements(self, elements: Sequence[cst.BaseElement]) -> tuple[form.Expression, ...]:
        found: list[form.Expression] = []
        for element in elements:
            value = self.expression(element.value)
            if isinstance(element, cst.StarredElement):
                value = form.Starred(self.reference(element), value)
            found.append(value)
        return tuple(found)

    def _list(self, node: cst.List) -> form.Expression:
        reference = self.reference(node)
        return form.Display(reference, "list", self._elements(node.elements))

    def _tuple(self, node: cst.Tuple) -> form.Expression:
        reference = self.reference(node)
        return form.Display(reference, "tuple", self._elements(node.elements))

    def _set(self, node: cst.Set) -> form.Expression:
        reference = self.reference(node)
        return form.Display(reference, "set", self._elements(node.elements))

    def _dict(self, node: cst.Dict) -> form.Expression:
        reference = self.reference(node)
        items: list[tuple[form.Expression | None, form.Expression]] = []
        for element in node.elements:
            key = self.expression(element.key) if isinstance(element, cst.DictElement) else None
            items.append((key, self.expression(element.value)))
        return form.DictDisplay(reference, tuple(items))

    # --- operators ---

    def _unary(self, node: cst.UnaryOperation) -> form.Expression:
        reference = self.reference(node)
        return form.Unary(reference, _UNARY[type(node.operator)], self.expression(node.expression))

    def _binary(self, node: cst.BinaryOperation) -> form.Expression:
        """A chain nests to the left; taken apart in a loop and kept flat."""
        reference = self.reference(node)
        rest: list[tuple[str, cst.CSTNode]] = []
        first: cst.CSTNode = node
        while isinstance(first, cst.BinaryOperation) and (first is node or not first.lpar):
            rest.append((_BINARY.get(type(first.operator), "?"), first.right))
            first = first.left
        lowered = self.expression(first)
        return form.Binary(
            reference, lowered, tuple((operator, self.expression(right)) for operator, right in reversed(rest))
        )

    def _logical(self, node: cst.BooleanOperation) -> form.Expression:
        reference = self.reference(node)
        kind = type(node.operator)
        operands: list[cst.CSTNode] = []
        first: cst.CSTNode = node
        while (
            isinstance(first, cst.BooleanOperation)
            and type(first.operator) is kind
            and (first is node or not first.lpar)
        ):
            operands.append(first.right)
            first = first.left
        operands.append(first)
        operator = "and" if kind is cst.And else "or"
        return form.Logical(reference, operator, tuple(self.expression(item) for item in reversed(operands)))

    def _comparison(self, node: cst.Comparison) -> form.Expression:
        reference = self.reference(node)
        first = self.expression(node.left)
        rest = tuple(
            (_COMPARE.get(type(item.operator), "?"), self.expression(item.comparator)) for item in node.comparisons
        )
        return form.Comparison(reference, first, rest)

    def _conditional(self, node: cst.IfExp) -> form.Expression:
        reference = self.reference(node)
        return form.Conditional(
            reference, self.expression(node.test), self.expression(node.body), self.expression(node.orelse)
        )

    def _walrus(self, node: cst.NamedExpr) -> form.Expression:
        reference = self.reference(node)
        name = node.target.value if isinstance(node.target, cst.Name) else ""
        return form.Walrus(reference, name, self.expression(node.value))

    # --- functions inside expressions ---

    def _lambda(self, node: cst.Lambda) -> form.Expression:
        reference = self.reference(node)
        parameters = self.parameters(node.params, reference)
        self.scopes.append(FunctionScope(is_async=False))
        outer, self._comprehensions = self._comprehensions, 0
        body = self.expression(node.body)
        self._comprehensions = outer
        self.scopes.pop()
        return form.Lambda(reference, parameters, body)

    def parameters(self, params: cst.Parameters, reference: int) -> tuple[form.Parameter, ...]:
        """The parameters of a function, in order; a name given twice is a syntax error."""
        found: list[form.Parameter] = []
        for kind, group in (("positional", params.posonly_params), ("normal", params.params)):
            found.extend(form.Parameter(item.name.value, kind, self.optional(item.default)) for item in group)
        if isinstance(params.star_arg, cst.Param):
            found.append(form.Parameter(params.star_arg.name.value, "args"))
        for item in params.kwonly_params:
            found.append(form.Parameter(item.name.value, "keyword", self.optional(item.default)))  # noqa: PERF401
        if params.star_kwarg is not None:
            found.append(form.Parameter(params.star_kwarg.name.value, "kwargs"))
        if len({item.name for item in found}) < len(found):
            self.refuse("a parameter name used twice", reference)
        return tuple(found)

    def _comprehension(self, node: Any) -> form.Expression:
        reference = self.reference(node)
        if _is_asynchronous(node.for_in) and not isinstance(node, cst.GeneratorExp) and not self._comprehensions:
            self.want_async("an asynchronous comprehension", reference)
        self._comprehensions += 1
        loops = self._loops(node.for_in)
        kind = _COMPREHENSIONS[type(node)]
        key = None
        if isinstance(node, cst.DictComp):
            key = self.expression(node.key)
            element = self.expression(node.value)
        else:
            element = self.expression(node.elt)
        self._comprehensions -= 1
        return form.Comprehension(reference, kind, key, element, loops)

    def _loops(self, first: cst.CompFor) -> tuple[form.ComprehensionLoop, ...]:
        loops = []
        loop: cst.CompFor | None = first
        while loop is not None:
            target = self.expression(loop.target)
            source = self.expression(loop.iter)
            loops.append(form.ComprehensionLoop(target, source, tuple(self.expression(test.test) for test in loop.ifs)))
            loop = loop.inner_for_in
        return tuple(loops)

    def _await(self, node: cst.Await) -> form.Expression:
        reference = self.reference(node)
        if not self.scopes or not self._comprehensions:  # a generator expression that awaits may stand in any function
            self.want_async("'await'", reference)
        return form.Await(reference, self.expression(node.expression))

    def _yield(self, node: cst.Yield) -> form.Expression:
        reference = self.reference(node)
        if self.scopes:
            self.scopes[-1].is_generator = True
        else:
            self.refuse("'yield' outside a function", reference)
        value = node.value
        if isinstance(value, cst.From):
            return form.Yield(reference, self.expression(value.item), is_from=True)
        return form.Yield(reference, self.optional(value))

    # --- patterns ---

    def pattern(self, node: cst.MatchPattern) -> form.Pattern:
        """The form of a match pattern; what is not compared by value is only known by the names it binds."""
        if isinstance(node, (cst.MatchValue, cst.MatchSingleton)):
            return form.ValuePattern(self.expression(node.value))
        if isinstance(node, cst.MatchOr):
            return form.OrPattern(tuple(self.pattern(item.pattern) for item in node.patterns))
        if isinstance(node, cst.MatchAs):
            inner = None if node.pattern is None else self.pattern(node.pattern)
            return form.CapturePattern(inner, None if node.name is None else node.name.value)
        if isinstance(node, cst.MatchClass) and not node.patterns and not node.kwds:
            return form.TypePattern(self.expression(node.cls))
        return form.OtherPattern(tuple(_bound_names(node)))


def _is_asynchronous(loop: cst.CompFor | None) -> bool:
    while loop is not None and loop.asynchronous is None:
        loop = loop.inner_for_in
    return loop is not None


class FunctionScope:
    """What is known of the function that is being lowered."""

    def __init__(self, is_async: bool) -> None:
        self.is_async = is_async
        self.is_generator = False


def _format_template(part: cst.FormattedStringExpression) -> str | None:
    texts = [inner.value for inner in part.format_spec or () if isinstance(inner, cst.FormattedStringText)]
    if part.equal is not None or len(texts) < len(part.format_spec or ()):
        return None
    conversion = "" if part.conversion is None else f"!{part.conversion}"
    spec = "".join(texts)
    return f"{{{conversion}:{spec}}}" if spec else f"{{{conversion}}}"


def _format_text(value: str, raw: bool) -> str:
    """The text between the replacements of an f-string: doubled braces are single ones, escapes are resolved."""
    value = value.replace("{{", "{").replace("}}", "}")
    if raw or "\\" not in value:
        return value
    import ast

    quoted = '"""' + value.replace('"', '\\"') + '"""'
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            text = ast.literal_eval(quoted)
    except (SyntaxError, ValueError):
        return value
    return text if isinstance(text, str) else value


def _bound_names(node: cst.CSTNode) -> list[str]:
    """The names that a pattern binds, in source order."""
    names: list[str] = []
    if isinstance(node, (cst.MatchAs, cst.MatchStar)) and node.name is not None:
        names.append(node.name.value)
    if isinstance(node, cst.MatchMapping) and node.rest is not None:
        names.append(node.rest.value)
    for child in node.children:
        if not isinstance(child, cst.BaseExpression):
            names.extend(_bound_names(child))
    return names


_COMPREHENSIONS: dict[type, str] = {
    cst.ListComp: "list",
    cst.SetComp: "set",
    cst.DictComp: "dict",
    cst.GeneratorExp: "generator",
}

_EXPRESSIONS: dict[type, Callable[[ExpressionLowering, Any], form.Expression]] = {
    cst.Name: ExpressionLowering._name,
    cst.Integer: ExpressionLowering._integer,
    cst.Float: ExpressionLowering._float,
    cst.Imaginary: ExpressionLowering._imaginary,
    cst.Ellipsis: ExpressionLowering._ellipsis,
    cst.SimpleString: ExpressionLowering._string,
    cst.FormattedString: ExpressionLowering._formatted,
    cst.ConcatenatedString: ExpressionLowering._concatenated,
    cst.Attribute: ExpressionLowering._attribute,
    cst.Subscript: ExpressionLowering._subscript,
    cst.Call: ExpressionLowering._call,
    cst.List: ExpressionLowering._list,
    cst.Tuple: ExpressionLowering._tuple,
    cst.Set: ExpressionLowering._set,
    cst.Dict: ExpressionLowering._dict,
    cst.UnaryOperation: ExpressionLowering._unary,
    cst.BinaryOperation: ExpressionLowering._binary,
    cst.BooleanOperation: ExpressionLowering._logical,
    cst.Comparison: ExpressionLowering._comparison,
    cst.IfExp: ExpressionLowering._conditional,
    cst.NamedExpr: ExpressionLowering._walrus,
    cst.Lambda: ExpressionLowering._lambda,
    cst.ListComp: ExpressionLowering._comprehension,
    cst.SetComp: ExpressionLowering._comprehension,
    cst.DictComp: ExpressionLowering._comprehension,
    cst.GeneratorExp: ExpressionLowering._comprehension,
    cst.Await: ExpressionLowering._await,
    cst.Yield: ExpressionLowering._yield,
}
