"""Statements: libcst nodes to forms, by node class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libcst as cst

from agentflow_lint.sources.python import form
from agentflow_lint.sources.python.expressions import ExpressionLowering, FunctionScope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_AUGMENTED: dict[type, str] = {
    cst.AddAssign: "+",
    cst.SubtractAssign: "-",
    cst.MultiplyAssign: "*",
    cst.DivideAssign: "/",
    cst.FloorDivideAssign: "//",
    cst.ModuloAssign: "%",
    cst.PowerAssign: "**",
    cst.MatrixMultiplyAssign: "@",
    cst.LeftShiftAssign: "<<",
    cst.RightShiftAssign: ">>",
    cst.BitAndAssign: "&",
    cst.BitOrAssign: "|",
    cst.BitXorAssign: "^",
}


class StatementLowering(ExpressionLowering):
    """Lowers blocks of statements."""

    def __init__(self) -> None:
        super().__init__()
        self._open_loops = 0
        self._in_class_body = False
        self._has_type_parameters = False

    def block(self, body: Sequence[cst.BaseStatement | cst.BaseSmallStatement]) -> form.Block:
        """The statements of a block; ``pass`` leaves nothing."""
        found: list[form.Statement] = []
        for statement in body:
            if isinstance(statement, cst.SimpleStatementLine):
                for small in statement.body:
                    self._add(small, found)
            else:
                self._add(statement, found)
        return tuple(found)

    def _add(self, node: cst.CSTNode, found: list[form.Statement]) -> None:
        lower = _STATEMENTS.get(type(node))
        if lower is not None:
            statement = lower(self, node)
            if statement is not None:
                found.append(statement)

    def _suite(self, node: cst.BaseSuite | None) -> form.Block:
        return () if node is None else self.block(node.body)

    # --- simple statements ---

    def _expression_statement(self, node: cst.Expr) -> form.Statement:
        reference = self.reference(node)
        return form.Evaluate(reference, self.expression(node.value))

    def _assign(self, node: cst.Assign) -> form.Statement:
        reference = self.reference(node)
        targets = tuple(self.expression(target.target) for target in node.targets)
        return form.Assign(reference, targets, self.expression(node.value))

    def _annotated(self, node: cst.AnnAssign) -> form.Statement:
        reference = self.reference(node)
        target = self.expression(node.target)
        annotation = self.expression(node.annotation.annotation) if self._in_class_body else None
        annotated = () if self.scopes and not self._in_class_body else self._annotated_names([node.annotation])
        if node.value is None:
            return form.Declare(reference, target, annotation, annotated)
        return form.Assign(reference, (target,), self.expression(node.value), annotation, annotated)

    def _annotated_names(self, annotations: Iterable[cst.Annotation | None]) -> tuple[str, ...]:
        """The names that annotations read, each once; none where type parameters may be among them."""
        if self._has_type_parameters:
            return ()
        found = (name for each in annotations if each is not None for name in _names_read(each.annotation))
        return tuple(dict.fromkeys(found))

    def _augmented(self, node: cst.AugAssign) -> form.Statement:
        reference = self.reference(node)
        operator = _AUGMENTED.get(type(node.operator), "?")
        return form.AugmentedAssign(reference, self.expression(node.target), operator, self.expression(node.value))

    def _delete(self, node: cst.Del) -> form.Statement:
        reference = self.reference(node)
        target = self.expression(node.target)
        targets = target.items if isinstance(target, form.Display) else (target,)
        return form.Delete(reference, targets)

    def _return(self, node: cst.Return) -> form.Statement:
        reference = self.reference(node)
        if not self.scopes or self._in_class_body:
            self.refuse("'return' outside a function", reference)
        return form.Return(reference, self.optional(node.value))

    def _raise(self, node: cst.Raise) -> form.Statement:
        reference = self.reference(node)
        return form.Raise(reference, self.optional(node.exc))

    def _assert(self, node: cst.Assert) -> form.Statement:
        reference = self.reference(node)
        return form.Assert(reference, self.expression(node.test), self.optional(node.msg))

    def _break(self, node: cst.Break) -> form.Statement:
        return self._jump(node, "break")

    def _continue(self, node: cst.Continue) -> form.Statement:
        return self._jump(node, "continue")

    def _jump(self, node: cst.CSTNode, kind: str) -> form.Statement:
        reference = self.reference(node)
        if not self._open_loops:
            self.refuse(f"'{kind}' outside a loop", reference)
        return form.Jump(reference, kind)

    def _global(self, node: cst.Global) -> form.Statement:
        return form.Scope(self.reference(node), "global", tuple(item.name.value for item in node.names))

    def _nonlocal(self, node: cst.Nonlocal) -> form.Statement:
        reference = self.reference(node)
        if not self.scopes:
            self.refuse("'nonlocal' at module level", reference)
        return form.Scope(reference, "nonlocal", tuple(item.name.value for item in node.names))

    def _type_alias(self, node: cst.TypeAlias) -> form.Statement:
        reference = self.reference(node)
        name = form.Name(self.reference(node.name), node.name.value)
        return form.Assign(reference, (name,), form.Opaque(self.reference(node.value), "a type alias"))

    # --- imports ---

    def _import(self, node: cst.Import) -> form.Statement:
        reference = self.reference(node)
        return form.Import(reference, tuple(self._imported(alias) for alias in node.names))

    def _import_from(self, node: cst.ImportFrom) -> form.Statement:
        reference = self.reference(node)
        module = "" if node.module is None else _dotted(node.module)
        names = None
        if not isinstance(node.names, cst.ImportStar):
            names = tuple(self._imported(alias) for alias in node.names)
        return form.ImportFrom(reference, len(node.relative), module, names)

    def _imported(self, alias: cst.ImportAlias) -> form.ImportedName:
        as_name = None
        if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
            as_name = alias.asname.name.value
        return form.ImportedName(self.reference(alias), _dotted(alias.name), as_name)

    # --- compound statements ---

    def _if(self, node: cst.If) -> form.Statement:
        """A chain of elif nests as deep as it is long: taken apart in a loop."""
        reference = self.reference(node)
        branches: list[tuple[form.Expression, form.Block]] = []
        current: cst.If | cst.Else | None = node
        while isinstance(current, cst.If):
            test = self.expression(current.test)
            branches.append((test, self._suite(current.body)))
            current = current.orelse
        return form.If(reference, tuple(branches), self._suite(None if current is None else current.body))

    def _while(self, node: cst.While) -> form.Statement:
        reference = self.reference(node)
        test = self.expression(node.test)
        body = self._loop_body(node.body)
        return form.While(reference, test, body, self._suite(node.orelse.body if node.orelse else None))

    def _for(self, node: cst.For) -> form.Statement:
        reference = self.reference(node)
        if node.asynchronous is not None:
            self.want_async("'async for'", reference)
        target = self.expression(node.target)
        source = self.expression(node.iter)
        body = self._loop_body(node.body)
        otherwise = self._suite(node.orelse.body if node.orelse else None)
        return form.For(reference, target, source, body, otherwise, node.asynchronous is not None)

    def _loop_body(self, node: cst.BaseSuite) -> form.Block:
        self._open_loops += 1
        body = self._suite(node)
        self._open_loops -= 1
        return body

    def _with(self, node: cst.With) -> form.Statement:
        reference = self.reference(node)
        if node.asynchronous is not None:
            self.want_async("'async with'", reference)
        items = []
        for item in node.items:
            value = self.expression(item.item)
            items.append((value, None if item.asname is None else self.expression(item.asname.name)))
        return form.With(reference, tuple(items), self._suite(node.body), node.asynchronous is not None)

    def _try(self, node: Any) -> form.Statement:
        reference = self.reference(node)
        body = self._suite(node.body)
        handlers = []
        for handler in node.handlers:
            kind = self.optional(handler.type)
            name = None
            if handler.name is not None and isinstance(handler.name.name, cst.Name):
                name = handler.name.name.value
            handlers.append(form.Handler(kind, name, self._suite(handler.body)))
        otherwise = self._suite(node.orelse.body if node.orelse else None)
        final = self._suite(node.finalbody.body if node.finalbody else None)
        return form.Try(reference, body, tuple(handlers), otherwise, final, isinstance(node, cst.TryStar))

    def _match(self, node: cst.Match) -> form.Statement:
        reference = self.reference(node)
        subject = self.expression(node.subject)
        cases = []
        for case in node.cases:
            pattern = self.pattern(case.pattern)
            guard = self.optional(case.guard)
            cases.append(form.Case(pattern, guard, self._suite(case.body)))
        return form.Match(reference, subject, tuple(cases))

    # --- definitions ---

    def _function(self, node: cst.FunctionDef) -> form.Statement:
        reference = self.reference(node)
        decorators = tuple(self.expression(item.decorator) for item in node.decorators)
        parameters = self.parameters(node.params, reference)
        scope = FunctionScope(is_async=node.asynchronous is not None)
        outer = (self._open_loops, self._in_class_body, self._has_type_parameters)
        self._open_loops, self._in_class_body = 0, False
        self._has_type_parameters |= node.type_parameters is not None
        annotated = self._annotated_names([node.returns, *_annotations(node.params)])
        self.scopes.append(scope)
        body = self._suite(node.body)
        self.scopes.pop()
        self._open_loops, self._in_class_body, self._has_type_parameters = outer
        return form.FunctionDefinition(
            reference, node.name.value, parameters, body, decorators, scope.is_async, scope.is_generator, annotated
        )

    def _class(self, node: cst.ClassDef) -> form.Statement:
        reference = self.reference(node)
        decorators = tuple(self.expression(item.decorator) for item in node.decorators)
        arguments = self.arguments((*node.bases, *node.keywords))
        outer = (self._open_loops, self._in_class_body, self._has_type_parameters)
        self._open_loops, self._in_class_body = 0, True
        self._has_type_parameters |= node.type_parameters is not None
        body = self._suite(node.body)
        self._open_loops, self._in_class_body, self._has_type_parameters = outer
        return form.ClassDefinition(reference, node.name.value, arguments, body, decorators)


def _annotations(parameters: cst.Parameters) -> Iterator[cst.Annotation | None]:
    for group in (parameters.posonly_params, parameters.params, parameters.kwonly_params):
        for each in group:
            yield each.annotation
    for star in (parameters.star_arg, parameters.star_kwarg):
        if isinstance(star, cst.Param):
            yield star.annotation


def _names_read(node: cst.CSTNode) -> Iterator[str]:
    """The names in an annotation, as far as it is made of names, attributes, brackets and bars; none in strings."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, cst.Name):
            yield current.value
        elif isinstance(current, cst.Attribute):
            waiting.append(current.value)
        elif isinstance(current, cst.BinaryOperation):
            waiting += (current.right, current.left)
        elif isinstance(current, cst.Subscript):
            waiting += [part.slice.value for part in current.slice if isinstance(part.slice, cst.Index)]
            waiting.append(current.value)
        elif isinstance(current, (cst.List, cst.Tuple)):
            waiting += [part.value for part in current.elements]


