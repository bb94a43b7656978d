"""What is written down is there."""

import ast
from pathlib import Path

import pytest

import portfolio

PACKAGE = Path(portfolio.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_every_public_function_and_class_says_what_it_does(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    public = [node for node in tree.body if isinstance(node, DEFINITIONS) and not node.name.startswith("_")]
    assert not [node.name for node in public if not ast.get_docstring(node)]
    assert ast.get_docstring(tree), "the module says what it is for"
