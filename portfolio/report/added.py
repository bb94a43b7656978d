"""What a notebook puts out beside its sections: HTML, Markdown, pictures, prints, made safe for a page without scripts.

An output -> the HTML fragment of it, or why a page cannot hold it.
"""

from __future__ import annotations

import base64
import re
from html import escape
from typing import Any

import mistune
import nh3
from nbformat import NotebookNode

from portfolio.show.words import Words

# The richest first: of what an output offers, the first that a page can hold is shown.
PICTURES = ("image/svg+xml", "image/png", "image/jpeg", "image/gif")
SCRIPTED = re.compile(r"<\s*(script|iframe|object|embed|canvas)\b", re.I)
# Characters of what one cell prints that a page shows.
MOST_PRINTED = 20_000
TAGS = nh3.ALLOWED_TAGS - {"h1", "h2", "map", "area", "header", "footer", "nav"}
ATTRIBUTES = {tag: set(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()} | {"a": {"href", "title"}}


def fragment(output: NotebookNode, alt: str, words: Words) -> str | None:
    """Return an output as HTML that holds no script and asks nothing of a network; None where there is nothing to see.

    Parameters
    ----------
    output
        A stream, a result or a display of a notebook.
    alt
        What a picture shows, where it does not say so itself.

    Raises
    ------
    CannotShow
        The output lives off a script.
    """
    if output.output_type == "stream":
        return _printed(output.text, words) if output.name == "stdout" else None
    data = output.get("data", {})
    html = _text(data.get("text/html"))
    picture = next((kind for kind in PICTURES if kind in data), None)
    if html and not SCRIPTED.search(html):
        return _cleaned(html)
    if "text/markdown" in data:
        return f'<div class="prose">{_markdown(_text(data["text/markdown"]))}</div>'
    if picture:
        return _picture(picture, data[picture], _alternative(output, picture) or alt)
    scripted = [kind for kind in data if kind.startswith("application/") or "javascript" in kind]
    if html or scripted:
        raise CannotShow(scripted[0] if scripted else "text/html")
    return _printed(_text(data.get("text/latex")) or _text(data.get("text/plain")), words)


class CannotShow(Exception):
    """An output that a page without scripts cannot hold; its text is what it is."""


def _text(given: Any) -> str:
    return "".join(given) if isinstance(given, list) else given or ""


def _printed(text: str, words: Words) -> str | None:
    text = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", text).rstrip()
    if not text.strip():
        return None
    shown = f'<pre class="printed">{escape(text[:MOST_PRINTED])}</pre>'
    if len(text) <= MOST_PRINTED:
        return shown
    said = words.say("More was printed: the first {n} characters are shown.", n=words.number(MOST_PRINTED))
    return f"{shown}<p>{escape(said)}</p>"


def _markdown(source: str) -> str:
    return _cleaned(mistune.create_markdown(escape=True, plugins=["table", "strikethrough"])(source))


def _cleaned(html: str) -> str:
    """Return HTML with what only lays out, names and links; tables scroll as ours do."""
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_allowed,
        url_schemes={"http", "https", "mailto", "data"},
    )
    if not clean.strip():
        return ""
    return f'<div class="table"><div class="table-scroll">{clean}</div></div>' if "<table" in clean else clean


def _allowed(tag: str, attribute: str, value: str) -> str | None:
    """Keep pictures that are in the page, and links that lead out of it."""
    if attribute == "src":
        return value if value.startswith("data:image/") else None
    if attribute == "href":
        return None if value.startswith("data:") else value
    return value


def _picture(kind: str, content: Any, alt: str) -> str:
    """Return a picture as an image: in there, an SVG runs no script and fetches nothing."""
    content = _text(content)
    encoded = base64.b64encode(content.encode()).decode() if kind == "image/svg+xml" else re.sub(r"\s", "", content)
    return f'<figure class="picture"><img src="data:{kind};base64,{encoded}" alt="{escape(alt, quote=True)}"></figure>'


def _alternative(output: NotebookNode, kind: str) -> str:
    told = output.get("metadata", {})
    found = told.get("alt") or told.get(kind, {}).get("alt", "")
    if not found and kind == "image/svg+xml":
        named = re.search(r"<(title|desc)\b[^>]*>(.*?)</\1>", _text(output["data"][kind]), flags=re.S)
        found = named[2].strip() if named else ""
    return found
