from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.errors import ParamsError
from portfolio.params.periods import (
    MONTHS,
    check_period,
    months_before,
    parse_period,
    parse_periods,
    period_of,
)


def names_of(*given, **known) -> tuple[str, ...]:
    return tuple(period.name for period in parse_periods(*given, **known))


days = st.dates(date(1950, 1, 1), date(2200, 12, 31))
kinds = st.sampled_from([*MONTHS, "day"])
starts = st.integers(1, 12)


def error_of(call, *args, **kwargs) -> str:
    with pytest.raises(ParamsError) as caught:
        call(*args, **kwargs)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "kind", "start", "last"),
    [
        ("2025-H1", "semester", date(2025, 1, 1), date(2025, 6, 30)),
        ("2025-H2", "semester", date(2025, 7, 1), date(2025, 12, 31)),
        ("2025-Q3", "quarter", date(2025, 7, 1), date(2025, 9, 30)),
        ("2024-02", "month", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025", "year", date(2025, 1, 1), date(2025, 12, 31)),
        ("2025-03-15", "day", date(2025, 3, 15), date(2025, 3, 15)),
        ("2025-01-01..2025-03-31", "dates", date(2025, 1, 1), date(2025, 3, 31)),
    ],
)
def test_each_form_is_read(name, kind, start, last):
    period = parse_period(name)
    assert (period.kind, period.start, period.as_of, str(period)) == (kind, start, last, name)
    assert period.end == last + timedelta(days=1)


@pytest.mark.parametrize(
    ("name", "start", "last"),
    [
        ("2025", date(2024, 7, 1), date(2025, 6, 30)),
        ("2025-H1", date(2024, 7, 1), date(2024, 12, 31)),
        ("2025-H2", date(2025, 1, 1), date(2025, 6, 30)),
        ("2025-Q4", date(2025, 4, 1), date(2025, 6, 30)),
        ("2025-07", date(2025, 7, 1), date(2025, 7, 31)),
    ],
)
def test_a_fiscal_year_is_named_after_the_year_it_ends_in_and_months_stay_calendar_months(name, start, last):
    period = parse_period(name, fiscal_year_start=7)
    assert (period.start, period.as_of, period.name) == (start, last, name)


def test_spaces_around_are_ignored():
    assert parse_period(" 2025-H2 ") == parse_period("2025-H2")
    assert parse_periods("2024-H1 .. 2024-H2") == parse_periods("2024-H1..2024-H2")


@pytest.mark.parametrize(
    ("as_of", "latest", "previous"),
    [
        (date(2025, 6, 29), "2024-H2", "2024-H1"),
        (date(2025, 6, 30), "2025-H1", "2024-H2"),
        (date(2025, 7, 1), "2025-H1", "2024-H2"),
        (date(2025, 12, 31), "2025-H2", "2025-H1"),
    ],
)
def test_latest_is_the_last_semester_that_is_over_on_the_as_of_date(as_of, latest, previous):
    assert parse_period("latest", as_of=as_of).name == latest
    assert parse_period("previous", as_of=as_of).name == previous


@pytest.mark.parametrize(
    ("name", "earlier"),
    [
        ("2025-H2", "2024-H2"),
        ("2025-Q1", "2024-Q1"),
        ("2025-07", "2024-07"),
        ("2025", "2024"),
        ("2024-02-29", "2023-02-28"),
        ("2025-01-01..2025-03-31", "2024-01-01..2024-03-31"),
    ],
)
def test_a_year_ago_is_the_same_period(name, earlier):
    assert parse_period(name).year_ago.name == earlier


def test_a_year_ago_follows_the_fiscal_year():
    period = parse_period("2025-H1", fiscal_year_start=7).year_ago
    assert (period.name, period.start, period.as_of) == ("2024-H1", date(2023, 7, 1), date(2023, 12, 31))


