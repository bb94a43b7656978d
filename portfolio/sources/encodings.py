"""Which encoding a text file is in, and the file again in UTF-8, as a stream.

DuckDB refuses cp1252, which is what Excel writes in France, so whatever is not UTF-8 is transcoded first.
The whole file is decoded once before it is read, so that a wrong encoding is told by its line.
"""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from portfolio.errors import N_, DataError

CHUNK = 4 << 20
# What a file begins with that is named as text and is none.
OTHER_KINDS = {
    b"PK\x03\x04": N_("a workbook or an archive (zip)"),
    b"\xd0\xcf\x11\xe0": N_("a workbook of an older Excel, or one with a password"),
    b"PAR1": N_("Parquet"),
    b"BZh": N_("an archive (bzip2)"),
    b"\xfd7zXZ\0": N_("an archive (xz)"),
    b"\x28\xb5\x2f\xfd": N_("an archive (zstd)"),
    b"%PDF": N_("a PDF"),
    b"SQLite format 3\0": N_("a database (SQLite)"),
}
UTF8_PAIR = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")
GZIP_MAGIC = b"\x1f\x8b"
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # Before UTF-16, whose mark its own begins with.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
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
    if other := next((kind for magic, kind in OTHER_KINDS.items() if start.startswith(magic)), None):
        raise DataError(
            N_("{file}: whatever its name says, this is no text but {kind}. Give the file the ending of its kind, "
               "or export it as CSV."),
            file=path, kind=DataError(other),
        )  # fmt: skip
    marked = next((codec for mark, codec in MARKS if start.startswith(mark)), None)
    if given is not None:
        return _checked(path, given, marked)
    if marked:
        wanted = (marked,)
    elif start[:1000].count(b"\0") > len(start[:1000]) / 5:
        # Text without a mark has a zero byte only in UTF-16: on the odd places when the small end comes first; and in
        # UTF-32, where they come by threes.
        width, end = ("32", start[0:1] != b"\0") if b"\0\0\0" in start[:1000] else ("16", b"\0" in start[1:1000:2])
        wanted = (f"utf-{width}-{'le' if end else 'be'}",)
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
    codec = marked if name in ("utf-8", "utf-16", "utf-32") and marked and marked.startswith(name) else name
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


def mixed_lines(path: Path) -> tuple[int, int] | None:
    """Count the lines outside ASCII that are UTF-8, and those that are not; None where they are all of one kind."""
    utf8 = others = 0
    # In cp1252 two such signs hardly ever follow each other.
    if not any(UTF8_PAIR.search(chunk) for chunk in chunks(path)):
        return None
    for line in _lines(path):
        if not line.isascii():
            readable = _is_utf8(line)
            utf8, others = utf8 + readable, others + (not readable)
    return (utf8, others) if utf8 and others else None


def _lines(path: Path) -> Iterator[bytes]:
    """Yield the lines of a file with their ends, piece by piece: one that has no end is cut at the size of a piece."""
    rest = b""
    for chunk in chunks(path):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from (line + b"\n" for line in lines)
        if len(rest) > CHUNK:
            yield rest
            rest = b""
    if rest:
        yield rest


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def with_plain_line_ends(path: Path, target: Path) -> Path:
    """Write a file of UTF-8 again, each line ending in the same way, and return where."""
    with io.TextIOWrapper(open_bytes(path), encoding="utf-8", newline=None) as file, open(target, "wb") as out:
        while text := file.read(CHUNK):
            out.write(text.encode("utf-8"))
    return target


def to_utf8(path: Path, codec: str, target: Path, *, by_line: bool = False) -> Path:
    """Write the file again in UTF-8, piece by piece, and return where; ``by_line`` leaves lines that are UTF-8."""
    if by_line:
        with open(target, "wb") as out:
            out.writelines(line if _is_utf8(line) else line.decode(codec).encode("utf-8") for line in _lines(path))
        return target
    decoder = codecs.getincrementaldecoder(codec)("strict")
    with open(target, "wb") as out:
        for chunk in chunks(path):
            out.write(decoder.decode(chunk).encode("utf-8"))
        out.write(decoder.decode(b"", final=True).encode("utf-8"))
    return target
