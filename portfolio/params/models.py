"""The models of a params file: every key, its type, its bounds and its default.

An unknown key is an error, and a key without a value counts as absent.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    Strict,
    ValidationInfo,
    field_validator,
    model_validator,
)

from portfolio.errors import N_, ParamsError, PortfolioError, nearest
from portfolio.params import checks
from portfolio.params.columns import TABLES
from portfolio.params.problems import located
from portfolio.params.yaml_lines import Document, KeyPath
from portfolio.secrets import shown_url

# In the reports folder, where the params name no other.
CACHE = ".cache"

# Text is what is written (2025 is "2025"); the others are what YAML takes it for, and nothing is guessed.
_written = BeforeValidator(lambda value: str(value) if isinstance(value, str) else value)
_read = BeforeValidator(lambda value: getattr(value, "value", value))
Text = Annotated[str, Strict(), Field(min_length=1), _written]
Whole = Annotated[int, Strict(), _read]
Number = Annotated[float, Strict(), Field(allow_inf_nan=False), _read]
Flag = Annotated[bool, Strict(), _read]
DateFormats = Annotated[str | tuple[str, ...], BeforeValidator(checks.one_or_several(checks.date_format))]
Periods = Annotated[str | tuple[str, ...], BeforeValidator(checks.one_or_several(checks.valid_period))]
FilterValue = Annotated[Any, BeforeValidator(checks.filter_value)]


def _cutoffs(values: tuple[float, ...]) -> tuple[float, ...]:
    if len(values) != 4 or list(values) != sorted(values):
        raise checks.refuse(
            N_("Four numbers are needed, each at least the one before it, not {given}."), given=checks.shown(values)
        )
    return values


Cutoffs = Annotated[tuple[Number, ...], AfterValidator(_cutoffs)]


def _horizons(values: tuple[int, ...]) -> tuple[int, ...]:
    if len(values) != 2 or not 0 < values[0] < values[1] <= 120:
        raise checks.refuse(
            N_("Two numbers of months are needed, from 1 to 120, the second more than the first, not {given}."),
            given=checks.shown(values),
        )
    return values


Horizons = Annotated[tuple[Whole, ...], AfterValidator(_horizons)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _empty_is_absent(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {key: item for key, item in value.items() if item is not None or key not in cls.model_fields}


class CsvOptions(_Model):
    """How a CSV file is written; what is not said is found from the file.

    ``delimiter`` is a character, ``tab`` or ``whitespace`` (one space or more); ``header`` gives the names of the
    columns of a file whose first line is data already.
    """

    delimiter: Annotated[Text, AfterValidator(checks.delimiter)] | None = None
    decimal: Annotated[Text, AfterValidator(checks.decimal_mark)] | None = None
    date: DateFormats | None = None
    encoding: Annotated[Text, AfterValidator(checks.known_encoding)] | None = None
    header: Annotated[tuple[Text, ...], Field(min_length=1)] | None = None


class Source(_Model):
    """Where a table is read, and how its columns are called there.

    Attributes
    ----------
    source
        A file or a glob, from the params file's folder, or a database's URL; variables are filled in.
    table, query
        What to read in a database.
    sheet
        What to read in an Excel file.
    columns
        Our name to the file's; a column that is not mapped is looked for under our name.
    filters
        The file's column to the value, or the values, of the rows to keep.
    date
        Format or formats of dates that are text.
    drop_duplicates
        Set exact duplicates aside.
    empty
        Texts that stand for nothing, in every column. Without it NULL, #N/A, - and the like do, of identifiers, dates
        and numbers.
    whole_number_ids
        Read the identifier 17850.0 as 17850.
    join_alike_ids
        Read the identifiers C000 and c000 as one. Neither is said to be in doubt, once this is given.
    one_row_per_customer
        The rows of the table customers repeat them, as order lines do: one row a customer is kept, each attribute
        being the value that most rows carry (of equal ones, the first in the alphabet).
    """

    source: Annotated[Text, AfterValidator(checks.found_source)]
    table: Text | None = None
    query: Text | None = Field(default=None, validate_default=True)
    sheet: Text | None = None
    columns: dict[str, Text] = Field(default_factory=dict)
    csv: CsvOptions = CsvOptions()
    filters: dict[str, FilterValue] = Field(default_factory=dict)
    date: DateFormats | None = None
    empty: tuple[Text, ...] | None = None
    drop_duplicates: Flag = False
    whole_number_ids: Flag = False
    join_alike_ids: Flag | None = None
    one_row_per_customer: Flag = False

    def __repr_args__(self):
        """Give what is shown of a source: an analyst may print it."""
        return [(name, shown_url(value) if name == "source" else value) for name, value in super().__repr_args__()]

    @field_validator("query")
    @classmethod
    def _one_thing_to_read(cls, query: str | None, info: ValidationInfo) -> str | None:
        if {"source", "table"} <= info.data.keys():
            table = info.data["table"]
            if table and query:
                raise checks.refuse(N_("Both table and query are given: keep one of the two."))
            if checks.is_url(info.data["source"]) and not (table or query):
                raise checks.refuse(N_("The source is a database: name the table to read, or write a query."))
        return query


class RfmCutoffs(_Model):
    """The cut-offs q1..q4 of each dimension, given rather than measured."""

    recency: Cutoffs
    frequency: Cutoffs
    monetary: Cutoffs


class SizeLimits(_Model):
    """The least money of a large and of a medium customer, given rather than measured."""

    large: Number
    medium: Number

    @field_validator("medium")
    @classmethod
    def _under_large(cls, medium: float, info: ValidationInfo) -> float:
        if medium >= info.data.get("large", float("inf")):
            raise checks.refuse(
                N_("{given} is not less than large, {large}."), given=f"{medium:g}", large=f"{info.data['large']:g}"
            )
        return medium


class Cells(_Model):
    """The cells of the RFM grid that are a segment: scores of recency by scores of frequency."""

    r: tuple[Annotated[int, Strict(), _read, Field(ge=1, le=5)], ...]
    f: tuple[Annotated[int, Strict(), _read, Field(ge=1, le=5)], ...]


def _one_of(*allowed: str) -> AfterValidator:
    """Return the validation of a word among a few."""

    def validate(value: str) -> str:
        if value not in allowed:
            message = N_('"{given}" is not known here. Allowed: {allowed}.')
            raise checks.refuse(message, nearest(value, allowed), given=value, allowed=", ".join(allowed))
        return value

    return AfterValidator(validate)


class Thresholds(_Model):
    """Where a class starts and how much is enough; see DEFINITIONS."""

    inactive_after_days: Whole = Field(default=90, ge=1, le=36_500)
    lost_after_days: Whole = Field(default=365, ge=1, le=36_500, validate_default=True)
    at_risk_min_orders: Whole = Field(default=3, ge=2)
    at_risk_interval_factor: Number = Field(default=2.0, gt=0)
    loyal_periods: Whole = Field(default=3, ge=1)
    min_customers: Whole = Field(default=30, ge=1)
    set_aside_limit: Number = Field(default=0.35, ge=0, le=1)
    unreadable_limit: Number = Field(default=0.02, ge=0, le=1)
    orders_ahead_days: Whole = Field(default=0, ge=0, le=3650)
    trailing_months: Whole = Field(default=12, ge=1, le=1200)
    rfm_cutoffs: RfmCutoffs | None = None
    rfm_grid: dict[str, Cells] | None = None
    size_by: Annotated[Text, _one_of("revenue", "margin")] = "revenue"
    large_share: Number = Field(default=0.2, gt=0, lt=1)
    medium_share: Number = Field(default=0.3, gt=0, lt=1, validate_default=True)
    size_limits: SizeLimits | None = None
    opt_in: Annotated[Text, _one_of("persons", "everyone", "nobody")] = "persons"
    little_known_share: Number = Field(default=0.1, ge=0, le=1)
    lifespan_cap_years: Number = Field(default=10.0, gt=0)
    action_list_rows: Whole = Field(default=500, ge=1)
    finding_floor: Number = Field(default=0.001, ge=0, le=1)
    findings_per_quadrant: Whole = Field(default=5, ge=1)
    value_horizons_months: Horizons = (12, 36)
    yearly_discount_rate: Number = Field(default=0.10, ge=0, le=1)
    distinct_histories_limit: Whole = Field(default=60_000, ge=100)

    @field_validator("rfm_grid")
    @classmethod
    def _a_partition(cls, grid: dict[str, Cells] | None) -> dict[str, Cells] | None:
        cells: dict[tuple[int, int], str] = {}
        for name, scores in (grid or {}).items():
            for cell in ((r, f) for r in scores.r for f in scores.f):
                if cell in cells:
                    raise checks.refuse(
                        N_("The cell r {r}, f {f} is in {one} and in {other}: each of the 25 is in one segment."),
                        r=cell[0], f=cell[1], one=cells[cell], other=name,
                    )  # fmt: skip
                cells[cell] = name
        missing = [(r, f) for r in range(1, 6) for f in range(1, 6) if grid and (r, f) not in cells]
        if missing:
            r, f = missing[0]
            raise checks.refuse(N_("The cell r {r}, f {f} is in no segment: each of the 25 is in one."), r=r, f=f)
        return grid

    @field_validator("lost_after_days")
    @classmethod
    def _after_inactive(cls, days: int, info: ValidationInfo) -> int:
        inactive = info.data.get("inactive_after_days", 0)
        if days <= inactive:
            raise checks.refuse(
                N_("{given} is not more than inactive_after_days, {inactive}."), given=days, inactive=inactive
            )
        return days

    @field_validator("medium_share")
    @classmethod
    def _within_the_whole(cls, share: float, info: ValidationInfo) -> float:
        large = info.data.get("large_share", 0.0)
        if large + share > 1:
            raise checks.refuse(
                N_("{given} and large_share, {large}, are together more than 1."), given=share, large=large
            )
        return share


class _Switch(_Model):
    """What can be given as ``false``."""

    off: Annotated[Flag, Field(exclude_if=lambda off: not off)] = False

    @model_validator(mode="before")
    @classmethod
    def _false_is_off(cls, value: Any) -> Any:
        if getattr(value, "value", value) is False:
            return {"off": True}
        return value


class Rule(_Switch):
    """What changes of a rule of findings; or, with a figure, a rule of the portfolio's own. ``false`` is none.

    ``least`` is the least difference worth a word: points for rates, a share for the others.
    """

    figure: Text | None = None
    against: Annotated[Text, _one_of("target", "previous", "others")] | None = None
    least: Annotated[Number, Field(ge=0)] | None = None
    by: tuple[Text, ...] | None = None


class Listed(_Switch):
    """The words of a list, in place of ours. ``false`` is no such list."""

    title: Text | None = None
    why: Text | None = None


def _several(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else (value,)


class Lists(_Model):
    """What changes of the lists, by name, and where the workbooks that came back are: ``results``, a file or a glob, or
    several, from the params file's folder; none need be there yet."""

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, Listed]
    results: Annotated[tuple[Text, ...], BeforeValidator(_several)] = ()

    @property
    def named(self) -> dict[str, Listed]:
        """What changes of each list."""
        return self.__pydantic_extra__


