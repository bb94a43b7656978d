"""The house stands: each room imports only what stands before it, and each file of a topic keeps to its work.

params -> sources -> base -> topics -> review -> report -> cli, and show, the tools that topics draw with
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import portfolio
from portfolio.params import Thresholds
from portfolio.params.columns import CUSTOMER_BASE, TABLES
from portfolio.topics import TOPICS

PACKAGE = Path(portfolio.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
TOPIC_FOLDERS = [topic.name for topic in TOPICS]
# What the modules of each room may import, beside their own room.
BEFORE = {
    "secrets": set(),
    "errors": {"secrets"},
    "params": {"secrets", "errors"},
    "sources": {"secrets", "errors", "params"},
    "base": {"secrets", "errors", "params", "sources"},
    "show": {"secrets", "errors", "params", "sources.ledger"},
    "topics": {"secrets", "errors", "params", "sources", "base", "show"},
    "review": {"secrets", "errors", "params", "sources", "base", "show", "topics"},
    "report": {"secrets", "errors", "params", "sources", "base", "show", "topics", "review"},
    "cli": {"secrets", "errors", "params", "sources", "base", "show", "topics", "review", "report"},
    "__main__": {"cli"},
}
ENGINES = {"ibis", "duckdb", "sqlglot"}
DRAWING = {"gettext", "babel", "matplotlib", "seaborn", "jinja2", "openpyxl"}
# The files of a topic that show, and those that put numbers and shown together; every other one makes numbers.
SHOWN, TOGETHER = {"shown"}, {"topic", "sections", "__init__"}
CONNECTION = {"con", "_connection", "connect", "create_table", "create_view", "to_pandas", "execute", "raw_sql", "sql"}
# Arrow's, of a table that is given to the models; a socket's.
OTHER_MEANING = {
    ("base/compiled.py", "sql"),
    ("topics/prediction/btyd/histories.py", "to_pandas"),
    ("report/warm_kernels.py", "connect"),
}
# Texts that are a name of a topic elsewhere, and mean another thing here.
HOMONYMS = {
    ("params/models.py", "large"),  # keys of the params file
    ("params/models.py", "medium"),
    ("sources/ledger.py", "rows_read"),  # keys of the ledger's file
    ("sources/ledger.py", "rows_kept"),
    ("show/thresholds.py", "inactive"),  # places of the definitions: the thresholds
    ("show/thresholds.py", "lost"),
    ("show/thresholds.py", "large"),
    ("show/thresholds.py", "medium"),
    ("show/view.py", "absent"),  # what is shown where there is nothing
    ("show/words.py", "medium"),  # the length of a date
    ("show/guests.py", "medium"),
    ("review/lists/shown.py", "medium"),
    ("report/gallery.py", "medium"),
    ("review/findings/numbers.py", "new"),  # of a finding since the period before
    ("review/findings/shown.py", "new"),
}


def name_of(path: Path) -> str:
    """``portfolio/base/book.py`` is ``base.book``."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {name_of(path) for path in MODULES}


