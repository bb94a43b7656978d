"""Keep the translation catalogues in step with the words of the package and of the notebooks.

``python -m portfolio.show.catalogue`` updates every ``locale/<lang>/LC_MESSAGES/portfolio.po``; what is new there has
an empty translation, to be written by hand.
"""

from __future__ import annotations

import io
import json
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parents[1]
PROJECT = PACKAGE.parent
LOCALE = PACKAGE / "locale"
# How code marks its messages: the place of each in the call.
KEYWORDS = {"N_": None, "NN_": (1, 2), "say": None, "plural": (1, 2), "_form": (1, 2)}
COMMENTS = ["Translators:"]


class Found(NamedTuple):
    """A message, with its plural when it has one, and where it stands."""

    place: str
    line: int
    message: str | tuple[str, ...]


def messages() -> Iterator[Found]:
    """Yield every message of the package and of the notebooks it is shipped with."""
    yield from _of_code()
    yield from _of_notebooks()


def template() -> Catalog:
    """Return the catalogue of the messages, without translations."""
    catalog = Catalog(project="portfolio", charset="utf-8", fuzzy=False)
    for found in sorted(messages(), key=lambda found: (found.place, found.line)):
        catalog.add(found.message, locations=[(found.place, 1)])
    # Written as an f-string or not, "{n} customers" is a format of Python's braces, not of its per cents.
    for message in catalog:
        message.flags.discard("python-format")
    return catalog


def update() -> dict[str, int]:
    """Bring each catalogue up to the messages; return how many each still lacks."""
    source = template()
    lacking = {}
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/portfolio.po")):
        catalog = read(path)
        # A guess of Babel's from a like message would be wrong more often than right: fuzzy ones are not made.
        catalog.update(source, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        for message in catalog:
            message.flags.discard("python-format")
        _write(path, catalog)
        lacking[path.parent.parent.name] = sum(1 for message in catalog if message.id and not translated(message))
    return lacking


def read(path: Path) -> Catalog:
    """Return a catalogue."""
    with path.open("rb") as source:
        return read_po(source, locale=path.parent.parent.name)


def translated(message: Message) -> bool:
    """Return whether each form of the message has a translation that is not a guess."""
    forms = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return all(forms) and not message.fuzzy


def places(text: str) -> set[str]:
    """Return the names of the ``{places}`` of a message."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def _of_code() -> Iterator[Found]:
    found = extract_from_dir(
        PACKAGE, method_map=[("**.py", "python")], keywords=KEYWORDS, comment_tags=COMMENTS, strip_comment_tags=True
    )
    for name, line, message, _comments, _context in found:
        yield Found(f"portfolio/{name}", line, message)


def _of_notebooks() -> Iterator[Found]:
    for path in sorted((PROJECT / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        for number, cell in enumerate(cells):
            source = "".join(cell["source"]).strip()
            if cell["cell_type"] == "markdown" and source:
                yield Found(f"notebooks/{path.name}", number, source)


def _write(path: Path, catalog: Catalog) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = io.BytesIO()
    write_po(text, catalog, width=110, omit_header=False, include_lineno=False, sort_output=False)
    # The day it was made would make a difference where there is none.
    lines = re.sub(
        rb'"(POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Language-Team): .*\n', b"", text.getvalue()
    )
    path.write_bytes(lines)


def main() -> None:
    """Update the catalogues and say what is left to translate."""
    for language, lacking in update().items():
        print(f"{language}: {lacking} to translate")


if __name__ == "__main__":
    main()
