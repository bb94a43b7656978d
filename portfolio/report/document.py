"""An executed notebook as a document in one language: opening, sections, blocks.

    cells -> headings, paragraphs and shown fragments -> sections that start at each second-level heading

It stays a notebook, since nbconvert renders notebooks: cells are cut at headings, and what the template has
to know stands in their metadata under ``report``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

import mistune
import nbformat
from mistune.util import escape
from nbformat import NotebookNode

from portfolio.report import added, paths
from portfolio.show.mime import ACTIONS, ERROR, METRICS, VIEW
from portfolio.show.templating import render

# Outputs for the runner alone.
OURS = {METRICS, ACTIONS, ERROR}
# Shown side by side on a wide screen, where two of them follow each other.
BESIDE = ("picture", "table")
# Pixels that a table has beside a picture, and that its text takes; longer texts break.
ROOM, CHARACTER, PADDING, LONGEST = 520, 8, 20, 24


@dataclass
class Outline:
    """What the page says around its cells: the title, the entries of the table of contents, the foot; and what it could
    not hold, in words."""

    title: str = ""
    entries: list[tuple[str, str]] = field(default_factory=list)
    foot: str = ""
    lost: list[str] = field(default_factory=list)


class _Prose(mistune.HTMLRenderer):
    """Markdown as HTML: raw HTML is shown as text, headings get ids."""

    def __init__(self, taken: set[str]) -> None:
        super().__init__(escape=True)
        self._taken = taken

    def heading(self, text: str, level: int, **attrs) -> str:
        return f'<h{level} id="{unique(_plain(text), self._taken)}">{text}</h{level}>\n'

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Show a picture only if it is in the page: nothing is fetched."""
        return super().image(text, url, title) if url.startswith("data:image/") else escape(text)


def unique(text: str, taken: set[str]) -> str:
    """Return an id for a heading that no other has."""
    wanted = identifier = paths.slug(text) or "section"
    number = 2
    while identifier in taken:
        identifier, number = f"{wanted}-{number}", number + 1
    taken.add(identifier)
    return identifier


def _plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", html)).strip()


def lay_out(notebook: NotebookNode, words) -> tuple[NotebookNode, Outline]:
    """Return the notebook cut into sections, in a language, and its outline.

    Parameters
    ----------
    notebook
        The executed notebook. It is not changed.
    words
        The language.

    Returns
    -------
    (NotebookNode, Outline)
        Markdown cells hold HTML in ``metadata.report.html``; the first cell of a section has
        ``metadata.report.opens``, the id of its heading. Outputs hold only what is shown. The foot is not
        among them: the page has a place of its own for it.
    """
    outline, taken = Outline(), {"main", "contents"}
    cells: list[NotebookNode] = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source.strip():
            cells += _prose_cells(words.translate_markdown(cell.source), outline, taken)
        elif cell.cell_type == "code":
            outputs = [output for output in (_shown(each, outline, words) for each in _joined(cell.outputs)) if output]
            feet = [output for output in outputs if output.metadata.report["kind"] == "foot"]
            outline.foot += "".join(foot.data[VIEW]["html"].get(words.language, "") for foot in feet)
            if outputs := [output for output in outputs if output not in feet]:
                cells.append(nbformat.v4.new_code_cell(outputs=outputs, metadata={"report": {}}))
    _place_side_by_side(cells)
    return nbformat.v4.new_notebook(cells=cells, metadata=notebook.metadata), outline


def _prose_cells(source: str, outline: Outline, taken: set[str]) -> list[NotebookNode]:
    """Cut a Markdown cell at its second-level headings. The first title becomes the page's."""
    cells = []
    for part in re.split(r"(?m)^(?=#{1,2} )", source):
        if not part.strip():
            continue
        first, _, rest = part.partition("\n")
        opens = ""
        if first.startswith("# ") and not outline.title:
            outline.title, part = _plain(_render(first[2:], set())), rest
        elif first.startswith(("# ", "## ")):
            title = _render(first.lstrip("# "), set()).removeprefix("<p>").removesuffix("</p>")
            opens = unique(_plain(title), taken)
            outline.entries.append((opens, _plain(title)))
            part = rest
            html = f'<h2 id="{opens}">{title}</h2>\n{_render(part, taken)}'
        if not opens:
            html = _render(part, taken)
        if html.strip():
            report = {"html": html, "opens": opens, "section": len(outline.entries)}
            cells.append(nbformat.v4.new_markdown_cell(metadata={"report": report}))
    return cells


