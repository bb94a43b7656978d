"""SQL that was compiled before: translating an expression often takes longer than answering it.

An expression is known again by what it is made of, names of tables included, whatever connection it belongs to. Two
that differ in anything are never taken for one another: at worst one is translated again.
"""

from __future__ import annotations

import hashlib
import io
import os
import pickle
from contextlib import suppress
from importlib.metadata import version
from typing import Any

import ibis
import platformdirs
import sqlglot.expressions as sge
from ibis.backends import BaseBackend
from ibis.backends.sql.compilers.duckdb import DuckDBCompiler
from ibis.expr.operations import InMemoryTable

from portfolio.base.cache import Cache

# What this process has translated, for whichever of its engines asks.
_known: dict[str, str] = {}
# Bytes of what is kept.
KEPT = 50_000_000
_TRANSLATORS = version("ibis-framework") + version("sqlglot")


def shelf() -> Cache | None:
    """Return where this user's processes keep what they have translated; None where others may write.

    It is run as it stands: whoever writes there could have us run anything, so it does not stand among the reports.
    """
    folder = platformdirs.user_cache_path("portfolio") / "sql"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if os.name == "posix":
            for each in (folder, folder.parent):
                told = each.stat()
                if told.st_uid != os.getuid() or told.st_mode & 0o022:
                    return None
    except OSError:
        return None
    return Cache(folder)


class _Pickler(pickle.Pickler):
    """Writes what an expression is made of; an engine is an engine, and rows given with it are refused."""

    def persistent_id(self, given: Any) -> str | None:
        if isinstance(given, InMemoryTable):
            raise pickle.PicklingError
        return "engine" if isinstance(given, BaseBackend) else None


def key_of(expression: ibis.Expr) -> str | None:
    """Return a text that only equal expressions have; None where one holds rows or functions of its own."""
    written = io.BytesIO()
    try:
        _Pickler(written, protocol=pickle.HIGHEST_PROTOCOL).dump((_TRANSLATORS, expression.op()))
    except (pickle.PicklingError, AttributeError, TypeError):
        return None
    return hashlib.sha256(written.getvalue()).hexdigest()[:32]


class Compiler(DuckDBCompiler):
    """Translates an expression once; with a cache, once for all processes that share it."""

    def __init__(self, cache: Cache | None = None) -> None:
        super().__init__()
        self.cache = cache

    def to_sqlglot(self, expr: ibis.Expr, *, limit: Any = None, params: Any = None) -> sge.Expression:
        key = key_of(expr) if limit is None and params is None else None
        if key is None:
            return super().to_sqlglot(expr, limit=limit, params=params)
        if key not in _known:
            _known[key] = self._text(key, expr)
        return sge.Var(this=_known[key])  # written out as it stands

    def _text(self, key: str, expr: ibis.Expr) -> str:
        name = f"{key}.sql"
        found = self.cache.find(name) if self.cache else None
        if found:
            with suppress(OSError):  # the folder may be deleted at any time
                return found.read_text(encoding="utf-8")
        text = super().to_sqlglot(expr).sql(self.dialect)
        if self.cache:
            self.cache.make(name, lambda path: path.write_text(text, encoding="utf-8"))
        return text
