"""Where a report's files stand in the reports folder, and the folder names of segments.

2025-H2/portfolio_review                        one period, the whole portfolio
2025-H2/region=bretagne/portfolio_review        one segment
semester_comparison/2024-H1..2025-H2            a range of periods
semester_comparison/region=bretagne/2024-H1..2025-H2
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping

LONGEST = 80  # with the rest of a path, within what Windows opens


def slug(text: str) -> str:
    """Return a text as lower-case ASCII words joined by hyphens; empty when it has no such letter."""
    folded = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "oe").replace("ß", "ss"))
    letters = "".join(character for character in folded if not unicodedata.combining(character))
    return re.sub(r"[^a-z0-9]+", "-", letters.lower()).strip("-")


def _conditions(segment: str) -> tuple[tuple[str, str], ...]:
    from portfolio.base.segments import parse_segment  # it loads the engine, which pages do without

    return parse_segment(segment).conditions


def _folder(segment: str) -> str:
    return ",".join(f"{slug(name)}={slug(value)}" for name, value in _conditions(segment))


def _faithful(segment: str) -> bool:
    """Whether a slug still says something of every value, and fits."""
    return all(slug(value) for _name, value in _conditions(segment)) and len(_folder(segment)) <= LONGEST


def segment_folders(segments: Iterable[str], taken: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the folder of each segment: ``region=Île-de-France`` stands in ``region=ile-de-france``.

    Parameters
    ----------
    segments
        Segments as text, with values as in the data.
    taken
        Folder -> segment, of reports published earlier. A published segment keeps its folder.

    Returns
    -------
    dict
        Segment -> folder. Segments that would share a folder get a short hash each.
    """
    wanted = sorted(set(segments) - {""})
    taken = dict(taken or {})
    kept = {segment: folder for folder, segment in taken.items()}
    rivals: dict[str, set[str]] = {}
    for segment in wanted:
        rivals.setdefault(_folder(segment), set()).add(segment)
    for folder, segment in taken.items():
        rivals.setdefault(folder, set()).add(segment)
    folders = {"": ""}
    for segment in wanted:
        folder = _folder(segment)
        if segment in kept:
            folder = kept[segment]
        elif len(rivals[folder]) > 1 or not _faithful(segment):
            folder = f"{folder[:LONGEST]}-{hashlib.sha256(segment.encode()).hexdigest()[:6]}"
        folders[segment] = folder
    return folders


def stem(notebook: str, period: str, folder: str = "", compares: bool = False) -> str:
    """Return the path of a report's files in the reports folder, less their endings."""
    parts = (notebook, folder, period) if compares else (period, folder, notebook)
    return "/".join(part for part in parts if part)
