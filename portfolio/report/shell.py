"""What every page of the reports folder shares: its head, its style sheet, its links between languages.

Pages hold no script and ask nothing of any network; the policy in their head holds them to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel import Locale
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from portfolio.errors import N_, ReportError
from portfolio.show import style
from portfolio.show.words import Words

TEMPLATES = Path(__file__).parent / "template"
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:"
LARGEST = 1_000_000  # bytes of a report: it goes by e-mail

_ACTIVE = re.compile(r"<\s*(script|iframe|object|embed|link|base|form|applet|frame)\b|\bon\w+\s*=\s*[\"']", re.I)
_TAG = re.compile(r"<[a-z!/][^>]*>", re.I)


@dataclass(frozen=True)
class Link:
    """A link of a page: where to, in which language, in what words."""

    href: str
    text: str
    language: str = ""


@cache
def css() -> str:
    """Return the style sheet of a page: colours and fragments of ``show``, then the layout."""
    layout = (TEMPLATES / "layout.css").read_text(encoding="utf-8")
    layout = re.sub(r"/\*.*?\*/", "", layout, flags=re.S)
    return style.css() + re.sub(r"\s*([{};,])\s*", r"\1", re.sub(r"\s+", " ", layout)).strip()


@cache
def environment() -> Environment:
    """Return the environment of the pages that are no notebook; everything is escaped."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def shell(words: Words, title: str, languages: list[Link]) -> dict:
    """Return what the head and the top of a page are made of."""
    return {
        "lang": words.language,
        "title": title,
        "policy": POLICY,
        "css": css(),
        "languages": languages,
        "skip": words.say("Skip to the content"),
        "languages_label": words.say("Languages"),
    }


def language_links(languages: tuple[str, ...], current: str, href: str) -> list[Link]:
    """Return links to the same page in the other languages; ``href`` has ``{language}`` in it."""
    return [Link(href.format(language=other), native(other), other) for other in languages if other != current]


def native(language: str) -> str:
    """Return a language in its own words, as its readers look for it."""
    return Locale.parse(language).get_display_name(language).capitalize()


def check(html: str) -> list[str]:
    """Return what is to be said of a page; refuse one that holds anything but text and pictures.

    Raises
    ------
    ReportError
        The page holds a script, a frame or the like: something of the data came through unescaped.
    """
    for tag in _TAG.finditer(html):
        if found := _ACTIVE.search(tag[0]):
            raise ReportError(
                N_("The page would contain {found}, which is neither text nor picture: it was not published."),
                found=found[0],
            )
    size = len(html.encode())
    return [f"{size / 1e6:.1f} MB, over 1 MB"] if size > LARGEST else []
