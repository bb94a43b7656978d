"""YAML read safely, with the line of every key and every value as it was written.

    file -> Document(value, lines, problems)

The traps of YAML 1.1 are closed: only ``null``, ``true``, ``false`` and plain decimal numbers are more than text,
so ``NO`` is Norway, ``0012`` and ``1_000`` are codes, ``12:30`` an hour and ``2025-01-01`` a day as text. And each
value keeps its text, so that ``1.10`` where text is meant is ``1.10``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import yaml

from portfolio.errors import N_, ParamsError

KeyPath = tuple[str | int, ...]

_PREFIX = "tag:yaml.org,2002:"
_MERGE = _PREFIX + "merge"
_PLAIN = {
    "null": re.compile(r"~|null|Null|NULL|"),
    "bool": re.compile(r"true|True|TRUE|false|False|FALSE"),
    "int": re.compile(r"[-+]?(?:0|[1-9]\d*)"),
    "float": re.compile(r"[-+]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"),
}
# Python reads no longer number, and no key of ours wants one.
LONGEST_NUMBER = 100
# Lists within lists, and values in all, those that aliases repeat among them: no params file comes near.
DEEPEST, MOST_VALUES = 50, 100_000


def _int(text: str) -> int | str:
    return int(text) if len(text) <= LONGEST_NUMBER else text


_READ = {"bool": lambda text: text.lower() == "true", "int": _int, "float": float, "str": str}


class Scalar(str):
    """A value as it was written, with what YAML takes it for in ``value``."""

    value: str | int | float | bool

    def __new__(cls, text: str, value: str | int | float | bool) -> Scalar:
        scalar = super().__new__(cls, text)
        scalar.value = value
        return scalar


@dataclass(frozen=True)
class Document:
    """What a YAML file holds.

    Attributes
    ----------
    value
        Dicts, lists, ``Scalar`` and None.
    lines
        The line of each key and list item, counted from 1, by its path from the top.
    problems
        What is wrong in the file though it could be read, with the path of each.
    count
        Of the values read, however often an alias repeats them.
    """

    value: object
    lines: dict[KeyPath, int]
    problems: list[tuple[KeyPath, ParamsError]] = field(default_factory=list)
    count: list[int] = field(default_factory=lambda: [0], repr=False, compare=False)

    def line_of(self, path: KeyPath) -> int | None:
        """Return the line of a key, or of the nearest key above it that the file has."""
        return next((self.lines[path[:n]] for n in range(len(path), -1, -1) if path[:n] in self.lines), None)


class _Loader(yaml.SafeLoader):
    yaml_implicit_resolvers: ClassVar[dict] = {}
    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: object) -> yaml.Node:
        self.depth += 1
        if self.depth > DEEPEST:
            problem = f"more than {DEEPEST} lists or mappings stand within each other"
            raise yaml.composer.ComposerError(None, None, problem, self.peek_event().start_mark)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


for _name, _form in _PLAIN.items():
    _Loader.add_implicit_resolver(_PREFIX + _name, re.compile(f"(?:{_form.pattern})$"), None)
_Loader.add_implicit_resolver(_MERGE, re.compile("<<$"), ["<"])


def read_yaml(path: Path) -> Document:
    """Read a YAML file.

    Raises
    ------
    ParamsError
        The file cannot be opened, is not UTF-8 text or is not YAML; the line and the column are named.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ParamsError(N_("{file} cannot be read: {reason}."), file=path, reason=error.strerror) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ParamsError(
            N_("{file}, line {line}: this is not UTF-8 text. Save the file as UTF-8."), file=path, line=line
        ) from None
    try:
        node = yaml.compose(text, Loader=_Loader)
        document = Document(None, {})
        return Document(_value(node, (), document, ()), document.lines, document.problems) if node else document
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ParamsError(
            N_("{file}, line {line}, column {column}: this is not YAML ({reason})."),
            file=path,
            line=mark.line + 1,
            column=mark.column + 1,
            reason=error.problem or error.context,
        ) from None
    except yaml.reader.ReaderError as error:
        raise ParamsError(
            N_("{file}, line {line}: the character {character} is not allowed in YAML."),
            file=path,
            line=text[: error.position].count("\n") + 1,
            character=f"U+{ord(text[error.position]):04X}",
        ) from None


def _value(node: yaml.Node, path: KeyPath, document: Document, above: tuple[yaml.Node, ...]) -> object:
    document.lines.setdefault(path, node.start_mark.line + 1)
    _check_count(node, document)
    tag = node.tag.removeprefix(_PREFIX)
    if any(node is other for other in above):
        document.problems.append((path, ParamsError(N_("This alias holds itself."))))
        return None
    if isinstance(node, yaml.MappingNode) and tag == "map":
        return _mapping(node, path, document, (*above, node))
    if isinstance(node, yaml.SequenceNode) and tag == "seq":
        return [_value(item, (*path, n), document, (*above, node)) for n, item in enumerate(node.value)]
    if isinstance(node, yaml.ScalarNode) and tag == "null":
        return None
    if isinstance(node, yaml.ScalarNode) and tag in _READ and (tag == "str" or _PLAIN[tag].fullmatch(node.value)):
        return Scalar(node.value, _READ[tag](node.value))
    problem = ParamsError(N_('The YAML tag "{tag}" is not allowed: write the value alone.'), tag=_written(node.tag))
    document.problems.append((path, problem))
    return Scalar(node.value, node.value) if isinstance(node, yaml.ScalarNode) else None


def _check_count(node: yaml.Node, document: Document) -> None:
    document.count[0] += 1
    if document.count[0] > MOST_VALUES:
        problem = f"its aliases stand for more than {MOST_VALUES:,} values"
        raise yaml.composer.ComposerError(None, None, problem, node.start_mark)


def _mapping(node: yaml.MappingNode, path: KeyPath, document: Document, above: tuple[yaml.Node, ...]) -> dict:
    """Return the pairs of a mapping; those of ``<<`` fill in what the mapping itself does not say."""
    found: dict[str, object] = {}
    _check_count(node, document)
    for key, value in node.value:
        if key.tag == _MERGE:
            continue
        if not isinstance(key, yaml.ScalarNode):
            document.problems.append((path, ParamsError(N_("A key must be a word, not a list or a mapping."))))
            continue
        here = (*path, str(key.value))
        if key.value in found:
            problem = ParamsError(
                N_("The key is given twice, here and on line {line}: keep one of the two."), line=document.lines[here]
            )
            document.problems.append((here, problem))
        document.lines[here] = key.start_mark.line + 1
        found[here[-1]] = _value(value, here, document, above)
    for other in _merged(node):
        if not isinstance(other, yaml.MappingNode) or any(other is one for one in above):
            document.problems.append(
                (path, ParamsError(N_("<< takes the alias of another mapping, or a list of them.")))
            )
            continue
        rest = [pair for pair in other.value if not (isinstance(pair[0], yaml.ScalarNode) and pair[0].value in found)]
        merged = yaml.MappingNode(other.tag, rest, other.start_mark)
        found |= _mapping(merged, path, document, (*above, other))
    return found


def _merged(node: yaml.MappingNode) -> list[yaml.Node]:
    values = [value for key, value in node.value if key.tag == _MERGE]
    return [one for value in values for one in (value.value if isinstance(value, yaml.SequenceNode) else [value])]


def _written(tag: str) -> str:
    return "!!" + tag.removeprefix(_PREFIX) if tag.startswith(_PREFIX) else tag
