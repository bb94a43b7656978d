"""What an analyst adds to a notebook, a table or a chart of their own, in the words and colours of the page."""

from __future__ import annotations

import base64
import io
import sys
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from portfolio.show import style, svg
from portfolio.show.mime import VIEW
from portfolio.show.table import Column, Table, cell
from portfolio.show.templating import render
from portfolio.show.words import NOTHING, Words, missing

if TYPE_CHECKING:
    import pandas as pd

    from portfolio.show.view import View

# What a page can hold of a table; the notebook has the rest.
ROWS, COLUMNS = 100, 30
# A drawing of more bytes than that, as one of very many points, is shown as a bitmap.
LARGEST = 300_000


def table(frame: pd.DataFrame, title: str, words: Words) -> Table:
    """Return a DataFrame as a table for people: heads in words where they are known, figures as the language has them.

    Parameters
    ----------
    frame
        Any columns, any index; a default index is left out. Beyond 100 rows or 30 columns a note counts the rest.
    title
        Its caption; empty is one that counts the rows.
    """
    given, kept = len(frame), frame.iloc[:ROWS]
    columns = [] if _counts(frame) else _index(kept)
    columns += [(_named(name), kept.iloc[:, place], True) for place, name in enumerate(kept.columns[:COLUMNS])]
    heads, texts = [], []
    for name, values, figures in columns:
        number = figures and values.dtype.kind in "iuf"
        heads.append(Column(words.label(name) if name else "", number))
        texts.append(_texts(values, number, words))
    notes = []
    if given > ROWS:
        notes.append(words.plural("{n} more row is not shown.", "{n} more rows are not shown.", given - ROWS))
    if (more := len(frame.columns) - COLUMNS) > 0:
        notes.append(words.plural("{n} more column is not shown.", "{n} more columns are not shown.", more))
    caption = title or words.plural("Table of {n} row", "Table of {n} rows", given)
    return Table(caption, tuple(heads), tuple(zip(*texts, strict=True)), notes=tuple(notes))


def _counts(frame: pd.DataFrame) -> bool:
    """Whether the index is the default one, which only counts the rows."""
    import pandas as pd

    return isinstance(frame.index, pd.RangeIndex) and frame.index.name is None


def _index(frame: pd.DataFrame) -> list[tuple[str, pd.Series, bool]]:
    labels = frame.index.to_frame(index=False)
    names = [str(name) if name is not None else "" for name in frame.index.names]
    return [(name, labels.iloc[:, place], False) for place, name in enumerate(names)]


def _named(name: object) -> str:
    return " · ".join(str(part) for part in name if str(part)) if isinstance(name, tuple) else str(name)


def _texts(values: pd.Series, number: bool, words: Words) -> list[Any]:
    if number:
        known = values[values.notna()].astype(float)
        whole = bool((known % 1 == 0).all())
        digits = 0 if whole else 2 if known.abs().max() >= 1 else 3
        return [cell(words.number(value, digits)) for value in values]
    days = values.dtype.kind == "M" and bool((values.dropna().dt.normalize() == values.dropna()).all())
    return [cell(_text(value, days, words)) for value in values]


def _text(value: object, days: bool, words: Words) -> str:
    if missing(value):
        return NOTHING
    if isinstance(value, bool):
        return words.say("yes") if value else words.say("no")
    if hasattr(value, "strftime"):
        return words.date(value, "medium") if days or not hasattr(value, "hour") else words.time(value)
    return words.name(value)


def drawn(figure: Any) -> tuple[bytes, bytes]:
    """Return a matplotlib figure as SVG, and as PNG where the SVG would be too large, else empty."""
    import matplotlib as mpl

    with mpl.rc_context({key: style.RC[key] for key in ("svg.fonttype", "svg.hashsalt")}):
        vector = io.BytesIO()
        figure.savefig(vector, format="svg", bbox_inches="tight", metadata={"Date": None})
    if len(vector.getvalue()) <= LARGEST:
        return vector.getvalue(), b""
    bitmap = io.BytesIO()
    figure.savefig(bitmap, format="png", bbox_inches="tight", dpi=144)
    return b"", bitmap.getvalue()


def picture(vector: bytes, bitmap: bytes, title: str, alt: str, mark: str) -> str:
    """Return the fragment of a drawing."""
    if bitmap:
        source = base64.b64encode(bitmap).decode()
        image = Markup('<img src="data:image/png;base64,{}" alt="{}">').format(source, alt)
    else:
        image = Markup(svg.inline(vector, alt, mark))
    return render("picture.html", title=title, svg=image)


def described(figure: Any, words: Words) -> str:
    """Return the alternative text of a figure that was given none: its titles, its axes, its legend."""
    told = [figure.get_suptitle()] if hasattr(figure, "get_suptitle") else []
    for axes in figure.axes:
        told += [axes.get_title(where) for where in ("left", "center", "right")]
        if axes.get_xlabel():
            told.append(words.say("across: {label}", label=axes.get_xlabel()))
        if axes.get_ylabel():
            told.append(words.say("upwards: {label}", label=axes.get_ylabel()))
        told += [text.get_text() for text in axes.get_legend().get_texts()] if axes.get_legend() else []
    found = [text for text in dict.fromkeys(told) if text]
    return words.say("Chart: {what}", what=" · ".join(found)) if found else words.say("Chart without a description")


def figure_of(given: Any) -> Any:
    """Return the matplotlib figure of a figure, axes or seaborn grid; None of anything else."""
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

    if isinstance(given, Figure):
        return given
    found = getattr(given, "figure", None)
    return found if isinstance(found, Figure) and (isinstance(given, Artist) or hasattr(given, "axes")) else None


def close(figure: Any) -> None:
    """Take a figure that has been shown from those that the notebook would show at the end of the cell."""
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close(figure)


def install(view: View) -> None:
    """Let what a notebook displays by itself look as if ``view`` had shown it: tables in words, charts in our theme."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is None:
        return
    import matplotlib as mpl
    import pandas as pd

    mpl.rcParams.update(style.theme() | {"figure.figsize": (style.WIDTH / 72, style.WIDTH / 108), "figure.dpi": 72})
    bundles, silent = shell.display_formatter.mimebundle_formatter, shell.display_formatter.ipython_display_formatter
    bundles.for_type(pd.DataFrame, lambda frame: _bundle(view, frame))
    bundles.for_type(pd.Series, lambda series: _bundle(view, series))
    bundles.for_type_by_name("matplotlib.figure", "Figure", lambda figure: _bundle(view, figure))
    # The last line of a cell that draws names a part of the drawing, which says nothing to a reader.
    silent.for_type_by_name("matplotlib.figure", "Figure", _say)
    silent.for_type_by_name("matplotlib.artist", "Artist", lambda artist: None)
    silent.for_type_by_name("seaborn.axisgrid", "Grid", lambda grid: None)


def _say(figure: Any) -> None:
    raise NotImplementedError


def _bundle(view: View, given: Any) -> dict[str, Any]:
    made = view.guest(given)
    bundle = made._repr_mimebundle_()
    # A frame that a section has just shown, and that stands as the last line of the cell, is not shown again.
    bundle[VIEW] |= {"again": given is view.last}
    return bundle