def _dotted(node: cst.CSTNode) -> str:
    """``a.b.c`` from nested attributes."""
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    if isinstance(node, cst.Name):
        parts.append(node.value)
    return ".".join(reversed(parts))


_STATEMENTS: dict[type, Callable[[StatementLowering, Any], form.Statement | None]] = {
    cst.Expr: StatementLowering._expression_statement,
    cst.Assign: StatementLowering._assign,
    cst.AnnAssign: StatementLowering._annotated,
    cst.AugAssign: StatementLowering._augmented,
    cst.Del: StatementLowering._delete,
    cst.Return: StatementLowering._return,
    cst.Raise: StatementLowering._raise,
    cst.Assert: StatementLowering._assert,
    cst.Break: StatementLowering._break,
    cst.Continue: StatementLowering._continue,
    cst.Global: StatementLowering._global,
    cst.Nonlocal: StatementLowering._nonlocal,
    cst.TypeAlias: StatementLowering._type_alias,
    cst.Import: StatementLowering._import,
    cst.ImportFrom: StatementLowering._import_from,
    cst.If: StatementLowering._if,
    cst.While: StatementLowering._while,
    cst.For: StatementLowering._for,
    cst.With: StatementLowering._with,
    cst.Try: StatementLowering._try,
    cst.TryStar: StatementLowering._try,
    cst.Match: StatementLowering._match,
    cst.FunctionDef: StatementLowering._function,
    cst.ClassDef: StatementLowering._class,
}