class Kept(_Model):
    """Where clean tables and customer bases are kept between runs, and how many bytes of them."""

    folder: Text | None = None
    limit: Annotated[int, BeforeValidator(checks.size)] = 10_000_000_000

    def place(self, params_folder: Path, reports_dir: Path) -> Path:
        """Return the folder, absolute: as given beside the params file, else in the reports folder."""
        return (params_folder / self.folder).resolve() if self.folder else reports_dir.absolute() / CACHE


class Limits(_Model):
    """What a run may take.

    Attributes
    ----------
    job_minutes
        Of one report: past them it is given up, and the others go on.
    memory
        Of the engine, in all processes of a run together; without it each takes what the engine takes by itself.
    threads
        Of the engine, likewise; the processors of the machine by default.
    """

    job_minutes: Annotated[Number, Field(gt=0)] | None = None
    memory: Annotated[int, BeforeValidator(checks.memory)] | None = None
    threads: Annotated[Whole, Field(ge=1, le=1024)] | None = None


class Portfolio(_Model):
    """The portfolio that is reviewed: its sources, its words and its thresholds.

    Attributes
    ----------
    engine
        What works on the clean tables: ``duckdb`` on those it reads from ``tables``, ``spark`` or a database's URL on
        those that ``portfolio load`` wrote there; variables are filled in.
    scratch
        A schema of the engine's server, where a run may create tables; without it nothing is created there.
    """

    name: Text
    currency: Annotated[Text, AfterValidator(checks.known_currency)] = "EUR"
    languages: Annotated[tuple[Text, ...], AfterValidator(checks.known_languages)] = tuple(checks.LANGUAGES)
    engine: Annotated[Text, AfterValidator(checks.known_engine)] = checks.EMBEDDED
    scratch: Text | None = Field(default=None, validate_default=True)
    fiscal_year_start: Whole = Field(default=1, ge=1, le=12)
    ruler: Annotated[Text, AfterValidator(checks.single_period)] | None = None
    tables: dict[str, Source]
    thresholds: Thresholds = Thresholds()
    cache: Kept = Kept()
    limits: Limits = Limits()
    topics: tuple[Annotated[Text, AfterValidator(checks.found_file)], ...] = ()
    findings: dict[str, Rule] = Field(default_factory=dict)
    lists: Lists = Lists()
    holdout: Annotated[Number, Field(ge=0, lt=1)] = 0.0
    actions: dict[str, Text] = Field(default_factory=dict)
    expects: dict[str, Text] = Field(default_factory=dict)

    @field_validator("scratch")
    @classmethod
    def _of_a_server(cls, scratch: str | None, info: ValidationInfo) -> str | None:
        if scratch and info.data.get("engine") == checks.EMBEDDED:
            message = N_("A scratch schema is one of the engine's server, and duckdb has none: name an engine.")
            raise checks.refuse(message)
        return scratch

    def __repr_args__(self):
        """Give what is shown of a portfolio: an analyst may print it."""
        return [(name, shown_url(value) if name == "engine" else value) for name, value in super().__repr_args__()]

    @field_validator("expects")
    @classmethod
    def _of_a_table(cls, expects: dict[str, str], info: ValidationInfo) -> dict[str, str]:
        tables, problems = info.data.get("tables"), []
        for table, every in expects.items() if tables is not None else ():
            try:
                if table not in tables:
                    message = N_('"{given}" is not a table of this file. Allowed: {allowed}.')
                    raise checks.refuse(message, nearest(table, tables), given=table, allowed=", ".join(tables))
                checks.expected(table, every, tables[table].source)
            except checks.Invalid as invalid:
                problems += [((table, *path), problem) for path, problem in invalid.problems]
        if problems:
            raise checks.Invalid(problems)
        return expects

    @property
    def attributes(self) -> tuple[str, ...]:
        """Columns of the customer file that the params name, or that we know: attributes of customers."""
        customers = self.tables.get("customers")
        return (*TABLES["customers"].names, *(customers.columns if customers else ()))


