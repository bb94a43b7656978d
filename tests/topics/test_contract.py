"""The contract of declarations: what a topic declares is whole, said once, in both languages, and holds on a book.

Every topic is walked; none is named.
"""

from __future__ import annotations

import math
import string
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator

import pytest
from ibis import _

from portfolio.params import Thresholds
from portfolio.params.columns import CUSTOMER_BASE, TABLES
from portfolio.review.figures.numbers import able, value_of
from portfolio.review.lists.numbers import lists
from portfolio.show import catalogue, style
from portfolio.show.vocabulary import Phrase, Vocabulary
from portfolio.show.words import Words
from portfolio.topics import TOPICS, contract
from portfolio.topics.contract import ActionList, Found, Gap, Reason, Stock, Topic

UNITS = {contract.COUNT, contract.MONEY, contract.RATE, contract.RATIO, contract.DAYS, contract.YEARS, contract.POINTS}
DIRECTIONS = {contract.UP, contract.DOWN, contract.NONE}
REFERENCES = {contract.TARGET, contract.PREVIOUS, contract.OTHER_CUSTOMERS}
# What a finding fills in its sentence, beside the thresholds.
TOLD = {"measure", "inline", "segment", "who", "value", "reference", "before", "money", "n"}
# Places of the definitions: the thresholds.
RULES = set(Words("en").rules)


@pytest.fixture(params=TOPICS, ids=lambda topic: topic.name)
def topic(request) -> Topic:
    return request.param


def figures(topic: Topic):
    return topic.figures_of(Thresholds())


def reasons(topic: Topic) -> list[Reason]:
    return [figure.reason for figure in figures(topic) if isinstance(figure.reason, Reason)]


def values(topic: Topic):
    return [value for each in topic.classes for value in each.values]


def names_of_the_base() -> set[str]:
    """The columns that a customer has whatever the topics."""
    return {column.name for table in (TABLES["customers"], CUSTOMER_BASE) for column in table.columns}


# ---- names


@pytest.mark.parametrize(
    "declared",
    [
        lambda topic: [topic.name],
        lambda topic: [figure.name for figure in figures(topic)],
        lambda topic: [each.name for each in topic.classes],
        lambda topic: [rule.rule for rule in topic.findings],
        lambda topic: [each.name for each in topic.lists],
        lambda topic: [term.name for term in topic.terms],
        lambda topic: [(topic.name, section.name) for section in topic.sections],
        lambda topic: [(each.name, value.name) for each in topic.classes for value in each.values],
        # Two figures of one rank, or two lists of one severity in a report, would stand in no order.
        lambda topic: [figure.rank for figure in figures(topic) if figure.rank],
        lambda topic: [(topic.name if topic.apart else "", each.severity) for each in topic.lists],
        lambda topic: [(rule.quadrant, rule.severity) for rule in topic.findings if isinstance(rule, Stock)],
    ],
    ids=[
        "topics",
        "figures",
        "classes",
        "rules",
        "lists",
        "terms",
        "sections",
        "values",
        "ranks",
        "severities",
        "stocks",
    ],
)
def test_a_name_stands_once(declared):
    every = [name for topic in TOPICS for name in declared(topic)]
    assert not [name for name in every if every.count(name) > 1]
    assert every


def test_a_topic_is_the_folder_of_its_name_and_its_sections_stand_at_its_door(topic):
    module = sys.modules[f"portfolio.topics.{topic.name}"]
    assert module.TOPIC is topic
    exported = [getattr(module, name) for name in module.__all__]
    assert not [section.name for section in topic.sections if section not in exported]


def test_a_class_is_no_column_of_the_base(topic):
    assert not {each.name for each in topic.classes} & names_of_the_base()


# ---- words


def labels() -> Iterator[tuple[str, object]]:
    """Every name with a label, as often as it is given one."""
    yield from Vocabulary().labels.items()
    yield from ((term.name, term.label) for term in contract.TERMS)
    for topic in TOPICS:
        yield from ((each.name, each.label) for each in [*figures(topic), *topic.classes, *values(topic), *topic.terms])
        yield from ((reason.name, reason.label) for reason in reasons(topic))
        yield from ((each.name, each.title) for each in topic.lists)
        yield from ((column.name, column.label) for each in topic.lists for column in each.columns)


