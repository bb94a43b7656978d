"""What a value of the params file must be, beyond its type.

    value as written -> checked value, or Invalid with a sentence that says what is allowed

Files are looked for only when a file is read (``Place`` is then the validation's context): models made
in a program check everything else.
"""

from __future__ import annotations

import codecs
import glob
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from babel.numbers import list_currencies
from pydantic import ValidationInfo

from portfolio.errors import N_, ParamsError, PortfolioError, nearest
from portfolio.params.columns import TABLES
from portfolio.params.periods import check_period, parse_period
from portfolio.params.yaml_lines import KeyPath
from portfolio.secrets import hidden, shown_url

# Languages of reports and their locales; English as Europe writes it: 31 December 2025.
LANGUAGES = {"en": "en_GB", "fr": "fr_FR"}
# Engines that have a name; the others have a URL.
EMBEDDED, SPARK = "duckdb", "spark"
_URL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+://")
# How Java and libpq name a database.
_FOREIGN = re.compile(r"^jdbc:|^(?!\w[\w+.-]+://).*\b(?:password|pwd)\s*=", re.IGNORECASE)
_VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?P<default>:-[^}]*)?\}")
_CONDITIONS = re.compile(r'[^=,"]+=(?:[^,"]|"[^"]*")+(?:,[^=,"]+=(?:[^,"]|"[^"]*")+)*')
# Offered when an encoding is misspelt; any that Python knows is taken.
_ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1", "iso-8859-15", "mac-roman")
# Codecs of Python that no file is written in.
_NO_ENCODINGS = ("idna", "punycode", "unicode-escape", "raw-unicode-escape")
_DATE_HABITS = (("yyyy", "%Y"), ("aaaa", "%Y"), ("yy", "%y"), ("aa", "%y"), ("mm", "%m"), ("dd", "%d"), ("jj", "%d"))


@dataclass(frozen=True)
class Place:
    """Where names of files are looked for: the params file's folder and the project's notebooks."""

    folder: Path
    notebooks: Path

    def notebook(self, name: str) -> Path:
        """Return the file of a notebook given by its name, or by its path from the params file."""
        return self.folder / name if name.endswith(".ipynb") else self.notebooks / f"{name}.ipynb"


class Invalid(ValueError):
    """Why a value is refused; several reasons when it is a list, each with its place in it."""

    def __init__(self, problems: Iterable[tuple[KeyPath, PortfolioError]]) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(str(problem) for _path, problem in self.problems))


def refuse(message: str, near: str | None = None, at: KeyPath = (), **values: object) -> Invalid:
    """Return the refusal of a value, with the right name where one is near."""
    return Invalid([(at, with_nearest(ParamsError(message, **values), near))])


def with_nearest(problem: PortfolioError, near: str | None) -> PortfolioError:
    """Add the right name to a problem, where one is near."""
    return ParamsError(N_("{problem} Did you mean {nearest}?"), problem=problem, nearest=near) if near else problem


def is_url(source: str) -> bool:
    """Whether a source is a database and not a file."""
    return bool(_URL.match(source))


