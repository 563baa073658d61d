"""What Canvas hands an instructor: all files in one folder, named by who handed them in.

`<name>[_LATE]_<user>_<file id>_<file>`, and `anon_<letters>` for the user where grading is anonymous; of what was
typed on the page, `<name>_<user>_text.html`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from attnlab.classroom.intake.entries import Found
from attnlab.classroom.intake.layouts.bundles import Bundle, Sorted, by_top, others, student

LAYOUT = "Canvas download"
_PAGES = ("text.html", "link.html")


@dataclass(frozen=True, slots=True)
class _Name:
    who: str
    user: str
    late: bool
    number: int
    file: str


def canvas(found: Found) -> Sorted:
    """A student for each user's number."""
    tops = by_top(found)
    bundles: dict[str, Bundle] = {}
    explained = []
    for top, entries in tops.items():
        name = _parsed(top)
        if name is None or len(entries) != 1 or len(entries[0].parts) != 1:
            continue
        explained.append(top)
        known = {} if name.user.startswith("anon_") else {"canvas": name.user}
        new = Bundle(student(name.user, name.who, **known), [], entries[0].origin, late=False)
        bundle = bundles.setdefault(name.user, new)
        # Canvas numbers files as they come in.
        bundle.entries.append(replace(entries[0], parts=(_uncounted(name.file),), attempt=name.number))
        bundle.late = bundle.late or name.late
    share = len(explained) / len(tops) if tops else 0.0
    return Sorted(LAYOUT, list(bundles.values()), others(tops, explained, LAYOUT), share, by_id=True)


def _parsed(name: str) -> _Name | None:
    words = name.split("_")
    for at in range(1, len(words) - 1):
        user, file = words[at], "_".join(words[at + 2 :])
        anonymous = words[at - 1] == "anon" and user.isalnum()
        if not anonymous and not _is_number(user):
            continue
        if _is_number(words[at + 1]) and file:
            number = int(words[at + 1][:18])
        elif words[at + 1] in _PAGES and not file:
            number, file = 0, words[at + 1]
        else:
            continue
        before = words[: at - 1] if anonymous else words[:at]
        late = bool(before) and before[-1] == "LATE"
        who = "_".join(before[:-1] if late else before)
        if not who and not anonymous:
            continue
        return _Name(who, f"anon_{user}" if anonymous else user, late, number, file)
    return None


def _uncounted(file: str) -> str:
    """A file as the student called it, without the number that Canvas adds to what is handed in once more."""
    name, dot, ending = file.rpartition(".")
    base, dash, count = name.rpartition("-")
    return f"{base}.{ending}" if base and dash and dot and _is_number(count) else file


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()
