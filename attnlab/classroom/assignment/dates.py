"""Moments as a person writes them: with a time zone, without one, or a day alone."""

from __future__ import annotations

from datetime import date, datetime, time

_END_OF_DAY = time(23, 59, 59)


def moment(written: object) -> datetime | None:
    """The moment that is meant, with its time zone; None where it is none.

    Without a time zone it is this machine's; a day alone means its last second.
    """
    if isinstance(written, datetime):
        named = written
    elif isinstance(written, date):
        named = datetime.combine(written, _END_OF_DAY)
    else:
        return None
    try:
        return named if named.tzinfo else named.astimezone()
    except (OverflowError, OSError, ValueError):
        return None


def typed_moment(text: str) -> datetime | None:
    """The moment that somebody typed, as '2026-11-30', '2026-11-30 18:00' or '2026-11-30T18:00+01:00'."""
    try:
        return moment(date.fromisoformat(text) if len(text) <= len("2026-11-30") else datetime.fromisoformat(text))
    except ValueError:
        return None


def has_zone(written: object) -> bool:
    """Whether it means the same moment on every machine."""
    return isinstance(written, datetime) and written.tzinfo is not None


def said(when: datetime) -> str:
    """The moment in words: 'Mon 30 Nov 2026 23:59 +01:00'."""
    day = f"{_DAYS[when.weekday()]} {when.day} {_MONTHS[when.month - 1]} {when.year:04}"
    return f"{day} {when:%H:%M} {when.isoformat()[-6:] if when.utcoffset() else 'UTC'}"


# Not the locale's: what is told is English whatever the machine speaks.
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
