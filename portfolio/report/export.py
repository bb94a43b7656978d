"""An executed notebook -> one HTML page a language, by nbconvert and the template beside this file."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from nbconvert.exporters.templateexporter import TemplateExporter
from nbformat import NotebookNode
from traitlets.config import Config

from portfolio.report import document, shell
from portfolio.show.mime import VIEW
from portfolio.show.vocabulary import Vocabulary
from portfolio.show.words import Words


class PageExporter(TemplateExporter):
    """nbconvert's template exporter with our template.

    Its HTML exporter would parse each page again to mend what other templates leave out, which takes longer
    than the rest of the rendering.
    """

    output_mimetype = "text/html"

    def _file_extension_default(self) -> str:
        return ".html"

    def _template_name_default(self) -> str:
        return shell.TEMPLATES.name

    @property
    def extra_template_basedirs(self) -> list[str]:
        return [str(shell.TEMPLATES.parent)]

    @property
    def default_config(self) -> Config:
        config = super().default_config
        config.NbConvertBase.display_data_priority = [VIEW]
        return config


@dataclass(frozen=True)
class About:
    """What a report is of, and where it stands.

    Attributes
    ----------
    portfolio, currency, period
        As in ``metrics.json``.
    scope
        The segment, and the notebook's own parameters.
    as_of
        The last day reviewed.
    languages, vocabulary
        Of the portfolio: the same report stands beside in each language.
    name
        File name less its endings.
    gallery
        Path from the report to the reports folder: ``../``.
    made
        When.
    version, data
        Of the package; fingerprint of the sources.
    """

    portfolio: str
    currency: str
    period: str
    scope: str
    as_of: dt.date
    languages: tuple[str, ...]
    vocabulary: Vocabulary
    name: str
    gallery: str
    made: dt.datetime
    version: str
    data: str

    def heading(self, words: Words, title: str) -> list[str]:
        """Return the parts of the page's title: whose, what, when, of whom."""
        parts = [words.name(self.portfolio), title, words.period(self.period), words.segment(self.scope)]
        return [part for part in parts if part]


@cache
def _exporter() -> PageExporter:
    return PageExporter()


class Page(NamedTuple):
    """A page, and in words what of the notebook it could not hold."""

    html: str
    lost: tuple[str, ...]


def export(notebook: NotebookNode, about: About, language: str) -> Page:
    """Return the page of a notebook in a language.

    Parameters
    ----------
    notebook
        The executed notebook: its views hold the fragments of every language.
    about
        What the report is of.
    language
        ``en`` or ``fr``.

    Raises
    ------
    ReportError
        The page would hold a script.
    """
    words = Words(language, about.currency, period=about.period, vocabulary=about.vocabulary)
    laid_out, outline = document.lay_out(notebook, words)
    heading = about.heading(words, outline.title or words.label(about.name))
    links = shell.language_links(about.languages, language, about.name + ".{language}.html")
    resources = {
        "page": shell.shell(words, " – ".join(heading), links),
        "heading": heading,
        "entries": outline.entries,
        "contents": words.say("Contents"),
        "gallery": shell.Link(f"{about.gallery}index.{language}.html", words.say("All reports")),
        "as_of": words.say("Figures as of {date}", date=words.date(about.as_of)),
        "foot": outline.foot,
        "made": words.say(
            "Page made on {date} with portfolio {version}; data fingerprint {fingerprint}.",
            date=words.time(about.made),
            version=about.version,
            fingerprint=about.data[:12],
        ),
        "language": language,
    }
    html, _resources = _exporter().from_notebook_node(laid_out, resources)
    return Page(html.lstrip(), tuple(outline.lost))