def _render(source: str, taken: set[str]) -> str:
    return mistune.create_markdown(renderer=_Prose(taken), plugins=["table", "strikethrough"])(source).strip()


def _joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Return the outputs of a cell, prints that follow each other as one."""
    found: list[NotebookNode] = []
    for output in outputs:
        last = found[-1] if found else None
        if last and output.output_type == last.output_type == "stream" and output.name == last.name:
            found[-1] = nbformat.v4.new_output("stream", name=last.name, text=last.text + output.text)
        else:
            found.append(output)
    return found


def _shown(output: NotebookNode, outline: Outline, words) -> NotebookNode | None:
    """Return an output as a view, whoever made it; what a page cannot hold is said in its place."""
    data = output.get("data", {})
    section = outline.entries[-1][1] if outline.entries else outline.title
    if VIEW in data:
        view = data[VIEW]
        if view.get("again") and output.output_type == "execute_result":
            return None
    elif output.output_type == "error" or OURS & set(data):
        return None
    elif output.output_type == "stream" and output.name == "stderr":
        if text := _complaint(output.text):
            outline.lost.append(words.say("“{section}”: written to stderr: {text}", section=section, text=text))
        return None
    else:
        try:
            html = added.fragment(output, words.say("Picture of “{section}”", section=section), words)
        except added.CannotShow as error:
            lost = words.say("An output of {kind} needs a script, which reports do not run.", kind=str(error))
            outline.lost.append(words.say("“{section}”: {lost}", section=section, lost=lost))
            html = render("nothing.html", text=lost)
        if not html:
            return None
        view = {"kind": "added", "html": {words.language: html}}
    report = {"kind": view.get("kind", "text")}
    return nbformat.v4.new_output("display_data", data={VIEW: view}, metadata={"report": report})


def _complaint(text: str) -> str:
    """Return the first line that is not a warning of a library about itself, or an empty text."""
    for block in re.split(r"(?m)^(?=\S+:\d+: \w*Warning: )", text):
        if block.strip() and "site-packages" not in block.partition("\n")[0]:
            return block.strip().partition("\n")[0][:200]
    return ""


def _place_side_by_side(cells: list[NotebookNode]) -> None:
    """Mark pictures and tables that follow each other, two by two."""
    waiting: NotebookNode | None = None
    for cell in cells:
        for output in cell.get("outputs", [None]):
            if output is None or not _fits_half(output):
                waiting = None
            elif waiting is None:
                waiting = output
            else:
                waiting.metadata.report["opens"] = output.metadata.report["closes"] = True
                waiting = None


def _fits_half(output: NotebookNode) -> bool:
    if output.metadata.report["kind"] not in BESIDE:
        return False
    fragments = output.data.get(VIEW, {}).get("html", {})
    return all(_width(html) <= ROOM for html in fragments.values())


def _width(html: str) -> int:
    """Return about how many pixels a table needs: heads break between words, what stands under them does not."""
    widths: dict[int, int] = {}
    for row in re.findall(r"<tr\b.*?</tr>", html, flags=re.S):
        for place, (tag, cell) in enumerate(re.findall(r"<(th|td)\b([^>]*>.*?)</(?:th|td)>", row, flags=re.S)):
            text = _plain(cell.partition(">")[2])
            breaks = tag == "th" and 'scope="col"' in cell.partition(">")[0]
            longest = max(map(len, text.split(" ")), default=0) if breaks else len(text)
            widths[place] = max(widths.get(place, 0), min(longest, LONGEST))
    return sum(CHARACTER * width + PADDING for width in widths.values())