def meanings() -> Iterator[tuple[str, object]]:
    yield from ((term.name, term.means) for term in contract.TERMS)
    for topic in TOPICS:
        yield from ((each.name, each.means) for each in [*figures(topic), *topic.classes, *values(topic), *topic.terms])


def actions() -> Iterator[tuple[str, object]]:
    yield from ((value.name, value.do) for topic in TOPICS for value in values(topic))
    yield from ((each.name, each.do) for topic in TOPICS for each in topic.lists)


def directions() -> Iterator[tuple[str, object]]:
    yield from ((value.name, value.direction) for topic in TOPICS for value in values(topic))


@pytest.mark.parametrize("said", [labels, meanings, actions, directions])
def test_a_name_has_one_word(said):
    """Two topics that share a name, as a state and a segment, call it the same, or a page has one of the two."""
    found = defaultdict(set)
    for name, text in said():
        if text:
            found[name].add(str(text))
    assert not {name: texts for name, texts in found.items() if len(texts) > 1}
    assert found


def test_every_figure_says_what_it_is(topic):
    for figure in figures(topic):
        assert figure.unit in UNITS, figure.name
        assert figure.direction in DIRECTIONS, figure.name
        assert figure.group in (*contract.GROUPS, contract.FILE), figure.name
        assert figure.label, figure.name
        assert figure.means, figure.name
        assert callable(figure.reason) or figure.reason.label, figure.name


def test_everything_named_has_a_label(topic):
    assert topic.title.endswith("?")
    for each in [*topic.classes, *values(topic), *(column for one in topic.lists for column in one.columns)]:
        assert each.label, each.name
    # A term has a label of its own where no figure and no column has its name.
    known = {name for name, label in labels() if label}
    assert not [term.name for term in topic.terms if term.name not in known]
    assert {value.direction for value in values(topic)} <= DIRECTIONS


def test_every_value_of_a_class_has_its_colour(topic):
    assert not [value.name for value in values(topic) if not style.variable(value.name).startswith("var(--seg-")]


def test_every_list_says_why_and_what_to_do(topic):
    for each in topic.lists:
        assert each.title, each.name
        for text in (each.why, each.do):
            assert text.endswith("."), each.name


def test_what_a_section_defines_has_a_meaning(topic, topics):
    for section in topic.sections:
        assert not [name for name in section.define if not topics.vocabulary.meanings.get(name)], section.name


def texts(label: object) -> Iterable[str]:
    return [label.message] if isinstance(label, Phrase) else label if isinstance(label, tuple) else [label]


def messages(topic: Topic) -> Iterator[str]:
    """Every text of a topic, as it is marked for translation."""
    thresholds = Thresholds()
    yield topic.title
    for each in [*figures(topic), *topic.classes, *values(topic), *topic.terms]:
        yield from texts(each.label)
        yield from texts(each.means(thresholds) if callable(each.means) else each.means)
    for figure in figures(topic):
        yield from (figure.better, figure.worse)
    yield from (reason.label for reason in reasons(topic))
    for value in values(topic):
        yield from (value.do, value.who)
    for each in topic.lists:
        yield from (each.title, each.why, each.do, each.tells, *(column.label for column in each.columns))
    for rule in topic.findings:
        yield from (getattr(rule, "says", ""), getattr(rule, "first", ""), *getattr(rule, "over", ()))


@pytest.fixture(scope="module")
def catalogue_of_french() -> dict[str, object]:
    """Each message with its French, empty where it has none."""
    read = catalogue.read(catalogue.LOCALE / "fr" / "LC_MESSAGES" / "portfolio.po")
    return {form: message.string for message in read for form in texts(message.id)}


def test_every_text_has_its_french(topic, catalogue_of_french):
    """The same as in English only where the catalogue says so, as for RFM."""
    assert not [text for text in messages(topic) if text and not all(texts(catalogue_of_french.get(text, "")))]


