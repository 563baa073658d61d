"""Seeds of the inputs a class is judged with: they come from the instructor's secret and cannot be guessed without."""

from __future__ import annotations

import hmac
from hashlib import sha256

SEEDS = 1 << 31


def seed_of(secret: str, exercise: str, student: str | None) -> int:
    """The seed of an exercise for one student, or with None the one for all.

    The same on every machine and in every year; below 2**31, as the judge's own.
    """
    # Lengths first: no student can be called so that the text of another's comes out.
    words = [word.encode("utf-8", "surrogatepass") for word in (exercise, *([] if student is None else [student]))]
    told = b"".join(b"%d:%b" % (len(word), word) for word in words)
    # Hashed first: HMAC fills a short key up with zeros, so one that ends in zeros would be another's.
    key = sha256(secret.encode("utf-8", "surrogatepass")).digest()
    drawn = hmac.digest(key, told, "sha256")
    return int.from_bytes(drawn[:8], "big") % SEEDS
