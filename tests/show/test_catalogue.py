"""The catalogues: nothing of the package or of a shipped notebook without its French, and good French at that."""

from __future__ import annotations

import re

import pytest

from portfolio.show import catalogue

PATH = catalogue.LOCALE / "fr" / "LC_MESSAGES" / "portfolio.po"


@pytest.fixture(scope="module")
def source():
    return catalogue.template()


@pytest.fixture(scope="module")
def french():
    return catalogue.read(PATH)


def forms(given) -> tuple[str, ...]:
    return tuple(given) if isinstance(given, (tuple, list)) else (given,)


def test_every_message_has_its_french(source, french):
    lacking = [
        message.id
        for message in source
        if message.id
        and (french.get(forms(message.id)[0]) is None or not catalogue.translated(french.get(forms(message.id)[0])))
    ]
    assert not lacking, "run python -m portfolio.show.catalogue, then translate these"


def test_no_translation_outlives_its_message(source, french):
    known = {forms(message.id)[0] for message in source}
    assert not [message.id for message in french if forms(message.id)[0] not in known]


def test_translations_have_the_places_of_their_messages(french):
    for message in french:
        if not message.id:
            continue
        allowed = set().union(*map(catalogue.places, forms(message.id)))
        for text in forms(message.string):
            # A singular may say "one" without its figure.
            assert catalogue.places(text) <= allowed, message.id
            assert len(forms(message.id)) > 1 or catalogue.places(text) == allowed, message.id


def test_no_message_is_guessed(french):
    assert not [message.id for message in french if message.id and message.fuzzy]


def test_markdown_keeps_its_headings(french):
    for message in french:
        text = forms(message.id)[0]
        if text.startswith("#"):
            assert re.findall(r"^#+ ", text, re.M) == re.findall(r"^#+ ", forms(message.string)[0], re.M)


def test_french_typography(french):
    """No ordinary space before the high marks, no straight apostrophe between letters."""
    for message in french:
        for text in forms(message.string):
            text = re.sub(r"`[^`]*`", "", text)
            assert not re.search(r" [;:!?»]|« |\d %|\u202f[;:!?%»]|«\u202f", text), text
            assert not re.search(r"[a-zé]'[a-zé]", text), text
