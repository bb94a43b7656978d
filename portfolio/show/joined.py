"""A name joined to its preposition, where the language asks for it: «au S1 2025», «en 2025», «en Bretagne».

A translation asks for it in its places: ``{period:in}``, ``{period:of}``, ``{period:to}``, ``{period:the}``.
"""

from __future__ import annotations

import re
import string

# By language, the first shape of a name that fits: what stands before it for "in", "of", "to" and "the".
_SHAPES = {
    "fr": (
        (r"[ST]\d\u00a0\d{4}", ("au ", "du ", "au ", "le ")),
        (r"période .*", ("sur la ", "de la ", "à la ", "la ")),
        (r"\d{1,2}(er)? \w+\.? \d{4}", ("le ", "du ", "au ", "le ")),
        (r"(\w+ )?\d{4}", ("en ", "de ", "à ", "")),
        (r"Hauts-de-France|Pays de la Loire", ("dans les ", "des ", "aux ", "les ")),
        (r"Grand Est", ("dans le ", "du ", "au ", "le ")),
        (r"Centre-Val de Loire", ("en ", "du ", "au ", "le ")),
        (r"La Réunion|Mayotte", ("à ", "de ", "à ", "")),
        (
            r"Auvergne-Rhône-Alpes|Bourgogne-Franche-Comté|Bretagne|Corse|Guadeloupe|Guyane|Île-de-France|Martinique"
            r"|Normandie|Nouvelle-Aquitaine|Occitanie|Provence-Alpes-Côte d['’]Azur",
            ("en ", "de ", "à ", "la "),
        ),
        (r".*", ("pour ", "de ", "à ", "")),
    ),
}
_FORMS = ("in", "of", "to", "the")
_SPAN = re.compile(r"([ST]\d\u00a0\d{4}) à ([ST]\d\u00a0\d{4})")
_VOWEL = re.compile(r"[aeiouyâàéèêëîïôûAEIOUYÂÀÉÈÊËÎÏÔÛ]")


class Joining(string.Formatter):
    """What fills the places of a message in one language.

    Parameters
    ----------
    language
        Of the message.
    """

    def __init__(self, language: str) -> None:
        self._shapes = _SHAPES.get(language, ())

    def format_field(self, value: object, format_spec: str) -> str:
        """Return the value as its place asks: a name joined to its preposition, or anything as Python writes it."""
        if format_spec not in _FORMS:
            return format(value, format_spec)
        return self._joined(str(value), _FORMS.index(format_spec))

    def _joined(self, name: str, form: int) -> str:
        if span := _SPAN.fullmatch(name):
            return f"du {span[1]} au {span[2]}"
        before = next((words[form] for shape, words in self._shapes if re.fullmatch(shape, name)), "")
        if before in ("de ", "la ") and _VOWEL.match(name):
            before = before[0] + "’"
        return before + name