def test_latest_follows_the_fiscal_year():
    period = parse_period("latest", as_of=date(2025, 4, 30), fiscal_year_start=4)
    assert (period.name, period.start, period.as_of) == ("2025-H2", date(2024, 10, 1), date(2025, 3, 31))


def test_a_range_is_every_period_between_its_ends():
    assert names_of("2024-H1..2025-H1") == ("2024-H1", "2024-H2", "2025-H1")
    assert names_of("2025-Q3..2025-Q3") == ("2025-Q3",)
    assert names_of("2024-H1..latest", as_of=date(2025, 8, 1)) == ("2024-H1", "2024-H2", "2025-H1")
    assert names_of("previous..latest", as_of=date(2025, 8, 1)) == ("2024-H2", "2025-H1")


def test_latest_in_a_range_is_of_the_kind_of_the_other_end():
    assert names_of("2025-05..latest", as_of=date(2025, 8, 1)) == ("2025-05", "2025-06", "2025-07")
    assert names_of("2025-08-01..latest", as_of=date(2025, 8, 3)) == ("2025-08-01..2025-08-03",)


def test_a_list_gives_each_period_once_in_its_order():
    assert names_of(["2025-H1", "2024-H2..2025-H1", "2025"]) == ("2025-H1", "2024-H2", "2025")


def test_two_dates_are_one_period():
    assert len(parse_periods("2025-01-01..2025-03-31")) == 1
    assert parse_period("2025-03-15..2025-03-15").end == date(2025, 3, 16)


@pytest.mark.parametrize(
    ("name", "previous", "following"),
    [
        ("2025-H1", "2024-H2", "2025-H2"),
        ("2025-Q1", "2024-Q4", "2025-Q2"),
        ("2025-01", "2024-12", "2025-02"),
        ("2025", "2024", "2026"),
        ("2024-03-01", "2024-02-29", "2024-03-02"),
        ("2025-01-01..2025-03-31", "2024-10-01..2024-12-31", "2025-04-01..2025-06-30"),
        ("2025-01-11..2025-01-20", "2025-01-01..2025-01-10", "2025-01-21..2025-01-30"),
    ],
)
def test_previous_and_next_keep_the_kind(name, previous, following):
    period = parse_period(name)
    assert (period.previous.name, period.next.name) == (previous, following)
    assert period.previous.kind == period.next.kind == period.kind


@pytest.mark.parametrize(
    ("day", "months", "first"),
    [
        (date(2026, 7, 1), 12, date(2025, 7, 1)),
        (date(2025, 1, 15), 1, date(2024, 12, 15)),
        (date(2025, 3, 31), 1, date(2025, 2, 28)),  # there is no 31 February
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2025, 12, 31), 0, date(2025, 12, 31)),
        (date(2025, 7, 1), -6, date(2026, 1, 1)),
    ],
)
def test_months_before(day, months, first):
    assert months_before(day, months) == first


def test_the_trailing_year_of_a_semester_is_that_semester_and_the_one_before():
    semester = parse_period("2026-H1")
    assert months_before(semester.end, 12) == semester.previous.start


@given(days, kinds, starts)
def test_consecutive_periods_tile_the_calendar(day, kind, fiscal_year_start):
    period = period_of(day, kind, fiscal_year_start)
    assert period.start <= day < period.end
    assert period.next.start == period.end
    assert period.previous.end == period.start
    assert period.previous.next == period == period.next.previous
    assert period_of(period.as_of, kind, fiscal_year_start) == period


@given(days, kinds, starts)
def test_a_name_is_read_back_as_the_same_period(day, kind, fiscal_year_start):
    period = period_of(day, kind, fiscal_year_start)
    assert parse_period(period.name, fiscal_year_start=fiscal_year_start) == period


