"""Folders of segments: readable, and never one folder for two segments."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.report.paths import segment_folders, slug, stem


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bretagne", "bretagne"),
        ("Île-de-France", "ile-de-france"),
        ("Œuvre d’art", "oeuvre-d-art"),
        ("東京", ""),
        ("../..", ""),
    ],
)
def test_a_slug_is_plain_ascii(text, expected):
    assert slug(text) == expected


def test_the_folder_names_dimension_and_value():
    assert segment_folders(["region=Bretagne", "region=Bretagne,size=large"]) == {
        "": "",
        "region=Bretagne": "region=bretagne",
        "region=Bretagne,size=large": "region=bretagne,size=large",
    }


def test_segments_that_would_share_a_folder_get_a_hash_each():
    folders = segment_folders(["region=Île", "region=ile"])
    assert len(set(folders.values())) == 3
    assert all(folder.startswith("region=ile-") for segment, folder in folders.items() if segment)


def test_a_published_segment_keeps_its_folder_when_a_rival_comes():
    folders = segment_folders(["region=Île", "region=ile"], {"region=ile": "region=Île"})
    assert folders["region=Île"] == "region=ile"
    assert folders["region=ile"] != "region=ile"


@given(st.lists(st.text(min_size=1).filter(lambda text: '"' not in text and "," not in text and text.strip() == text)))
def test_folders_are_distinct_and_stay_in_the_reports_folder(values):
    segments = {f"region={value}" for value in values}
    folders = segment_folders(segments)
    assert len(set(folders.values())) == len(segments) + 1
    assert all("/" not in folder and ".." not in folder and len(folder) < 100 for folder in folders.values())


def test_stems():
    assert stem("portfolio_review", "2025-H2") == "2025-H2/portfolio_review"
    assert stem("portfolio_review", "2025-H2", "region=bretagne") == "2025-H2/region=bretagne/portfolio_review"
    assert stem("semester_comparison", "2024-H1..2025-H2", "", True) == "semester_comparison/2024-H1..2025-H2"