# The protocols of files elsewhere, which are no database.
ELSEWHERE = ("http", "https", "ftp", "ftps", "sftp", "s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "file")


def matching_files(source: str, folder: Path) -> list[Path]:
    """Return the files that a path or a glob stands for, in the order of their names."""
    if is_file(folder / source):
        return [folder / source]
    found = (folder / name for name in glob.glob(source, root_dir=folder, recursive=True))
    return sorted(path for path in found if path.is_file())


def is_file(path: Path) -> bool:
    """Whether there is a file; a name that no file can have, of 300 characters, is none."""
    try:
        return path.is_file()
    except OSError:
        return False


def known_currency(code: str) -> str:
    """Check that a code is a currency of ISO 4217."""
    if code not in list_currencies():
        raise refuse(
            N_('"{given}" is not a currency. Allowed: the three letters of ISO 4217, as EUR.'),
            nearest(code, list_currencies()),
            given=code,
        )
    return code


def known_engine(engine: str) -> str:
    """Fill in the environment's variables, and see that it is an engine."""
    engine = expanded(engine).strip()
    if engine not in (EMBEDDED, SPARK) and not is_url(engine):
        raise refuse(
            N_('"{given}" is no engine. Allowed: duckdb, spark, or the URL of a database, as postgres://user@host/db.'),
            nearest(engine, (EMBEDDED, SPARK)),
            given=shown_url(engine),
        )
    return engine


def server(url: str) -> str:
    """Return the engine, other than DuckDB, that a text names; errors are ``ParamsError``."""
    try:
        engine = known_engine(url)
    except Invalid as invalid:
        raise invalid.problems[0][1] from None
    if engine == EMBEDDED:
        raise ParamsError(N_("duckdb reads the sources themselves: name the database to load them into."))
    return engine


_SIZE = re.compile(r"(\d+(?:[.,]\d+)?)\s*([kmgt])?[bo]?", re.IGNORECASE)


def size(value: object) -> int:
    """Return a number of bytes: 500MB, 2 GB, 2 Go, or a whole number."""
    text = shown(value)
    found = _SIZE.fullmatch(text.strip())
    if not found:
        raise refuse(N_('"{given}" is not a size. Write 500MB, or 10GB.'), given=text)
    unit = "kmgt".index(found[2].lower()) + 1 if found[2] else 0
    return int(float(found[1].replace(",", ".")) * 1000**unit)


# What a source can be expected -> days and months between two arrivals.
EVERY = {
    N_("every day"): (1, 0),
    N_("every week"): (7, 0),
    N_("every month"): (0, 1),
    N_("every quarter"): (0, 3),
    N_("every half-year"): (0, 6),
    N_("every year"): (0, 12),
}
# What people write instead, adverbs and French among it.
_EVERY_HABITS = {
    "half-year": ("semester", "semestre", "half year", "six months", "6 months"),
    "quarter": ("trimestre", "trimester", "three months", "3 months"),
    "month": ("mois", "mensuel"),
    "week": ("semaine", "hebdomadaire"),
    "day": ("jour", "daily", "quotidien"),
    "year": ("an", "année", "annual", "annuel"),
}


def expected(table: str, text: object, source: str | None) -> str:
    """Check how often a source is expected, and that something tells when it came."""
    if text not in EVERY:
        word = str(text).lower().removeprefix("every ").removeprefix("tous les ").removeprefix("chaque ")
        habits = {habit: name for name, habits in _EVERY_HABITS.items() for habit in habits}
        names = habits | {every.removeprefix("every "): every.removeprefix("every ") for every in EVERY}
        near = nearest(word, names)
        raise refuse(
            N_('"{given}" does not say how often a source comes. Allowed: {allowed}.'),
            near and f"every {names[near]}",
            given=shown(text),
            allowed=", ".join(EVERY),
        )
    if TABLES[table].dated is None and source and is_url(source):
        raise refuse(
            N_(
                "Nothing says when the table {table} came: its rows are of no day and its source is a database. "
                "Take it out of expects."
            ),
            table=table,
        )
    return str(text)


LEAST_MEMORY, MOST_MEMORY = 100_000_000, 10**15


def memory(value: object) -> int:
    """Return a number of bytes that the engine can work in."""
    given = size(value)
    if given < LEAST_MEMORY:
        raise refuse(N_('"{given}" is too little memory: 100MB are needed at least.'), given=shown(value))
    if given > MOST_MEMORY:
        raise refuse(N_('"{given}" is more memory than any machine has: 1000TB is the most.'), given=shown(value))
    return given


def known_languages(languages: tuple[str, ...]) -> tuple[str, ...]:
    """Check that reports can be written in these languages."""
    if not languages:
        raise refuse(N_("No language is given. Allowed: {allowed}."), allowed=", ".join(LANGUAGES))
    unknown = [
        (
            (n,),
            ParamsError(
                N_('"{given}" is not a language of the reports. Allowed: {allowed}.'),
                given=name,
                allowed=", ".join(LANGUAGES),
            ),
        )
        for n, name in enumerate(languages)
        if name not in LANGUAGES
    ]
    if unknown:
        raise Invalid(unknown)
    return tuple(dict.fromkeys(languages))


def expanded(text: str) -> str:
    """Return a text with ``${NAME}`` and ``${NAME:-default}`` filled in from the environment."""
    unset = [m["name"] for m in _VARIABLE.finditer(text) if m["default"] is None and m["name"] not in os.environ]
    if unset:
        raise Invalid(
            (
                (),
                ParamsError(
                    N_("The environment variable {name} is not set: set it, or write ${{{name}:-default}}."), name=name
                ),
            )
            for name in unset
        )
    return _VARIABLE.sub(lambda m: os.environ.get(m["name"]) or (m["default"] or "")[2:], text)


def found_source(source: str, info: ValidationInfo) -> str:
    """Fill in the environment's variables, and see that a file is there."""
    source = expanded(source).strip()
    if not source:
        raise refuse(N_("The source is empty: name a file, a glob or the URL of a database."))
    if _FOREIGN.search(source):
        raise refuse(
            N_('"{given}" is written for other programs: give a database as postgres://user@host/database.'),
            given=shown_url(source),
        )
    scheme = source.partition("://")[0].lower()
    if is_url(source) and scheme in ELSEWHERE:
        raise refuse(
            N_('"{given}" is a file elsewhere, and nothing is fetched: copy it beside the params file and name it.'),
            given=shown_url(source),
        )
    if is_url(source) or info.context is None:
        return source
    path = info.context.folder / source
    if os.path.isdir(path):
        raise refuse(
            N_('"{given}" is a folder: name a file in it, or a glob, as {given}/*.csv.'), given=source.rstrip("/")
        )
    if not matching_files(source, info.context.folder):
        raise _no_file(source, path, glob.has_magic(source))
    return source


def _no_file(source: str, path: Path, is_glob: bool) -> Invalid:
    folder = Path(os.path.normpath(path.parent))
    if not os.path.isdir(folder) and not glob.has_magic(str(folder)):
        return refuse(N_('"{given}" is not there: the folder {folder} does not exist.'), given=source, folder=folder)
    if is_glob:
        return refuse(N_('No file matches "{given}" in {folder}.'), given=source, folder=folder)
    near = nearest(path.name, (file.name for file in folder.iterdir() if file.is_file()))
    near = near and source.removesuffix(path.name) + near
    return refuse(N_('"{given}" is not there: {folder} has no such file.'), near, given=source, folder=folder)


def found_notebook(name: str, info: ValidationInfo) -> str:
    """See that a notebook is there."""
    if info.context is None or is_file(info.context.notebook(name)):
        return name
    place: Place = info.context
    if name.endswith(".ipynb"):
        raise _no_file(name, place.folder / name, is_glob=False)
    names = sorted(file.stem for file in place.notebooks.glob("*.ipynb"))
    raise refuse(
        N_('There is no notebook "{given}". Allowed: {allowed}, or the path of an .ipynb file from the params file.'),
        nearest(name, names),
        given=name,
        allowed=", ".join(names) or "-",
    )


def found_file(name: str, info: ValidationInfo) -> str:
    """See that a file is there, from the params file's folder."""
    if info.context is None or is_file(info.context.folder / name):
        return name
    raise _no_file(name, info.context.folder / name, is_glob=False)


def known_encoding(name: str) -> str:
    """Check that an encoding has a codec, and that it is of text: rot13 and base64 are not."""
    try:
        if "a;1,5\n".encode(name).decode(name) != "a;1,5\n" or codecs.lookup(name).name in _NO_ENCODINGS:
            raise LookupError
    except (LookupError, UnicodeError):
        raise refuse(
            N_('"{given}" is not an encoding. Allowed: {allowed}, or another that Python knows.'),
            nearest(name, _ENCODINGS),
            given=name,
            allowed=", ".join(_ENCODINGS),
        ) from None
    return name


def delimiter(text: str) -> str:
    """Check that a text can part the columns of a CSV file."""
    sign = len(text) == 1 and not text.isalnum() and text not in '"\r\n\0'
    if not sign and text not in ("tab", "whitespace", "\\t"):
        raise refuse(
            N_(
                '"{given}" is not a delimiter. Allowed: one sign that is no letter, digit or quote, as ";", or the '
                "words tab and whitespace."
            ),
            given=shown(text),
        )
    return text


def decimal_mark(text: str) -> str:
    """Check that a text is a decimal mark."""
    if text not in (",", "."):
        raise refuse(N_('"{given}" is not a decimal mark. Allowed: "," and ".".'), given=text)
    return text


def date_format(text: str) -> None:
    """See that a format reads back the day it writes."""
    day = date(2025, 7, 31)
    try:
        if datetime.strptime(day.strftime(text), text).date() == day:
            return
    except ValueError:
        pass
    near = text.lower()
    for habit, code in _DATE_HABITS:
        near = near.replace(habit, code)
    near = near if "%" not in text and near.count("%") == 3 else None
    raise refuse(N_('"{given}" is not the format of a date. Write it as %d/%m/%Y or %Y-%m-%d.'), near, given=text)


def valid_period(text: str) -> None:
    """Check the syntax of a period."""
    try:
        check_period(text)
    except ParamsError as problem:
        raise Invalid([((), problem)]) from None


def single_period(text: str) -> str:
    """Check that a text names one period of the calendar."""
    try:
        parse_period(text)
    except ParamsError as problem:
        raise Invalid([((), problem)]) from None
    return str(text)


def one_or_several(check: Callable[[str], None]) -> Callable[[object], str | tuple[str, ...]]:
    """Return the validation of a text or a list of texts."""

    def validate(value: object) -> str | tuple[str, ...]:
        if isinstance(value, str):
            check(value)
            return str(value)
        if not isinstance(value, list | tuple) or not value or not all(isinstance(item, str) for item in value):
            raise refuse(N_('A text or a list of texts is needed, not "{given}".'), given=shown(value))
        problems = []
        for n, item in enumerate(value):
            try:
                check(item)
            except Invalid as invalid:
                problems += [((n, *path), problem) for path, problem in invalid.problems]
        if problems:
            raise Invalid(problems)
        return tuple(str(item) for item in value)

    return validate


def filter_value(value: object) -> object:
    """Return the value, or the tuple of values, that rows are kept for."""
    values = value if isinstance(value, list | tuple) else [value]
    if not values or not all(isinstance(item, str | int | float | bool) for item in values):
        raise refuse(N_('A value or a list of values is needed, not "{given}".'), given=shown(value))
    plain = tuple(getattr(item, "value", item) for item in values)
    return plain if isinstance(value, list | tuple) else plain[0]


def segment_text(value: object) -> str:
    """Return ``region=Bretagne,size=large`` for the text, or for ``{region: Bretagne, size: large}``."""
    if isinstance(value, dict) and value and all(isinstance(item, str) for item in value.values()):
        value = ",".join(f"{name}={_quoted(item)}" for name, item in value.items())
    if not isinstance(value, str) or not _CONDITIONS.fullmatch(value):
        raise refuse(
            N_(
                '"{given}" is not a segment. Write region=Bretagne,size=large; {{region: Bretagne}}; or {{by: region}}.'
            ),
            given=shown(value),
        )
    return str(value)


def _quoted(value: str) -> str:
    # A value with a comma stands between double quotes, which are doubled within, as in CSV.
    return '"' + value.replace('"', '""') + '"' if "," in value or '"' in value else str(value)


def shown(value: object) -> str:
    """Return a value as a person would write it in YAML, on one line and short."""
    if isinstance(value, dict):
        text = "{" + ", ".join(f"{key}: {shown(item)}" for key, item in value.items()) + "}"
    elif isinstance(value, list | tuple):
        text = "[" + ", ".join(shown(item) for item in value) + "]"
    else:
        text = "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    text = " ".join(hidden(text).split()) or repr(text)
    return text if len(text) <= 60 else text[:59] + "…"
