"""Secrets in the URLs of databases: where they stand, and texts without them.

postgres://me:S@host/db     postgres://host/db?password=S     jdbc:sqlserver://host;password=S     host=x password=S
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, unquote_plus

HIDDEN = "***"
# A key that ends so holds a secret: sslpassword, access_token, AccountKey.
_KEY = r"[\w.\-]*(?:password|passwd|passphrase|pwd|secret|token|key|credentials?)"
_VALUES = re.compile(
    rf"[?&]{_KEY}=(?P<query>[^&]*)|(?:^|[;\s]){_KEY}\s*=\s*(?P<pair>\{{[^}}]*\}}|'[^']*'|[^;\s]*)", re.IGNORECASE
)
_HEAD = re.compile(r"(?:jdbc:)?[a-z][\w+.\-]+:(?:/+|@)?", re.IGNORECASE)
_ORACLE = re.compile(r"jdbc:oracle:\w+:[^/\s]*/", re.IGNORECASE)
_USER = re.compile(r"[^:/\s\[]*:")
_PORT = re.compile(r"\d*(?:[/;?]|$)")
_QUERY = re.compile(r"\?(?=[\w.\-]+=)")
# The same within a text, where nothing says where a URL ends.
_IN_TEXT = [
    (re.compile(pattern, re.IGNORECASE), rf"\1{HIDDEN}")
    for pattern in (
        r"(\b[a-z][\w+.\-]+:/+[^\s:/?#'\"<>\[]*:)(?!\d*[/?][^\s@]*[?&][\w.\-]+=)[^\s'\"<>]*(?=@)",
        r"(\bjdbc:oracle:\w+:[^/\s]*/)[^\s'\"<>]*(?=@)",
        rf"([?&;]{_KEY}\s*=\s*)(?:\{{[^}}]*\}}|[^&;\s'\"<>]+)",
        r"(\b(?:password|passwd|pwd)\s*=\s*)(?:\{[^}]*\}|'[^']*'|\"[^\"]*\"|[^&;\s'\"<>]+)",
    )
]


def shown_url(url: str) -> str:
    """Return a URL without its secrets, for messages, ledgers and pages."""
    for start, end in sorted(_spans(url), reverse=True):
        url = url[:start] + HIDDEN + url[end:]
    return url


def sound_url(url: str) -> str:
    """Return a URL whose password is written so that any reader finds its end; what is written so already stays."""
    start, end = _password(url)
    written = re.sub(r"[^\w.~%\-]|%(?![0-9A-Fa-f]{2})", lambda found: quote(found[0], safe=""), url[start:end])
    return url[:start] + written + url[end:]


def without(text: str, url: str) -> str:
    """Return what a driver says of a URL, without the secrets of that URL."""
    given = {url[start:end] for start, end in _spans(url)}
    forms = {form for one in given for form in (one, unquote(one), unquote_plus(one), quote(one, safe=""))}
    for secret in sorted(forms, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return hidden(text)


def hidden(text: str) -> str:
    """Return a text without the secrets of the URLs in it."""
    if "=" in text or ":/" in text or "jdbc:" in text:
        for pattern, shown in _IN_TEXT:
            text = pattern.sub(shown, text)
    return text


def _spans(url: str) -> set[tuple[int, int]]:
    """Return where the secrets of a URL stand."""
    found = {*_values(url), _password(url)}
    return {(start, end) for start, end in found if start < end}


def _values(url: str) -> list[tuple[int, int]]:
    return [found.span("query" if found["query"] is not None else "pair") for found in _VALUES.finditer(url)]


def _password(url: str) -> tuple[int, int]:
    """Return where the password between user and host stands.

    It may hold any character, as one that a variable fills in does: it ends at the last @ before the query. What is
    neither followed by an @ nor a port is taken for one too.
    """
    masked = url
    for start, end in _values(url):
        masked = masked[:start] + "*" * (end - start) + masked[end:]
    if oracle := _ORACLE.match(masked):
        return oracle.end(), max(oracle.end(), masked.rfind("@"))
    head = _HEAD.match(masked)
    user = head and _USER.match(masked, head.end())
    if not user:
        return 0, 0
    begin = user.end()
    for query in [*(found.start() for found in _QUERY.finditer(masked, begin)), len(masked)]:
        if (at := masked.rfind("@", begin, query)) >= 0:
            return begin, at
        if _PORT.match(masked[begin:query]):
            return 0, 0
    return begin, len(masked)