def test_a_definition_is_not_in_english_in_french(topic):
    vocabulary = contract.Topics((topic,), Thresholds()).vocabulary
    english, words = Words("en", vocabulary=vocabulary), Words("fr", vocabulary=vocabulary)
    for name in vocabulary.meanings:
        assert english.definition(name).endswith("."), name
        assert words.definition(name) not in ("", english.definition(name)), name


def places(text: str) -> set[str]:
    return {name for _text, name, _format, _conversion in string.Formatter().parse(text) if name}


def test_the_places_of_a_text_can_be_filled(topic):
    """With the thresholds of the portfolio; in findings, with what they found too."""
    for rule in topic.findings:
        assert places(getattr(rule, "says", "")) <= TOLD | RULES, rule.rule
        assert places(getattr(rule, "first", "")) == set(), rule.rule
    meant = [text for name, text in meanings() if isinstance(text, str)]
    for text in [*meant, *(each.why for each in topic.lists)]:
        assert places(text) <= RULES, text
    for each in topic.lists:
        assert places(each.tells) <= {"orders", "silent", "interval", "basket", "revenue", "months"}, each.name
    assert not [value.name for value in values(topic) if value.who and places(value.who) - {"value"}]


# ---- what is declared holds on a book


@pytest.fixture(scope="module")
def book(walk):
    return walk.books["whole"][-1]


def test_every_figure_is_measured_and_nothing_else_is(topic, book):
    declared = [figure.name for figure in figures(topic)]
    found = topic.values(book) if topic.values else {}
    assert sorted(found) == sorted(declared)
    for name, (value, n) in found.items():
        assert math.isfinite(value), name
        assert n > 0, name


@pytest.mark.parametrize("kind", ["first", "empty", "one"])
def test_a_figure_without_a_value_has_its_reason(topic, walk, kind):
    book = walk.books[kind][-1]
    found = topic.values(book) if topic.values else {}
    assert set(found) <= {figure.name for figure in figures(topic)}
    for figure in figures(topic):
        value, _n = found.get(figure.name, (math.nan, 0))
        if math.isnan(value):
            reason = figure.reason(book) if callable(figure.reason) else figure.reason
            assert reason.label, figure.name
            assert book.topics.vocabulary.labels[reason.name] == reason.label, figure.name
        else:
            assert math.isfinite(value), figure.name


def test_the_money_of_a_figure_is_money(topic, walk):
    for books in walk.books.values():
        for figure in figures(topic):
            assert figure.money is None or figure.money(books[-1]) >= 0, figure.name


def test_what_casts_doubt_on_a_figure_can_be_told(topic, walk):
    for books in walk.books.values():
        for figure in figures(topic):
            assert figure.aside is None or figure.aside(books[-1]) >= 0, figure.name
            assert figure.doubt is None or figure.doubt(books[-1]) in (True, False), figure.name


def test_an_interval_holds_its_figure(topic, book):
    for figure in figures(topic):
        if figure.interval:
            low, high = figure.interval(book)
            assert low <= topic.values(book)[figure.name][0] <= high, figure.name


def test_the_history_is_of_figures_and_ends_with_the_book(topic, book):
    if topic.history:
        found = topic.history(book).set_index("period")
        assert found.index[-1] == book.period.name
        for name in found.columns:
            assert found[name].iloc[-1] == pytest.approx(value_of(book, name)[0], rel=1e-12), name


def test_a_class_is_a_partition(topic, walk):
    for kind, books in walk.books.items():
        book = books[-1]
        for each in topic.classes:
            if each.is_segment or each.values:
                counted = book.run(book.customers.group_by(value=book.customers[each.name]).agg(n=_.count()))
                assert set(counted["value"]) <= {value.name for value in each.values}, (kind, each.name)
                assert counted["n"].sum() == book.run(book.customers.count()), (kind, each.name)


def test_rules_bear_on_what_is_known(topic, topics, book):
    attributes = names_of_the_base() | set(topics.classes)
    for rule in topic.findings:
        if isinstance(rule, Gap):
            figure = topics.figures[rule.figure]
            assert rule.against in REFERENCES, rule.rule
            assert rule.least > 0, rule.rule
            assert set(rule.by) <= attributes, rule.rule
            assert bool(figure.money) == (figure.unit != contract.POINTS), rule.rule  # a point has no price
            assert figure.direction != contract.NONE, rule.rule
        else:
            assert rule.quadrant in contract.QUADRANTS, rule.rule
            assert rule.says.endswith("."), rule.rule
            assert rule.first.endswith("."), rule.rule
        if isinstance(rule, Stock):
            check_customers(rule.customers, topics, book)
        if isinstance(rule, Found):
            assert len(rule.over) == 2, rule.rule


