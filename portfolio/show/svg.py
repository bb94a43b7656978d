"""A chart -> an HTML fragment: the SVG that follows the page's colours, its message and its alternative text.

The figure is drawn in pixels of the page (72 dots an inch), so that its text has the size the page says. The
title leaves the drawing for a ``figcaption``: there it wraps, on a phone too.
"""

from __future__ import annotations

import hashlib
import io
import re
import warnings
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any, NamedTuple

from markupsafe import Markup

from portfolio.show import style
from portfolio.show.templating import render
from portfolio.show.words import Words

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"
NOT_DRAWN = (f"{SVG}metadata", f"{SVG}style")
_COLOUR = re.compile(r"#[0-9a-f]{6}\b")
_DECIMALS = re.compile(r"(-?\d+\.\d\d)\d+")
# What no XML may hold; texts of the data can.
NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# The page has its fonts: a reader's machine may not have ours.
_FAMILY = re.compile(r"font-family:[^;]*;?")


class Picture(NamedTuple):
    """A drawn chart: its message, its alternative text and its SVG, empty when there was nothing to draw."""

    title: str
    alt: str
    svg: str

    @property
    def html(self) -> str:
        """The fragment."""
        return (
            render("picture.html", title=self.title, svg=Markup(self.svg))
            if self.svg
            else render("nothing.html", text=self.alt)
        )


def draw(chart: Callable[..., Any], *given: Any, words: Words, mark: str = "") -> Picture:
    """Draw a chart and return it as a picture.

    Parameters
    ----------
    chart
        The chart function.
    given
        The tables of its section, and what was asked of it.
    words
        The language.
    mark
        Sets the ids of this picture apart from those of an identical one in the same page.
    """
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    if not chart.shows(*given):
        return Picture("", words.say("No figures for {period}.", period=words.now), "")
    with style.themed(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        height = chart.height(*given)
        figure = Figure(figsize=(style.WIDTH / 72, height / 72), dpi=72)
        FigureCanvasSVG(figure)
        axes = figure.add_axes((0, 0, 1, 1))
        chart(*given, ax=axes, words=words)
        title, alt = (NOT_XML.sub("", text) for text in (axes.get_title(loc="left"), axes.get_label()))
        axes.set_title("", loc="left")
        drawn = io.BytesIO()
        figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return Picture(title, alt, inline(drawn.getvalue(), alt, mark))


def inline(drawn: bytes, alt: str, mark: str = "") -> str:
    """Return matplotlib's SVG as an element of a page: variables for colours, ids of its own, no fixed size."""
    root = ET.fromstring(NOT_XML.sub("", drawn.decode()))
    prefix = "p" + hashlib.sha256(drawn + mark.encode()).hexdigest()[:8]
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in NOT_DRAWN or (child.tag == f"{SVG}defs" and all(grand.tag in NOT_DRAWN for grand in child)):
                parent.remove(child)
    text = " ".join(value for element in root.iter() for value in element.attrib.values())
    used = set(re.findall(r"#([\w.-]+)", text))
    for element in root.iter():
        element.tag = element.tag.removeprefix(SVG)
        if element.attrib.get("id") not in used:
            element.attrib.pop("id", None)
        for name in list(element.attrib):
            element.attrib[name.removeprefix(XLINK)] = _attribute(name, element.attrib.pop(name), used, prefix)
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    root.attrib |= {"role": "img", "aria-label": NOT_XML.sub("", alt)}
    for group in list(root.iter("g")):
        _flatten(group)
    return ET.tostring(root, encoding="unicode").replace("\n", "").replace("  ", "")


def _attribute(name: str, value: str, used: set[str], prefix: str) -> str:
    if name == "id" or (value.startswith("#") and value[1:] in used):
        return value.replace("#", f"#{prefix}") if value.startswith("#") else prefix + value
    if name == "style":
        value = _FAMILY.sub("", value.replace("; ", ";").replace(": ", ":"))
    if name in ("style", "fill", "stroke"):
        named = style.variables_by_value()
        value = _COLOUR.sub(lambda found: named.get(found[0], found[0]), value)
    value = re.sub(r"url\(#([\w.-]+)\)", rf"url(#{prefix}\1)", value)
    return _DECIMALS.sub(r"\1", value) if name in ("d", "x", "y", "transform", "points", "width", "height") else value


def _flatten(group: ET.Element) -> None:
    """Replace groups that say nothing of themselves by what they hold."""
    for place in range(len(group) - 1, -1, -1):
        child = group[place]
        if child.tag == "g" and not child.attrib:
            _flatten(child)
            group[place : place + 1] = list(child)
