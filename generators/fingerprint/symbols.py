"""The symbols of one module, read without importing it: what each is, and which names it refers to.

A symbol's hash covers its syntax tree without comments, docstrings, positions and empty fields, so that it stays the
same when a file is only reformatted and from one Python version to the next.
"""

import ast
from collections.abc import Iterable, Iterator
from typing import NotRequired, TypedDict

from blake3 import blake3

SIDE = "<top level>"
"""The name under which a module keeps the statements that define nothing but run when it is imported."""

_PURE_DECORATORS = frozenset((
    "dataclass", "cache", "lru_cache", "singledispatch", "wraps", "contextmanager", "total_ordering",
    "no_grad", "inference_mode", "final", "override", "overload", "compiled", "inlined",
))  # fmt: skip
_IGNORED_FIELDS = frozenset(("type_comment", "kind", "type_ignores", "ctx"))

Import = tuple[str, str | None]
"""A module, and what is taken from it; ``None`` for the module itself."""


class Symbol(TypedDict):
    """A name that a module defines."""

    hash: str
    refers: list[str]
    """Dotted names, such as ``np.linalg.norm``."""
    imports: NotRequired[dict[str, Import]]
    """Imports inside its functions, by the names they bind."""
    loads: NotRequired[list[str]]
    """Modules that those import."""


class Table(TypedDict):
    """A module as its symbols."""

    symbols: dict[str, Symbol]
    imports: dict[str, Import]
    loads: list[str]
    """Modules, or names in them, that are imported whenever this one is."""
    stars: list[str]
    """Modules of which everything is imported."""


def read_symbols(source: str, module: str, is_package: bool) -> Table:
    """Read a module's symbols; SyntaxError where it does not parse."""
    return _Reader(module, is_package).read(ast.parse(source))