def test_what_a_topic_finds_is_a_figure_or_has_a_word(topic, walk, topics):
    for books in walk.books.values():
        for rule in topic.findings if able(books[-1], topic) else ():
            if isinstance(rule, Found):
                for one in rule.numbers(books[-1], 0):
                    assert one.measure in topics.vocabulary.labels, rule.rule
                    assert one.unit in UNITS, rule.rule
                    assert one.compared_with in {"", *REFERENCES}, rule.rule
            elif isinstance(rule, Stock) and rule.evidence:
                measure, _value, unit = rule.evidence(books[-1])
                assert measure in topics.vocabulary.labels, rule.rule
                assert unit in UNITS, rule.rule


def test_lists_bear_on_what_is_known(topic, topics, walk):
    for books in walk.books.values():
        found = lists(books[-1], topic) if topic.lists else {}
        for each in topic.lists:
            check_customers(each.customers, topics, books[-1])
            if each.name in found:
                check_list(found[each.name], each)
    assert not topic.lists or set(lists(walk.books["whole"][-1], topic)) == {each.name for each in topic.lists}


def check_list(frame, each: ActionList) -> None:
    assert {column.name for column in frame.attrs["columns"]} <= set(frame.columns)
    assert {column.name for column in each.columns} <= set(frame.columns)
    assert frame[each.ranked_by or "recoverable"].dropna().is_monotonic_decreasing


def check_customers(customers, topics, book) -> None:
    """Classes and values that are declared, a class without values being a yes or no; or a table of customers."""
    if callable(customers):
        table = customers(book)
        assert table is None or set(book.customers.columns) <= set(table.columns)
        return
    for column, wanted in customers.items():
        declared = topics.classes[column]
        assert wanted
        if declared.values:
            assert set(wanted) <= {value.name for value in declared.values}, column
        else:
            assert book.customers.schema()[column].is_boolean(), column
            assert set(wanted) <= {True, False}, column


def test_needs_are_tables(topic):
    assert set(topic.needs) <= set(TABLES)
    assert "orders" in topic.needs


def test_a_figure_that_a_finding_sets_against_the_period_before_is_told_from_chance(topic):
    every = {figure.name: figure for each in TOPICS for figure in figures(each)}
    for rule in (rule for rule in topic.findings if isinstance(rule, Gap) and rule.against == contract.PREVIOUS):
        assert every[rule.figure].chance, rule.rule


def test_how_a_change_is_told_from_chance_is_known(topic):
    for figure in figures(topic):
        how = figure.chance
        assert isinstance(how, contract.Sums) or how in ("", *contract.CHANCES), figure.name
        assert how != contract.INTERVAL or figure.interval, figure.name
        assert how != contract.PROPORTION or figure.unit == contract.RATE, figure.name
        assert how != contract.COUNTS or figure.unit == contract.COUNT, figure.name


def test_a_stock_that_only_accumulates_has_no_good_direction():
    """Lost customers can only be more: never worse."""
    every = {figure.name: figure for each in TOPICS for figure in figures(each)}
    assert {every[name].direction for name in ("lifecycle_lost", "rfm_lost")} == {contract.NONE}


def test_what_customers_add_makes_the_figure(topic, book):
    for figure in figures(topic):
        if isinstance(figure.chance, contract.Sums):
            sums = [_summed(book, figure.chance, part) for part in ("tops", "unders")]
            made = math.prod(sums[0]) / math.prod(sums[1])
            assert topic.values(book)[figure.name][0] == pytest.approx(made, rel=1e-9), figure.name


def _summed(book, sums, part):
    table = book.customers
    added = [table[add] if isinstance(add, str) else add(table, book) for add in getattr(sums, part)]
    return [book.run(value.cast("float64").sum()) for value in added]