@given(days, starts)
def test_halves_quarters_and_the_year_share_their_bounds(day, fiscal_year_start):
    year = period_of(day, "year", fiscal_year_start)
    assert (year.start.month, year.start.day) == (fiscal_year_start, 1)
    assert int(year.name) == year.as_of.year
    for letter, count in (("H", 2), ("Q", 4)):
        parts = parse_periods(f"{year}-{letter}1..{year}-{letter}{count}", fiscal_year_start=fiscal_year_start)
        assert (len(parts), parts[0].start, parts[-1].end) == (count, year.start, year.end)


@given(days, st.integers(0, 400))
def test_ranges_of_dates_touch_their_neighbours(first, length):
    period = parse_period(f"{first}..{first + timedelta(days=length)}")
    assert period.previous.end == period.start
    assert period.next.start == period.end
    assert parse_period(period.name) == period


@given(days, starts)
def test_latest_is_over_and_the_one_after_is_not(as_of, fiscal_year_start):
    latest = parse_period("latest", as_of=as_of, fiscal_year_start=fiscal_year_start)
    assert latest.as_of <= as_of < latest.next.as_of
    assert parse_period("previous", as_of=as_of, fiscal_year_start=fiscal_year_start) == latest.previous


@pytest.mark.parametrize(
    ("slip", "right"),
    [
        ("2025-S2", "2025-H2"),
        ("S2 2025", "2025-H2"),
        ("2025-h2", "2025-H2"),
        ("2025H2", "2025-H2"),
        ("2025-T3", "2025-Q3"),
        ("T3 2025", "2025-Q3"),
        ("2025-7", "2025-07"),
        ("07/2025", "2025-07"),
        ("31/03/2025", "2025-03-31"),
        ("2025/3/1", "2025-03-01"),
        ("2025-H3", "2025-Q3"),
        ("lastest", "latest"),
    ],
)
def test_a_slip_is_refused_with_the_right_name(slip, right):
    message = error_of(parse_period, slip)
    assert f'"{slip}" is not a period: did you mean {right}?' in message
    assert "Allowed: 2025-H2, 2025-Q3, 2025-07, 2025, 2025-03-15" in message


@pytest.mark.parametrize("text", ["", "soon", "0205-H2", "2025-13", "20250315", "..", "2025-H1..", "2024..2025..2026"])
def test_what_is_no_period_is_refused_with_what_is_allowed(text):
    assert f'"{text}" is not a period' in error_of(parse_period, text)


def test_a_day_that_does_not_exist():
    assert error_of(parse_period, "2025-02-30") == '"2025-02-30" is no day of the calendar.'


def test_a_range_where_a_single_period_is_needed():
    message = error_of(parse_period, "2024-H1..2025-H2")
    assert "a single period is needed, as 2025-H2" in message


@pytest.mark.parametrize("text", ["2024-H1..2025-Q2", "2024..2025-H1", "2025-01-01..2025-03"])
def test_ends_of_two_kinds(text):
    assert "must be of the same kind" in error_of(parse_periods, text)
    assert "must be of the same kind" in error_of(check_period, text)


@pytest.mark.parametrize("text", ["2025-H2..2025-H1", "2025-03-31..2025-01-01"])
def test_a_range_that_ends_before_it_starts(text):
    first, last = text.split("..")
    assert f"starts with {first}, after its end, {last}" in error_of(parse_periods, text)
    assert "give the earlier one first" in error_of(check_period, text)


def test_a_range_that_starts_after_latest():
    message = error_of(parse_periods, "2026-H1..latest", as_of=date(2025, 8, 1))
    assert "starts with 2026-H1, after its end, 2025-H1" in message


@pytest.mark.parametrize("text", ["latest", "previous", "2024-H1..latest"])
def test_latest_needs_an_as_of_date_which_the_check_does_without(text):
    assert "needs the as-of date" in error_of(parse_periods, text)
    check_period(text)


def test_check_refuses_what_parsing_refuses():
    assert "did you mean 2025-H2?" in error_of(check_period, "2025-S2")
