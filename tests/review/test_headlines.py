"""What opens a report: the first figures of the last period, in the order of their rank."""

import pytest

from portfolio.params.periods import parse_period
from portfolio.review.figures.headlines import headline, history, over_periods
from portfolio.review.figures.numbers import figures_of


@pytest.fixture(scope="module")
def books(shop):
    """Return the shop over three semesters: revenue 80, 700, 820."""
    return [*(shop.at(parse_period(name)) for name in ("2024-H1", "2025-H1")), shop]


def test_the_first_figures_are_those_of_rank_1_to_7(shop):
    rank = {figure.name: figure.rank for figure in figures_of(shop)}
    assert [rank[name] for name in headline(shop)[2]] == [1, 2, 3, 4, 5, 6, 7]


def test_figures_over_periods_are_those_of_the_last(books):
    figures, lines, names, _lead, measured = over_periods(books)
    assert figures.set_index("name").loc["revenue", ["value", "previous"]].tolist() == [820, 700]
    assert lines.set_index("period")["revenue"].to_dict() == {"2024-H1": 80, "2025-H1": 700, "2025-H2": 820}
    assert names == headline(books[-1])[2]
    assert measured == ("2025-H2", None, ())


def test_history_with_the_figures_of_the_last(books):
    table, figures, topics = history(books)
    assert table.set_index("name").loc["revenue", ["2024-H1", "2025-H1", "2025-H2"]].tolist() == [80, 700, 820]
    assert figures.set_index("name").loc["revenue", ["value", "previous"]].tolist() == [820, 700]
    assert topics is books[-1].topics
