"""What the house style asks of every file, checked by machine; each message says what to do."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FUNCTION_LINES_MAX = 60
FILE_LINES_MAX = 400
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "misc", "common"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def source_files() -> list[Path]:
    """Every Python file of Heli and its tests; migrations are made by a machine."""
    return [
        path
        for folder in ("heli", "tests")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def in_heli(files: list[Path]) -> list[Path]:
    return [path for path in files if path.is_relative_to(ROOT / "heli")]


FILES = source_files()


def functions(node: ast.AST) -> Iterator[Function]:
    for child in ast.walk(node):
        if isinstance(child, Function):
            yield child


def public_definitions(tree: ast.Module) -> Iterator[Function | ast.ClassDef]:
    """Functions and classes on top of a module, and the methods of these, that others may use."""
    for node in tree.body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from _public_methods(node)


def _public_methods(owner: ast.ClassDef) -> Iterator[Function]:
    """The methods, without the properties that the docstring of their class describes."""
    described = ast.get_docstring(owner) or ""
    for node in owner.body:
        if not isinstance(node, Function) or node.name.startswith("_"):
            continue
        if not (is_property(node) and f"{node.name}:" in described):
            yield node


def is_property(node: Function) -> bool:
    return any(
        isinstance(decorator, ast.Name) and decorator.id in ("property", "cached_property")
        for decorator in node.decorator_list
    )


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines_of(node: Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def answer(faults: Iterable[str], advice: str) -> None:
    """Fail with every fault on a line of its own and what to do about them."""
    found = list(faults)
    assert not found, "\n".join(["", *found, advice])


def test_there_is_something_to_look_at():
    assert len(in_heli(FILES)) > 50, "The tidy test looks at too little: has a folder moved?"


def test_a_file_has_at_most_400_lines():
    lines = {path: len(path.read_text("utf-8").splitlines()) for path in FILES}

    answer(
        (f"{name_of(path)} has {n} lines" for path, n in lines.items() if n > FILE_LINES_MAX),
        "It is probably two things: give one a module of its own, named after what it is about.",
    )


def test_a_function_has_at_most_60_lines():
    answer(
        (
            f"{name_of(path)}:{node.lineno} {node.name} has {lines_of(node)} lines"
            for path in FILES
            for node in functions(tree_of(path))
            if lines_of(node) > FUNCTION_LINES_MAX
        ),
        "Name the steps: make each a function whose name says what it does.",
    )


def test_a_module_is_named_after_what_is_in_it():
    answer(
        (name_of(path) for path in FILES if {path.stem, path.parent.name} & EMPTY_NAMES),
        "Such a name says nothing. Name the module after the thing it is about, in a word of the "
        "design.",
    )


def test_what_is_public_says_what_it_means():
    answer(
        (fault for path in in_heli(FILES) for fault in silent_definitions(path)),
        "Say what it means, then what the signature cannot: units, time zone, whether ends are "
        "included, what it raises and emits, its source. Or make it private: _name.",
    )


def silent_definitions(path: Path) -> Iterator[str]:
    tree = tree_of(path)
    if ast.get_docstring(tree) is None and path.read_text("utf-8").strip():
        yield f"{name_of(path)}:1 the module itself"
    for node in public_definitions(tree):
        if ast.get_docstring(node) is None:
            yield f"{name_of(path)}:{node.lineno} {node.name}"
