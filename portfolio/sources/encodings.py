"""Which encoding a text file is in, and the file again in UTF-8, as a stream.

DuckDB refuses cp1252, which is what Excel writes in France, so whatever is not UTF-8 is transcoded first.
The whole file is decoded once before it is read, so that a wrong encoding is told by its line.
"""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from portfolio.errors import N_, DataError

CHUNK = 4 << 20
GZIP_MAGIC = b"\x1f\x8b"
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def is_gzip(path: Path) -> bool:
    """Say whether the file is compressed, from its first bytes: names lie."""
    with open(path, "rb") as file:
        return file.read(2) == GZIP_MAGIC


def open_bytes(path: Path) -> BinaryIO:
    """Open the file for its bytes, unpacked when it is compressed."""
    return gzip.open(path, "rb") if is_gzip(path) else open(path, "rb")


def chunks(path: Path) -> Iterator[bytes]:
    """Yield the file's bytes piece by piece, unpacked when it is compressed."""
    try:
        with open_bytes(path) as file:
            while chunk := file.read(CHUNK):
                yield chunk
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(
            N_("{file}: the compressed file is cut short or damaged ({why}). Copy it again."), file=path, why=error
        ) from error


def find_encoding(path: Path, given: str | None = None) -> str:
    """Return the codec that reads the whole file.

    Parameters
    ----------
    path
        A text file, compressed or not.
    given
        The encoding of the params, or None to find it: a byte-order mark, else UTF-8 if every byte is, else cp1252.

    Raises
    ------
    DataError
        If the file is not in the encoding given, with the line.
    """
    start = next(chunks(path), b"")
    marked = next((codec for mark, codec in MARKS if start.startswith(mark)), None)
    if given is not None:
        return _checked(path, given, marked)
    if marked:
        wanted = (marked,)
    elif b"\0" in start[:1000]:
        # Text without a mark has a zero byte only in UTF-16: on the odd places when the small end comes first.
        wanted = ("utf-16-le" if b"\0" in start[1:1000:2] else "utf-16-be",)
    else:
        wanted = ("utf-8", "cp1252")
    for codec in wanted:
        wrong = _first_wrong(path, codec)
        if wrong is None:
            return codec
    line, byte = wrong
    raise DataError(
        N_(
            "{file}, line {line}: the byte 0x{byte} is in no encoding tried ({tried}). "
            "Give the file's own as `csv: {{encoding: ...}}`."
        ),
        file=path,
        line=line,
        byte=byte,
        tried=", ".join(wanted),
    )


def _checked(path: Path, given: str, marked: str | None) -> str:
    try:
        name = codecs.lookup(given).name
    except LookupError as error:
        raise DataError(
            N_("{file}: there is no encoding named {given}. Use one such as utf-8, cp1252, latin-1 or utf-16."),
            file=path,
            given=given,
        ) from error
    codec = marked if name in ("utf-8", "utf-16") and marked and marked.startswith(name) else name
    wrong = _first_wrong(path, codec)
    if wrong is not None:
        line, byte = wrong
        raise DataError(
            N_(
                "{file}, line {line}: the byte 0x{byte} is not {given}. "
                "Set `csv: {{encoding: ...}}` to the file's own, or leave it out and it is found."
            ),
            file=path,
            line=line,
            byte=byte,
            given=given,
        )
    # Text outside ASCII that reads as UTF-8 is UTF-8: read as cp1252 each accent would come out as two letters.
    if marked is None and not name.startswith("utf") and not _is_ascii(path) and _first_wrong(path, "utf-8") is None:
        raise DataError(
            N_(
                "{file}: the file is in utf-8, and `csv: {{encoding: {given}}}` says otherwise. Leave the encoding out."
            ),
            file=path,
            given=given,
        )
    return codec


def _is_ascii(path: Path) -> bool:
    return all(chunk.isascii() for chunk in chunks(path))


def _first_wrong(path: Path, codec: str) -> tuple[int, str] | None:
    """Return the line and the byte of the first place that the codec cannot read, or None."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    lines = 1
    try:
        for chunk in chunks(path):
            lines += decoder.decode(chunk).count("\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return lines + error.object[: error.start].count(b"\n"), f"{error.object[error.start]:02x}"
    return None


def open_text(path: Path, codec: str) -> io.TextIOWrapper:
    """Open the file as text, line ends untouched."""
    return io.TextIOWrapper(open_bytes(path), encoding=codec, newline="")


def to_utf8(path: Path, codec: str, target: Path) -> Path:
    """Write the file again in UTF-8, piece by piece, and return where."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    with open(target, "wb") as out:
        for chunk in chunks(path):
            out.write(decoder.decode(chunk).encode("utf-8"))
        out.write(decoder.decode(b"", final=True).encode("utf-8"))
    return target