class _Reader:
    def __init__(self, module: str, is_package: bool) -> None:
        self.package = module.split(".") if is_package else module.split(".")[:-1]
        self.nodes: dict[str, list[ast.AST]] = {}
        self.imports: dict[str, Import] = {}
        self.loads: list[str] = []
        self.stars: list[str] = []

    def read(self, tree: ast.Module) -> Table:
        for statement in tree.body:
            self.statement(statement)
        symbols = {name: self.symbol(nodes) for name, nodes in self.nodes.items()}
        return {"symbols": symbols, "imports": self.imports, "loads": self.loads, "stars": self.stars}

    def symbol(self, nodes: list[ast.AST]) -> Symbol:
        text = "\n".join(map(canonical, nodes))
        symbol: Symbol = {
            "hash": blake3(text.encode()).hexdigest(8),
            "refers": sorted({name for node in nodes for name in references(node)}),
        }
        inner = [part for node in nodes for part in _imports(node)]
        if inner:
            symbol["imports"] = {name: value for part in inner for name, value in self.imported(part).items()}
            symbol["loads"] = [name for part in inner for name in self.loaded(part)]
        return symbol

    def statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Import() | ast.ImportFrom():
                self.imports |= self.imported(node)
                self.loads += self.loaded(node)
                if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
                    self.stars.append(self.base(node))
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                registers = any(_last(each) not in _PURE_DECORATORS for each in node.decorator_list)
                self.define([node.name, SIDE] if registers else [node.name], node)
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                names = [name for target in targets for name in self.assigned(target)]
                self.define([SIDE if name == "_" else name for name in names], node)
            case ast.Expr(value=ast.Constant()):
                pass
            case ast.If(test=test) if _dotted(test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
                for part in _imports(node):
                    self.imports |= self.imported(part)
            case ast.If(test=ast.Compare(left=ast.Name(id="__name__"))):
                for otherwise in node.orelse:
                    self.statement(otherwise)
            case _:
                self.define([SIDE, *_bound(node)], node)
                for part in _imports(node):
                    self.statement(part)

    def define(self, names: Iterable[str], node: ast.AST) -> None:
        for name in dict.fromkeys(names):
            self.nodes.setdefault(name, []).append(node)

    def assigned(self, target: ast.expr) -> Iterator[str]:
        match target:
            case ast.Name(id=name):
                yield name
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                for part in parts:
                    yield from self.assigned(part)
            case ast.Starred(value=inner):
                yield from self.assigned(inner)
            case _:  # TABLE["x"] = 1 changes TABLE; np.seterr = f changes a thing of someone else
                base = (_dotted(_base(target)) or "").split(".")[0]
                yield base if base in self.nodes else SIDE

    def imported(self, node: ast.Import | ast.ImportFrom) -> dict[str, Import]:
        if isinstance(node, ast.ImportFrom):
            return {each.asname or each.name: (self.base(node), each.name) for each in node.names if each.name != "*"}
        heads = [(each.asname, each.name) if each.asname else (each.name.split(".")[0],) * 2 for each in node.names]
        return {name: (module, None) for name, module in heads}

    def loaded(self, node: ast.Import | ast.ImportFrom) -> list[str]:
        if isinstance(node, ast.Import):
            return [each.name for each in node.names]
        return [f"{self.base(node)}.{each.name}" for each in node.names]

    def base(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parents = self.package[: len(self.package) - node.level + 1]
        return ".".join([*parents, node.module] if node.module else parents)


def canonical(node: object) -> str:
    """Write a syntax tree as text that depends on nothing but what the code does."""
    match node:
        case ast.Constant(value=value):
            return repr(value)
        case ast.JoinedStr(values=values):
            return f"(JoinedStr {','.join(_joined(values))})"
        case ast.AST():
            fields = ((name, _without_docstrings(value)) for name, value in ast.iter_fields(node))
            written = [
                f" {name}={canonical(value)}"
                for name, value in fields
                if value is not None and value != [] and name not in _IGNORED_FIELDS
            ]
            return f"({type(node).__name__}{''.join(written)})"
        case list():
            return f"[{','.join(map(canonical, node))}]"
        case _:
            return repr(node)


def references(node: ast.AST) -> Iterator[str]:
    """Give every dotted name in a syntax tree, those inside quoted annotations and ``import_module("…")`` too."""
    match node:
        case ast.Name() | ast.Attribute() if name := _dotted(node):
            yield name
            return
        case (
            ast.arg(annotation=ast.Constant(value=str(text))) | ast.AnnAssign(annotation=ast.Constant(value=str(text)))
        ):
            yield from _quoted(text)
        case ast.FunctionDef(returns=ast.Constant(value=str(text))):
            yield from _quoted(text)
        case ast.Call(func=function, args=[ast.Constant(value=str(text)), *_]):
            if (_dotted(function) or "").endswith("import_module"):
                yield f"import:{text}"
    for child in ast.iter_child_nodes(node):
        yield from references(child)


def _quoted(annotation: str) -> Iterator[str]:
    try:
        yield from references(ast.parse(annotation, mode="eval"))
    except SyntaxError:
        return


def _without_docstrings(value: object) -> object:
    if not isinstance(value, list):
        return value
    return [
        each
        for each in value
        if not (
            isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant) and isinstance(each.value.value, str)
        )
    ]


def _joined(values: list[ast.expr]) -> Iterator[str]:
    """Give an f-string's parts, adjacent texts as one: Python versions cut them differently."""
    text = ""
    for value in values:
        if isinstance(value, ast.Constant):
            text += str(value.value)
            continue
        if text:
            yield repr(text)
        text = ""
        yield canonical(value)
    if text:
        yield repr(text)


def _dotted(node: ast.AST | None) -> str | None:
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else None


def _base(node: ast.AST) -> ast.AST:
    while isinstance(node, ast.Subscript | ast.Attribute | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node


def _last(decorator: ast.expr) -> str:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return (_dotted(called) or "").split(".")[-1]


def _imports(node: ast.AST) -> list[ast.Import | ast.ImportFrom]:
    return [part for part in ast.walk(node) if isinstance(part, ast.Import | ast.ImportFrom)]


def _bound(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        match part:
            case ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.AST() if type(part).__name__ == "TypeAlias":
                yield part.name.id  # type: ignore[attr-defined]
