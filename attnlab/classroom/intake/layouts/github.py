"""GitHub Classroom's clones: a repository for each student, called `<assignment>-<user>`."""

from __future__ import annotations

from attnlab.classroom.intake.entries import Found
from attnlab.classroom.intake.layouts.bundles import Bundle, Sorted, by_top, inside, is_folder, others, student
from attnlab.classroom.intake.names import printable

LAYOUT = "folder of GitHub Classroom repositories"
_ALL = "-submissions"


def github(found: Found, name: str) -> Sorted:
    """A student for each repository.

    Args:
        name: of the folder they lie in, which the assignment's name begins where they were cloned together.
    """
    tops = by_top(found)
    repositories = [top for top in tops if (top,) in found.repositories and is_folder(tops[top])]
    if name.endswith(_ALL):
        prefix = name.removesuffix(_ALL) + "-"
    elif len(repositories) > 1:
        shared = _beginning(min(repositories), max(repositories))
        prefix = shared[: shared.rfind("-") + 1]
    else:
        prefix = ""
    if not prefix:
        return Sorted(LAYOUT, [], share=0.0)
    explained = [top for top, files in tops.items() if top.startswith(prefix) and top != prefix and is_folder(files)]
    bundles = []
    for top in explained:
        user = top.removeprefix(prefix)
        bundles.append(Bundle(student(user, github=user), inside(tops[top]), printable(top)))
    return Sorted(LAYOUT, bundles, others(tops, explained, LAYOUT), len(explained) / len(tops) if tops else 0.0)


def _beginning(first: str, last: str) -> str:
    """What two names begin with, and all names that lie between them in order."""
    for at, (one, other) in enumerate(zip(first, last, strict=False)):
        if one != other:
            return first[:at]
    return min(first, last, key=len)
