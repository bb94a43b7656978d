"""The reports folder: writing into it whole, and never outside it.

Whoever may write in the folder may put links and files there. So no link is followed: folders are opened one after the
other from the reports folder down, a new file has a name that nobody foresees until it is renamed into its place, and a
name that leads out is refused. What is written may be read and written by whom the reports folder lets, whatever the
umask of the run.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# Elsewhere (Windows) each folder on the way is looked at before it is used.
BY_DESCRIPTOR = {os.open, os.mkdir, os.rename, os.unlink} <= os.supports_dir_fd
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
_BINARY = getattr(os, "O_BINARY", 0)
_UNFINISHED = ".tmp"


def sound(name: object) -> bool:
    """Whether a name is of a file below the folder: no root, no way up, nothing empty."""
    if not isinstance(name, str) or "\0" in name or (os.name == "nt" and any(sign in name for sign in "\\:")):
        return False
    return all(part not in ("", ".", "..") for part in name.split("/"))


class Folder:
    """A reports folder that exists. Names are relative to it, with ``/``; what fails is an ``OSError``.

    Parameters
    ----------
    path
        The folder; a link is followed here, and nowhere below.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        allowed = stat.S_IMODE(path.stat().st_mode)
        self._file_mode, self._folder_mode = 0o600 | allowed & 0o666, 0o700 | allowed & 0o2777

    @contextmanager
    def _at(self, name: str, make: bool = False) -> Iterator[tuple[int | None, str]]:
        """Give what a name is called by the functions of ``os``: a descriptor of its folder, and its last part."""
        if not sound(name):
            raise OSError(errno.EINVAL, "the name leads out of the folder", name)
        *parts, last = name.split("/")
        if not BY_DESCRIPTOR:
            yield None, str(self._looked_at(parts, make) / last)
            return
        opened = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            for part in parts:
                if make:
                    self._make(part, opened)
                below = os.open(part, os.O_RDONLY | os.O_DIRECTORY | _NOFOLLOW, dir_fd=opened)
                os.close(opened)
                opened = below
            yield opened, last
        finally:
            os.close(opened)

    def _make(self, part: str, above: int) -> None:
        with suppress(FileExistsError):
            os.mkdir(part, 0o700, dir_fd=above)
            with suppress(PermissionError):
                os.chmod(part, self._folder_mode, dir_fd=above)

    def _looked_at(self, parts: list[str], make: bool) -> Path:
        place = self.path
        for part in parts:
            place /= part
            if make:
                place.mkdir(exist_ok=True)
            if place.is_symlink() or place.resolve() != place.parent.resolve() / part:
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(place))
        return place

    def holds(self, name: str) -> bool:
        """Whether something stands there."""
        try:
            with self._at(name) as (above, last):
                os.stat(last, dir_fd=above, follow_symlinks=False)
        except (FileNotFoundError, NotADirectoryError):
            return False
        return True

    def names(self, name: str) -> list[str]:
        """Return what stands in a folder, in order; nothing where it is none."""
        if not self.holds(name):
            return []
        with self._at(f"{name}/x") as (opened, path):
            return sorted(os.listdir(Path(path).parent if opened is None else opened))

    def read(self, name: str) -> bytes:
        """Return the content of a plain file."""
        with self._at(name) as (above, last):
            opened = os.open(last, os.O_RDONLY | os.O_NONBLOCK | _NOFOLLOW | _BINARY, dir_fd=above)
            with os.fdopen(opened, "rb") as file:
                if not stat.S_ISREG(os.fstat(opened).st_mode):
                    raise OSError(errno.EINVAL, "it is no file", name)
                return file.read()

    def create(self, name: str, content: bytes) -> None:
        """Write a file that is not there yet, and see it on the disk."""
        with self._at(name, make=True) as (above, last):
            opened = os.open(last, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NOFOLLOW | _BINARY, 0o600, dir_fd=above)
            with os.fdopen(opened, "wb") as file:
                if hasattr(os, "fchmod"):
                    os.fchmod(opened, self._file_mode)
                file.write(content)
                file.flush()
                os.fsync(opened)

    def write(self, name: str, text: str) -> None:
        """Write a file so that a reader sees the old one or the new one, after a power cut too."""
        unfinished = f".{secrets.token_hex(16)}{_UNFINISHED}"
        try:
            self.create(unfinished, text.encode())
            self.move(unfinished, name)
        except BaseException:
            with suppress(OSError):
                self.remove(unfinished)
            raise
        self.sync(name)

    def move(self, name: str, to: str) -> None:
        """Move a file over whatever file or link stands there."""
        with self._at(name) as (above, last), self._at(to, make=True) as (there, new):
            os.replace(last, new, src_dir_fd=above, dst_dir_fd=there)

    def keep(self, name: str, to: str) -> None:
        """Give a plain file a second name, where the file system can, else a copy."""
        self.remove(to)
        with self._at(name) as (above, last), self._at(to, make=True) as (there, new):
            if not stat.S_ISREG(os.stat(last, dir_fd=above, follow_symlinks=False).st_mode):
                return
            with suppress(OSError, NotImplementedError):
                return os.link(last, new, src_dir_fd=above, dst_dir_fd=there, follow_symlinks=False)
        self.create(to, self.read(name))

    def remove(self, name: str) -> None:
        """Remove a file or a link, if it is there."""
        with suppress(FileNotFoundError), self._at(name) as (above, last):
            os.unlink(last, dir_fd=above)

    def clear(self, name: str) -> None:
        """Remove whatever stands there, with what it holds."""
        with suppress(FileNotFoundError), self._at(name) as (above, last):
            if stat.S_ISDIR(os.stat(last, dir_fd=above, follow_symlinks=False).st_mode):
                shutil.rmtree(last, dir_fd=above)
            else:
                os.unlink(last, dir_fd=above)

    def drop_empty(self, name: str) -> None:
        """Remove the folders that a name stands in, but for the reports folder, as far as they are empty."""
        parts = name.split("/")[:-1]
        with suppress(OSError):
            for number in range(len(parts), 0, -1):
                with self._at("/".join(parts[:number])) as (above, last):
                    os.rmdir(last, dir_fd=above)

    def sync(self, name: str) -> None:
        """See on the disk which names the folder of a name holds."""
        if BY_DESCRIPTOR:
            with suppress(FileNotFoundError), self._at(name) as (above, _last):
                os.fsync(above)

    def drop_unfinished(self) -> None:
        """Remove what a killed run was writing."""
        for path in self.path.glob(f".*{_UNFINISHED}"):
            if len(path.name) == 33 + len(_UNFINISHED):
                self.remove(path.name)