def imports_of(source: str, module: str = "", folder: bool = False) -> Iterator[str]:
    """Every module that a source imports, wherever in it the import stands; ours without the name of the package."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = ["portfolio", *module.split(".")][: None if folder else -1]
                base = ".".join([*package[: len(package) - node.level + 1], *([node.module] if node.module else [])])
            # A name may be a module.
            whole = [f"{base}.{alias.name}".removeprefix("portfolio.") for alias in node.names]
            found = [f"portfolio.{name}" if name in NAMES else base for name in whole]
        else:
            continue
        yield from found


@cache
def imports(path: Path) -> frozenset[str]:
    """Every module that a file imports, ours by their names in the package."""
    return frozenset(imports_of(path.read_text(encoding="utf-8"), name_of(path), path.stem == "__init__"))


def ours(path: Path) -> set[str]:
    """The modules of the package that a file imports. The package itself is the door, and holds its version."""
    return {name.removeprefix("portfolio.") for name in imports(path) if name.startswith("portfolio.")}


def others(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(path)}


def within(name: str, room: str) -> bool:
    return name == room or name.startswith(f"{room}.")


def room_of(path: Path) -> str:
    return name_of(path).split(".")[0]


def modules(condition) -> pytest.MarkDecorator:
    """Give a test each file that meets a condition."""
    found = [path for path in MODULES if condition(path)]
    assert found
    return pytest.mark.parametrize("path", found, ids=lambda path: name_of(path) or "portfolio")


def topic_of(path: Path) -> str:
    """The folder of a topic that a file stands in, or nothing."""
    parts = path.relative_to(PACKAGE).parts
    return parts[1] if parts[0] == "topics" and len(parts) > 2 else ""


# ---- rooms


def test_every_file_stands_in_a_room():
    assert {room_of(path) for path in MODULES} == {*BEFORE, ""}
    assert not list(PACKAGE.rglob("*utils*.py"))


@modules(lambda path: name_of(path))
def test_a_room_imports_only_what_stands_before_it(path):
    allowed = {room_of(path), *BEFORE[room_of(path)]}
    assert not {name for name in ours(path) if not any(within(name, room) for room in allowed)}


@pytest.mark.parametrize(
    ("source", "module", "folder", "expected"),
    [
        ("import portfolio.cli", "base.book", False, {"portfolio.cli"}),
        ("from portfolio import cli", "base.book", False, {"portfolio.cli"}),
        ("def f():\n    from portfolio.cli import main", "base.book", False, {"portfolio.cli"}),
        ("from . import engine", "base.book", False, {"portfolio.base.engine"}),
        ("from .engine import Engine", "base", True, {"portfolio.base.engine"}),
        ("from ..topics.rates import ratio", "base.book", False, {"portfolio.topics.rates"}),
        ("if TYPE_CHECKING:\n    import ibis", "base.book", False, {"ibis"}),
    ],
)
def test_the_walk_finds_every_kind_of_import(source, module, folder, expected):
    assert set(imports_of(source, module, folder)) == expected


# ---- topics


def test_every_topic_is_a_folder_and_every_folder_a_topic():
    folders = {path.name for path in (PACKAGE / "topics").iterdir() if (path / "topic.py").is_file()}
    assert folders == set(TOPIC_FOLDERS)


@modules(lambda path: name_of(path) != "topics")
def test_nobody_else_names_a_topic(path):
    """But for the list of the topics; and a topic may take the numbers of one that stands before it."""
    own = topic_of(path)
    before = TOPIC_FOLDERS[: TOPIC_FOLDERS.index(own)] if own else []
    allowed = {f"topics.{own}", *(f"topics.{name}.numbers" for name in before)} if own else set()
    named = {name for name in ours(path) if any(within(name, f"topics.{topic}") for topic in TOPIC_FOLDERS)}
    assert not {name for name in named if not any(within(name, room) for room in allowed)}


@modules(lambda path: topic_of(path) and path.stem not in SHOWN | TOGETHER)
def test_numbers_of_a_topic_have_no_words_and_no_drawing(path):
    assert not {name for name in ours(path) if within(name, "show")}
    assert not others(path) & DRAWING
    # Nor do they take what shows them.
    assert not {name for name in ours(path) if name.startswith("topics.") and name.split(".")[-1] in SHOWN | TOGETHER}


@modules(lambda path: topic_of(path) and path.stem in SHOWN)
def test_what_shows_a_topic_does_not_query(path):
    assert not {name for name in ours(path) if within(name, "base")}
    assert not others(path) & ENGINES
    assert not {name for name in ours(path) if name.startswith("topics.") and name.endswith(".numbers")}


@modules(lambda path: room_of(path) == "show")
def test_the_tools_of_drawing_do_not_query(path):
    assert not others(path) & ENGINES


@modules(lambda path: room_of(path) == "review" and path.stem not in {"__init__", "foot"})
def test_a_file_of_the_review_measures_or_shows(path):
    """What shows may know the names that the base gives, its constants, and nothing else of it."""
    asked = {name for name, alias in names_imported(path) if within(name, "base") and not alias.isupper()}
    shows = {name for name in ours(path) if within(name, "show")} | others(path) & DRAWING
    assert not ((asked | others(path) & ENGINES) and shows)


def names_imported(path: Path) -> Iterator[tuple[str, str]]:
    """Each name that a file imports from ours, with its module."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("portfolio."):
            yield from ((node.module.removeprefix("portfolio."), alias.name) for alias in node.names)


# ---- the engine


@modules(
    lambda path: room_of(path) in {"base", "topics", "review", "report", "show"} and name_of(path) != "base.engine"
)
def test_the_engine_alone_holds_the_connection(path):
    place = path.relative_to(PACKAGE).as_posix()
    touched = {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)} & CONNECTION
    assert not {name for name in touched if (place, name) not in OTHER_MEANING}
    assert "duckdb" not in others(path)


def test_the_engine_does_hold_it():
    engine = PACKAGE / "base" / "engine.py"
    touched = {node.attr for node in ast.walk(tree(engine)) if isinstance(node, ast.Attribute)} & CONNECTION
    assert {"connect", "create_table", "to_pandas"} <= touched


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


# ---- names


@cache
def names_of_topics() -> set[str]:
    """The figures and the values of classes, less what tables and columns are called too."""
    figures = {figure.name for topic in TOPICS for figure in topic.figures_of(Thresholds())}
    values = {value.name for topic in TOPICS for each in topic.classes for value in each.values}
    columns = {column.name for table in (*TABLES.values(), CUSTOMER_BASE) for column in table.columns}
    return (figures | values) - columns - set(TABLES)


def named(path: Path) -> set[tuple[str, str]]:
    texts = {node.value for node in ast.walk(tree(path)) if isinstance(node, ast.Constant)}
    return {(path.relative_to(PACKAGE).as_posix(), text) for text in texts if text in names_of_topics()}


# The style gives each state and segment its colour.
@modules(lambda path: not topic_of(path) and name_of(path) != "show.style")
def test_a_figure_or_a_value_of_a_class_is_named_in_its_topic_alone(path):
    assert not named(path) - HOMONYMS


def test_the_exceptions_are_still_needed():
    assert {pair for path in MODULES for pair in named(path)} >= HOMONYMS
    for place, name in OTHER_MEANING:
        assert [node for node in ast.walk(tree(PACKAGE / place)) if getattr(node, "attr", "") == name]
