"""Names of files for keys that may be anything: safe on every system, one for each key, the same on every day."""

from __future__ import annotations

import unicodedata
from hashlib import sha256

_SAFE = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._-@+")
_LONGEST = 60
_DIGEST = 12
# What Windows keeps for devices, whatever ending follows; and what a web server shows for a whole folder.
_KEPT = frozenset(
    ["con", "prn", "aux", "nul", "index", *(f"{device}{number}" for device in ("com", "lpt") for number in range(10))]
)


def file_name(key: str) -> str:
    """The name for a key, without an ending: the key itself where it is harmless, else what is left of it and a digest.

    Two keys never share a name where systems that ignore case look at it.
    """
    plain = unicodedata.normalize("NFKD", key).casefold()
    kept = "".join(sign if sign in _SAFE else "_" for sign in plain if not unicodedata.combining(sign))
    harmless = kept.strip("._-")[:_LONGEST].rstrip("._-")
    if harmless.partition(".")[0] in _KEPT or not harmless:
        harmless = f"student_{harmless}".rstrip("_")
    if harmless == key and not _made_up(harmless):
        return harmless
    digest = sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST]
    return f"{harmless}-{digest}"


def _made_up(name: str) -> bool:
    """Whether another's key may lead to it, so that nobody can be called so on purpose."""
    ending = name.rpartition("-")[2]
    return len(ending) == _DIGEST and set(ending) <= set("0123456789abcdef")
