"""What a topic declares, once: figures, sections, classes, findings, lists, each with its words.

Declarations are frozen and do nothing by themselves. What looks across topics (``review``) walks them, so that a topic
is one folder and nothing else names it. Texts are English, marked with ``N_``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from portfolio.errors import N_, NN_, ParamsError, nearest
from portfolio.params.columns import Column
from portfolio.show.section import Section
from portfolio.show.vocabulary import Label, Meaning, Vocabulary
from portfolio.topics.chance import Sums

__all__ = [
    "ActionList", "Class", "ClassValue", "Figure", "Found", "Gap", "Group", "Reason", "Section", "Stock", "Sums",
    "Term", "Topic", "Topics",
]  # fmt: skip

# Units of figures.
COUNT, MONEY, RATE, RATIO, DAYS, YEARS, POINTS = "count", "money", "rate", "ratio", "days", "years", "points"
# Gaps of these units are differences; those of the others are shares of the reference.
IN_POINTS = (RATE, POINTS)
# How a change is told from chance (``topics.chance``), beside ``Sums``: two counts, each customer counted once; two
# proportions of what ``n`` counts; two figures with their intervals. A figure without any is not judged.
CHANCES = COUNTS, PROPORTION, INTERVAL = "counts", "proportion", "interval"
# The direction that is good.
UP, DOWN, NONE = "up", "down", "none"
# What a finding compares with; of a segment, the others are the customers who are not in it.
TARGET, PREVIOUS, OTHER_CUSTOMERS = "target", "previous", "others"
# Quadrants of the SWOT.
STRENGTH, WEAKNESS, OPPORTUNITY, THREAT = "strength", "weakness", "opportunity", "threat"
QUADRANTS = {
    STRENGTH: NN_("Strength", "Strengths"),
    WEAKNESS: NN_("Weakness", "Weaknesses"),
    OPPORTUNITY: NN_("Opportunity", "Opportunities"),
    THREAT: NN_("Threat", "Threats"),
}


# What evidence counts, where a rule does not say.
CUSTOMERS = NN_("{n} customer", "{n} customers")


class Group(NamedTuple):
    """Where a figure stands in the table of all figures; the groups that few read are folded."""

    title: str
    folded: bool = False


ACTIVITY = Group(N_("Activity"))
MOVEMENT = Group(N_("Movement of customers"))
CONCENTRATION = Group(N_("Concentration"))
VALUE = Group(N_("Value of a customer"))
VOICE = Group(N_("What customers say"))
STATES = Group(N_("Customers by state"), folded=True)
SEGMENTS = Group(N_("Customers by RFM segment"), folded=True)
SIZES = Group(N_("Customers by size"), folded=True)
PREDICTION = Group(N_("What customers will bring"))
COUNTED = Group(N_("Customers and lines counted"), folded=True)
OTHERS = Group(N_("Other figures"), folded=True)
GROUPS = (
    ACTIVITY, MOVEMENT, CONCENTRATION, VALUE, PREDICTION, VOICE, STATES, SEGMENTS, SIZES, COUNTED, OTHERS,
)  # fmt: skip
# Counts of the file, which are the same whatever the period: in metrics.json, and in no table of periods.
FILE = Group("")


class Reason(NamedTuple):
    """Why a figure has no value: its name in metrics.json, and in words."""

    name: str
    label: str


NO_ORDER = Reason("no_order", N_("No orders in the period"))
NO_PREVIOUS = Reason("no_previous_period", N_("No earlier period to compare with"))
NO_COST = Reason("no_cost", N_("Not measured: the orders have neither cost nor margin"))
SHORT_HISTORY = Reason("short_history", N_("Not measured: the orders do not go back far enough"))


@dataclass(frozen=True)
class Figure:
    """A figure that leaves a report: in metrics.json, the headline, the comparison, the targets, the gallery.

    Attributes
    ----------
    name
        In metrics.json: a promise.
    unit, direction
        What it is counted in, and which way is good.
    label, means
        Its name and its definition.
    group
        Where it stands among all figures.
    rank
        Its place among those that most read, the first being 1; 0 is none.
    reason
        Why it may have no value; or a function of the book that says it.
    money
        ``money(book)``: the money of one unit of it, for findings; None where a gap has no price.
    better, worse
        What to do first where it stands better, or worse, than it should.
    over
        What its ``n`` counts: customers, orders, answers ...
    aside
        ``aside(book)``: money set aside that would change it, were it not; told where it is larger than a gap.
    doubt
        ``doubt(book)``: whether the history is too short to judge it; then it makes no finding and meets no target.
    interval
        ``interval(book)``: between what and what chance alone could move it (95 %); None where that is not told.
    chance
        How a change of it is told from chance: ``COUNTS``, ``PROPORTION``, ``INTERVAL`` or ``Sums``; a change is called
        better or worse only then. A stock that only accumulates has no direction.
    differs
        ``differs(book, others)``: how likely chance alone makes as large a difference between two books that share no
        customer (a p-value); None where that is not told.
    in_margin
        Whether its money is margin already, and not revenue.
    """

    name: str
    unit: str
    direction: str
    label: Label
    means: Meaning = ""
    group: Group = OTHERS
    rank: int = 0
    reason: Reason | Callable[[Any], Reason] = NO_ORDER
    money: Callable[[Any], float] | None = None
    better: str = ""
    worse: str = ""
    over: str = "customers"
    aside: Callable[[Any], float] | None = None
    doubt: Callable[[Any], bool] | None = None
    interval: Callable[[Any], tuple[float, float]] | None = None
    chance: str | Sums = ""
    differs: Callable[[Any, Any], float] | None = None
    in_margin: bool = False


@dataclass(frozen=True)
class Term:
    """A word of a topic that is neither a figure nor a class, with its meaning."""

    name: str
    label: Label = ""
    means: Meaning = ""


@dataclass(frozen=True)
class ClassValue:
    """A value of a class: its name, its label, what it means, what to do with its customers, what they are called as
    the subject of a sentence, and which way is good for their number."""

    name: str
    label: str
    means: Meaning = ""
    do: str = ""
    who: str = ""
    direction: str = NONE


@dataclass(frozen=True)
class Class:
    """A column of the customer base that places each customer: a segment, a criterion, a list.

    Attributes
    ----------
    name
        Of the column.
    column
        ``column(customers, book)``: the column as an Ibis value; the classes declared before it are there.
    label, means
        Its name and its definition.
    values
        Every value it can take. A class is a partition: each customer falls in one.
    is_segment
        Whether its values can be segments.
    in_lists
        Whether the lists for sales people show it.
    """

    name: str
    column: Callable[..., Any]
    label: str = ""
    means: Meaning = ""
    values: tuple[ClassValue, ...] = ()
    is_segment: bool = True
    in_lists: bool = False


@dataclass(frozen=True)
class Gap:
    """A finding: a figure of the book, or of segments by attributes, set against its target, the period before, or the
    other customers.

    Better and not worsening is a strength, worse and not improving a weakness. ``least`` is the least difference worth
    a word: points for rates, a share of the reference for the others.
    """

    rule: str
    figure: str
    against: str
    least: float
    by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stock:
    """A finding: customers who share something, and their money. Each customer counts once a quadrant.

    Of a threat the expected money is (1 - the chance of still being a customer) x what is at stake, of an opportunity
    the chance x what is at stake.

    Attributes
    ----------
    rule, quadrant
        Its name, and where it stands.
    customers
        Class -> values, or ``customers(book)``: a table of them with the columns of the base, or None.
    severity
        The rule with the least severity that names a customer counts their money.
    says, first
        The sentence, and what to do first.
    money
        The revenue at stake with one customer: a column of that table, or ``money(customers)``; by default what they
        would bring over the next 12 months if still there.
    least
        Least value of the evidence from which it matters.
    evidence
        ``evidence(book)``: measure, value and unit, where the number of customers is not what is told.
    """

    rule: str
    quadrant: str
    customers: Mapping[str, tuple[Any, ...]] | Callable[[Any], Any]
    severity: int
    says: str
    first: str = ""
    money: str | Callable[..., Any] | None = None
    least: float = 0
    evidence: Callable[[Any], tuple[str, float, str]] | None = None


@dataclass(frozen=True)
class Found:
    """A finding that a measure makes by itself.

    ``numbers(book, least)`` gives rows of ``Evidence``; ``least`` is where it begins to matter; ``over`` is what the
    evidence counts, one and many, as a sentence's end.
    """

    rule: str
    quadrant: str
    numbers: Callable[..., list[Evidence]]
    least: float
    says: str
    first: str = ""
    over: tuple[str, str] = CUSTOMERS


class Evidence(NamedTuple):
    """What a ``Found`` gives: the measure, of which segment, its value and unit, what it is compared with, the margin
    that it makes in the period (NaN where there is none to tell), over how many; and, where it names customers, a table
    of them: ``customer_id``, and the ``money`` (revenue) to expect of each over the next 12 months. Then the money
    beside only ranks it."""

    measure: str
    segment: str
    value: float
    unit: str
    compared_with: str
    reference: float
    money: float
    n: int
    customers: Any = None


@dataclass(frozen=True)
class ActionList:
    """Customers to work from.

    Attributes
    ----------
    name, title, why, do
        Its name, and what it is called, why its customers stand in it, what to do with them.
    customers
        Class -> values, or ``customers(book)``: a table of them with the columns of the base, or None where it cannot
        be made.
    severity
        Its place among the lists, 1 being the first to work from: a customer's first action is that of the first list
        that holds them.
    tells
        Why, of one customer, with their own figures: ``{orders}``, ``{silent}``, ``{interval}``, ``{basket}``,
        ``{revenue}``, ``{months}``.
    money
        As of a ``Stock``: what is at stake. A list is ranked by what a call can change: p (1 - p) x that, p being the
        chance of still being a customer.
    ranked_by
        A column that ranks it in place of that.
    columns
        Those that the list has beside the usual ones.
    """

    name: str
    customers: Mapping[str, tuple[Any, ...]] | Callable[[Any], Any]
    title: str
    why: str
    do: str
    severity: int
    tells: str = ""
    money: str | Callable[..., Any] | None = None
    ranked_by: str = ""
    columns: tuple[Column, ...] = ()


@dataclass(frozen=True)
class Topic:
    """A topic of the portfolio.

    Attributes
    ----------
    name, title
        Its folder, and its question.
    needs
        Tables without which it has nothing to say.
    figures
        Figures, or a function of the thresholds that gives them where their names depend on those.
    values
        ``values(book)``: name of a figure -> (value, n), n being what it is counted over; NaN where there is none.
    totals
        ``totals(customers)``: name -> sum over the customers of a book, for ``book.totals``.
    ruler
        ``ruler(facts, thresholds, run)``: the cut-offs that its classes are measured with.
    sections, classes, findings, lists, terms
        What it shows and names.
    outlook
        ``outlook(book)``: what is to be expected of each customer, for the money of findings and lists:
        ``customer_id``, ``chance`` of still being a customer, ``worth`` (margin over the next 12 months if they are),
        ``rate`` of margin; None where nothing can be expected.
    history
        ``history(book)``: figures of the last periods, a row each with its ``period``, in one scan.
    lead, lead_over
        Sentences that open a report: ``lead(metrics, words=words)`` of one period, ``lead_over(history, words=words)``
        of several.
    apart
        Whether a notebook of its own publishes its figures and lists, and not the review.
    """

    name: str
    title: str
    needs: tuple[str, ...] = ("orders",)
    figures: tuple[Figure, ...] | Callable[..., tuple[Figure, ...]] = ()
    values: Callable[[Any], dict[str, tuple[float, float]]] | None = None
    totals: Callable[..., dict[str, Any]] | None = None
    ruler: Callable[..., Any] | None = None
    sections: tuple[Section, ...] = ()
    classes: tuple[Class, ...] = ()
    findings: tuple[Gap | Stock | Found, ...] = ()
    lists: tuple[ActionList, ...] = ()
    terms: tuple[Term, ...] = ()
    outlook: Callable[[Any], Any] | None = None
    history: Callable[[Any], Any] | None = None
    lead: Callable[..., str] | None = None
    lead_over: Callable[..., str] | None = None
    apart: bool = False

    def figures_of(self, thresholds: Any) -> tuple[Figure, ...]:
        """Return the figures under the thresholds of a portfolio."""
        return self.figures(thresholds) if callable(self.figures) else self.figures


# Words of the contract itself, that every finding and list needs.
TERMS = (
    Term("customers", N_("Customers"), N_("Every customer known at the last day of the period.")),
    Term("why", N_("Why")),
    Term("exposed", N_("Exposed"), N_("Revenue of the last {months} months of the customers concerned.")),
    Term(
        "expected", N_("Expected loss or gain"),
        N_("The chance × the margin, or × the revenue where no cost is known, over the next 12 months. Each customer "
           "counts once among the findings of a kind, in the most severe."),
    ),
    Term(
        "recoverable", N_("Recoverable"),
        N_("What a call can change: p (1 − p) × what is at stake, p being the chance of still being a customer. It is "
           "small for those surely gone and for those surely there."),
    ),
    Term("all", N_("Whole portfolio")),
)  # fmt: skip


@dataclass(frozen=True)
class Topics:
    """Topics in the order of the story, and what they declare together under the thresholds of a portfolio."""

    topics: tuple[Topic, ...]
    thresholds: Any = field(default=None, compare=False)

    def __iter__(self) -> Iterator[Topic]:
        return iter(self.topics)

    def __len__(self) -> int:
        return len(self.topics)

    def __getitem__(self, place: int) -> Topic:
        return self.topics[place]

    @cached_property
    def figures(self) -> dict[str, Figure]:
        """Every figure by name, in the order of the story."""
        return {figure.name: figure for topic in self.topics for figure in topic.figures_of(self.thresholds)}

    def topic_of(self, figure: str) -> Topic:
        """Return the topic that declares a figure."""
        return self._owners[figure]

    def section(self, name: str) -> Section:
        """Return a section by ``topic.section``: of a company's own topics, which no module holds.

        Raises
        ------
        ParamsError
            There is none.
        """
        known = {f"{topic.name}.{section.name}": section for topic in self.topics for section in topic.sections}
        if name not in known:
            problem = N_('There is no section "{given}". Nearest: {nearest}.')
            raise ParamsError(problem, given=name, nearest=nearest(name, known) or "-")
        return known[name]

    @cached_property
    def _owners(self) -> dict[str, Topic]:
        return {figure.name: topic for topic in self.topics for figure in topic.figures_of(self.thresholds)}

    @cached_property
    def classes(self) -> dict[str, Class]:
        """Every class by name."""
        return {each.name: each for topic in self.topics for each in topic.classes}

    @cached_property
    def rules(self) -> dict[str, Gap | Stock | Found]:
        """Every rule of findings by name."""
        return {rule.rule: rule for topic in self.topics for rule in topic.findings}

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words of all topics."""
        found = (
            Vocabulary()
            | Vocabulary(labels={name: one for name, (one, _many) in QUADRANTS.items()})
            | _words(TERMS, (), (), ())
        )
        for topic in self.topics:
            found |= _words(topic.terms, topic.figures_of(self.thresholds), topic.classes, topic.lists)
        return found


def _words(terms, figures, classes, lists) -> Vocabulary:
    values = [value for each in classes for value in each.values]
    reasons = [figure.reason for figure in figures if isinstance(figure.reason, Reason)]
    named = [*values, *(each for each in classes if each.label), *terms, *figures]
    return Vocabulary(
        {
            **{reason.name: reason.label for reason in (NO_ORDER, NO_PREVIOUS, NO_COST, SHORT_HISTORY, *reasons)},
            **{each.name: each.label for each in named if each.label},
            **{each.name: each.title for each in lists},
            **{column.name: column.label for each in lists for column in each.columns},
        },
        {each.name: each.means for each in named if each.means},
        {
            **{value.name: value.do for value in values if value.do},
            **{each.name: each.do for each in lists},
        },
        {each.name: each.why for each in lists},
        {each.name: each.tells for each in lists if each.tells},
        {f"{each.name}={value.name}": value.who for each in classes for value in each.values if value.who},
        {value.name: value.direction for value in values},
        frozenset(each.name for each in classes),
    )