class SegmentBy(_Model):
    """One report for each value of a dimension, or for each combination of several."""

    by: tuple[Text, ...]


def _segment(value: Any) -> Any:
    if value is None or isinstance(value, SegmentBy):
        return value
    if not isinstance(value, dict) or "by" not in value:
        return checks.segment_text(value)
    names = value["by"] if isinstance(value["by"], list | tuple) else [value["by"]]
    if len(value) > 1 or not names or not all(isinstance(name, str) and name for name in names):
        raise checks.refuse(
            N_('"{given}" is not a segment. Write {{by: region}} or {{by: [region, size]}}.'), given=checks.shown(value)
        )
    return SegmentBy(by=tuple(names))


class ReportRequest(_Model):
    """A notebook to run, for which periods and segments; any other key is a parameter of the notebook."""

    notebook: Annotated[Text, AfterValidator(checks.found_notebook)]
    period: Periods = "latest"
    segment: Annotated[str | SegmentBy | None, BeforeValidator(_segment)] = None
    parameters: dict[str, Text] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _others_are_parameters(cls, value: Any) -> Any:
        """Take the keys that every notebook does not have for parameters of this one: ``customer_id`` ..."""
        if not isinstance(value, dict) or isinstance(value.get("parameters"), dict):
            return value
        usual = ("notebook", "period", "segment")
        others = {key: item for key, item in value.items() if key not in usual}
        return {key: item for key, item in value.items() if key in usual} | {"parameters": others}


class Params(_Model):
    """A params file."""

    portfolio: Portfolio
    reports: tuple[ReportRequest, ...] = ()
    _path: Path = PrivateAttr(default=Path())
    _notebooks: Path = PrivateAttr(default=Path())
    _document: Document = PrivateAttr(default=Document(None, {}))

    @property
    def path(self) -> Path:
        """The file, absolute."""
        return self._path

    def line_of(self, path: KeyPath) -> int | None:
        """Return the line of a key, as ``("reports", 0, "period")``, or of the nearest key above it in the file."""
        return self._document.line_of(path)

    def located(self, path: KeyPath, problem: PortfolioError) -> ParamsError:
        """Return a problem met later with the file, the line and the key that it comes from."""
        return located(self._path, self.line_of(path), path, problem)

    @property
    def topic_files(self) -> list[Path]:
        """The files of the portfolio's own topics, absolute."""
        return [(self._path.parent / name).resolve() for name in self.portfolio.topics]

    def notebook_file(self, request: ReportRequest) -> Path:
        """Return the file of a request's notebook."""
        return checks.Place(self._path.parent, self._notebooks).notebook(request.notebook)
