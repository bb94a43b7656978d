"""What sections show reads well: no leaks of the code, of the other language, of raw figures; nor do definitions."""

from __future__ import annotations

import re

import pytest

from portfolio.show import catalogue

LEAKS = {
    "a name of the code": re.compile(r"\b[a-z]+_[a-z_]+\b"),
    "a figure that is none": re.compile(r"\b(nan|NaN|NaT|None|inf)\b|<NA>"),
    "a figure with all its decimals": re.compile(r"\d[.,]\d{4,}"),
    "minus zero": re.compile(r"(?<![\d\w])[-−]0(?![\d.,])"),
    "a place left open": re.compile(r"\{\w*\}"),
    "two spaces": re.compile(r"(?<=\S) {2,}(?=\S)"),
    "empty brackets": re.compile(r"\(\)|“”|«\s*»"),
    "a sentence that ends twice": re.compile(r"\.\.(?!\.)|\. ?;|,,"),
}
# The names of the files and tables that a reader gives.
NAMED = re.compile(r"\btest\.csv\b|\bla table \w+")
ENGLISH = re.compile(
    r"\b(the|of|and|with|in|for|from|than|by|which|who|is|are|was|were|before|now|share|change|customers?|revenue|orders?|"
    r"rate|bought|value|period|over|under|more|less|new|lost|each)\b",
    re.IGNORECASE,
)
# A comma between thousands, in French three decimals; a space between them or before a per cent, never in English.
THOUSANDS, NOT_ENGLISH = re.compile(r"\d[\d,]*,\d{3}\b"), re.compile(r"\d \d{3}\b|\d %")


@pytest.fixture(scope="module")
def english_only() -> set[str]:
    """Messages whose French is otherwise."""
    found = set()
    for message in catalogue.read(catalogue.LOCALE / "fr" / "LC_MESSAGES" / "portfolio.po"):
        forms, said = ((text if isinstance(text, tuple) else (text,)) for text in (message.id, message.string))
        found |= {text for text in forms if text and "{" not in text and text not in said}
    return found


def no_leak(texts: list[str]) -> None:
    for leak, pattern in LEAKS.items():
        assert not [text for text in texts if pattern.search(NAMED.sub("x", text))], leak


def french(texts: list[str], english_only: set[str]) -> None:
    assert not [text for text in texts if text in english_only]
    assert not [text for text in texts if ENGLISH.search(NAMED.sub("x", text))]


def test_what_is_shown_reads_well(walk, book_and_section, texts, english_only):
    said = {
        language: [text for piece in walk.made(*book_and_section, language) for text in texts(piece)]
        for language in ("en", "fr")
    }
    for every in said.values():
        no_leak(every)
    french(said["fr"], english_only)
    assert not [text for text in said["en"] if NOT_ENGLISH.search(text)]
    thousands = {language: set(THOUSANDS.findall(" ".join(every))) for language, every in said.items()}
    assert not thousands["en"] & thousands["fr"]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_definitions_read_well(walk, language, english_only):
    words = walk.words("whole", language)
    said = [words.definition(name) for name in words.vocabulary.meanings]
    said += [text for name in words.vocabulary.actions for text in (words.action(name), words.why(name)) if text]
    no_leak(said)
    assert not [text for text in said if not text.endswith(".")]
    if language == "fr":
        french(said, english_only)
    else:
        assert not [text for text in said if NOT_ENGLISH.search(text)]


def test_a_first_period_says_that_there_is_none_before(walk, texts):
    said = [
        text
        for section in walk.sections
        for piece in walk.made("first", section, "en")
        for text in texts(piece)
    ]  # fmt: skip
    assert any("no earlier period" in text for text in said)
    assert not [text for text in said if "Change on" in text]
