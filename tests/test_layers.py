"""The house stands: each layer imports only from its left, and each keeps to its work.

errors, params  ->  base  ->  measures  ->  present  ->  report  ->  cli
"""

import ast
from pathlib import Path

import pytest

import portfolio

PACKAGE = Path(portfolio.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
FOLDERS = {"base": 1, "measures": 2, "present": 3, "report": 4}
FILES = {"cli": 5, "__main__": 5, "errors": 0, "yaml_lines": 0}  # and every params*.py
# A params file names tables, columns and periods, which base defines.
EXCEPTIONS = {("params_problems", "portfolio.params.columns"), ("params_checks", "portfolio.params.periods")}


def name_of(path):
    """``portfolio/base/book.py`` is ``portfolio.base.book``."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {name_of(path) for path in MODULES}


def rank(name):
    """The place of a module from the left, None for the package itself."""
    parts = name.split(".")
    if len(parts) == 1:
        return None
    first = parts[1]
    return FOLDERS[first] if first in FOLDERS else 0 if first.startswith("params") else FILES[first]


def imports_of(source, module="", folder=False):
    """Every module that a source imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = module.split(".") if folder else module.split(".")[:-1]
                base = ".".join([*package[: len(package) - node.level + 1], *([node.module] if node.module else [])])
            for alias in node.names:  # a name may be a module
                yield f"{base}.{alias.name}" if f"{base}.{alias.name}" in NAMES else base


def imports(path):
    return set(imports_of(path.read_text(encoding="utf-8"), name_of(path), path.stem == "__init__"))


def module_ids(path):
    return name_of(path)


@pytest.mark.parametrize("path", MODULES, ids=module_ids)
def test_a_module_imports_only_from_its_left(path):
    own = rank(name_of(path))
    if own is None:
        return  # portfolio/__init__.py opens the house: it may name any room
    wrong = {
        name
        for name in imports(path)
        if name.split(".")[0] == "portfolio"
        and rank(name) is not None
        and rank(name) > own
        and (path.stem, name) not in EXCEPTIONS
    }
    assert not wrong


def test_the_exceptions_are_still_needed():
    assert {(stem, name) for stem, name in EXCEPTIONS if name in imports(PACKAGE / f"{stem}.py")} == EXCEPTIONS


def test_every_file_has_its_place():
    assert not [
        name for name in NAMES if "." in name and name.split(".")[1] not in {*FOLDERS, *FILES} and rank(name) != 0
    ]
    assert not list(PACKAGE.rglob("*utils*.py"))


@pytest.mark.parametrize(
    ("source", "module", "expected"),
    [
        ("import portfolio.cli", "portfolio.base.book", {"portfolio.cli"}),
        ("from portfolio import cli", "portfolio.base.book", {"portfolio.cli"}),
        ("def f():\n    from portfolio.cli import main", "portfolio.base.book", {"portfolio.cli"}),
        ("from . import periods", "portfolio.base.book", {"portfolio.params.periods"}),
        ("from ..measures.activity import ratio", "portfolio.base.book", {"portfolio.measures.activity"}),
    ],
)
def test_the_walk_finds_every_kind_of_import(source, module, expected):
    assert set(imports_of(source, module)) == expected


@pytest.mark.parametrize("path", [path for path in MODULES if rank(name_of(path)) == 2], ids=module_ids)
def test_measures_have_no_words_and_no_drawing(path):
    roots = {name.split(".")[0] for name in imports(path)}
    assert not roots & {"gettext", "babel", "matplotlib", "seaborn", "jinja2", "openpyxl"}
    # Sentences are marked for translation in errors alone.
    tree = ast.parse(path.read_text(encoding="utf-8"))
    raised = {id(node) for error in ast.walk(tree) if isinstance(error, ast.Raise) for node in ast.walk(error)}
    marks = [
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("N_", "_")
    ]
    assert not [ast.unparse(mark) for mark in marks if id(mark) not in raised]


@pytest.mark.parametrize("path", [path for path in MODULES if rank(name_of(path)) == 3], ids=module_ids)
def test_presenting_does_not_query(path):
    assert not {name.split(".")[0] for name in imports(path)} & {"ibis", "duckdb", "sqlglot"}
