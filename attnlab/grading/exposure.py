"""What a confined child may read: the interpreter and its libraries by name, nothing that holds an answer."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

_SYSTEM_FOLDERS = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib")
_SYSTEM_FILES = (
    "/dev/null", "/dev/zero", "/dev/urandom", "/dev/random", "/proc/cpuinfo", "/proc/meminfo", "/etc/ld.so.cache",
    "/etc/localtime", "/sys/devices/system/cpu", "/usr/share/zoneinfo",
)  # fmt: skip
_PACKAGE = Path(__file__).resolve().parent.parent


def library_path() -> list[str]:
    """The judge's own import path, made absolute, without the folder it happened to be started in."""
    here = Path.cwd().resolve()
    entries = [Path(entry).resolve() for entry in sys.path if entry]
    return [str(entry) for entry in dict.fromkeys(entries) if entry != here or (entry / "attnlab") == _PACKAGE]


def readable_paths(withheld: Iterable[Path]) -> tuple[str, ...]:
    """What Python, numpy and torch read at run time, and nothing that is or contains a withheld path.

    A folder above a withheld path is replaced by its children, level by level, without the withheld.
    The whole of attnlab is withheld as well: a worker has imported all it needs before it confines itself,
    and its package holds the course.
    """
    hidden = {path.resolve() for path in withheld} | {_PACKAGE}
    installed = {Path(sys.prefix).resolve(), Path(sys.base_prefix).resolve()}
    wanted = {Path(entry) for entry in library_path()}
    wanted |= {Path(os.__file__).resolve().parent, *(Path(folder).resolve() for folder in _SYSTEM_FOLDERS)}
    granted: set[Path] = set()
    for path in wanted:
        # An environment may lie in the checkout. Whatever else is imported from there is nobody's business.
        ours = any(secret in path.parents for secret in hidden) and not any(root in path.parents for root in installed)
        if not ours and not (path / ".git").exists():
            granted |= _without(path, hidden)
    granted |= {Path(name) for name in _SYSTEM_FILES}
    return tuple(sorted(str(path) for path in granted if path.exists()))


def hidden_folders(withheld: Iterable[Path], needed: Iterable[str]) -> tuple[str, ...]:
    """The folders of what is withheld, attnlab's own included, that hold nothing needed: not to be seen at all."""
    kept = {Path(path).resolve() for path in needed}
    hidden: set[Path] = set()
    waiting = [path.resolve() for path in (*withheld, _PACKAGE)]
    while waiting:
        folder = waiting.pop()
        if not folder.is_dir() or any(folder == path or path in folder.parents for path in kept):
            continue
        if any(folder in path.parents for path in kept):
            waiting += [child for child in folder.iterdir() if not child.is_symlink()]
        else:
            hidden.add(folder)
    return tuple(sorted(str(folder) for folder in hidden))


def _without(path: Path, hidden: set[Path]) -> set[Path]:
    if path in hidden:
        return set()
    if not any(path in secret.parents for secret in hidden):
        return {path}
    try:
        children = [child.resolve() for child in path.iterdir()]
    except OSError:
        return set()
    granted: set[Path] = set()
    for child in children:
        # A link that leads upwards would grant the very folder that is being taken apart.
        if path in child.parents:
            granted |= _without(child, hidden)
    return granted
