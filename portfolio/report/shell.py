"""What every page of the reports folder shares: its head, its style sheet, its links between languages.

Pages hold no script and ask nothing of any network; the policy in their head holds them to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from babel import Locale
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from portfolio.errors import N_, ReportError
from portfolio.show import style
from portfolio.show.words import Words

TEMPLATES = Path(__file__).parent / "template"
POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; base-uri 'none'; form-action 'none'"
)
LARGEST = 1_000_000  # bytes of a report: it goes by e-mail

_ACTIVE = {
    *("script", "iframe", "object", "embed", "link", "base", "form", "applet", "frame", "frameset", "portal"),
    *("animate", "animatemotion", "animatetransform", "foreignobject", "set"),  # of SVG: they change links, hold HTML
}
_LINKS = {"href", "src", "xlink:href", "action", "formaction", "poster", "background", "srcset", "data", "ping"}
# What a link may begin with; everything else before a colon is a way to run something.
_SCHEMES = ("http", "https", "mailto", "tel")
_NOT_OF_A_SCHEME = re.compile(r"[\x00-\x20]")


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
    reader = _Reader()
    reader.feed(html)
    reader.close()
    if reader.cdata_elem:  # a style that never ends
        reader.active.append(f"<{reader.cdata_elem}>")
    if reader.active:
        raise ReportError(
            N_("The page would contain {found}, which is neither text nor picture: it was not published."),
            found=reader.active[0],
        )
    size = len(html.encode())
    return [f"{size / 1e6:.1f} MB, over 1 MB"] if size > LARGEST else []


class _Reader(HTMLParser):
    """Gathers what a page holds that acts: elements, attributes and links that run, load or lead on by themselves."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.active: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _ACTIVE:
            self.active.append(f"<{tag}>")
        for name, value in ((name, value or "") for name, value in attrs):
            leads = name in _LINKS and not _harmless(tag, value)
            if name.startswith("on") or leads or (name == "http-equiv" and value != "Content-Security-Policy"):
                self.active.append(f'<{tag} {name}="{value[:40]}">')

    def handle_data(self, data: str) -> None:
        if self.cdata_elem and "<" in data:  # a browser takes it for an element in some places
            self.active.append(f"<{self.cdata_elem}>")

    def handle_comment(self, data: str) -> None:
        if "<" in data:
            self.active.append("<!-- -->")

    def unknown_decl(self, data: str) -> None:
        self.active.append("<![ ]>")


def _harmless(tag: str, link: str) -> bool:
    """Whether a link leads within the reports, to a place that only shows, or is a picture in the page."""
    link = _NOT_OF_A_SCHEME.sub("", link).lower()
    if tag in ("img", "image"):
        return link.startswith(("data:image/", "#"))
    scheme, colon, _rest = link.partition(":")
    return not colon or scheme in _SCHEMES or any(sign in scheme for sign in "/?#")
