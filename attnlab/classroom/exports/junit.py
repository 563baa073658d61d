"""Grades as JUnit XML: a test suite for each student, a test case for each check."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from attnlab.classroom.scoring import MISSING, NOT_ATTEMPTED, NOT_GRADED
from attnlab.grading.verdicts import Verdict

if TYPE_CHECKING:
    from attnlab.classroom.exports.heading import Heading
    from attnlab.classroom.scoring import CheckGrade, Grade, StudentGrades

_WHOLE = {
    MISSING: "nothing was handed in",
    NOT_ATTEMPTED: "the gap of the starter is still open",
    NOT_GRADED: "it has not been graded",
}


def junit(heading: Heading, students: Iterable[StudentGrades]) -> Iterator[str]:
    """One XML document; a check passes, fails, is skipped where it was not reached, or errs where it was not judged."""
    top = ElementTree.tostring(Element("testsuites", name=allowed(heading.title)), encoding="unicode")
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n{top.removesuffix("/>").rstrip()}>\n'
    for one in students:
        suite = _suite(one)
        ElementTree.indent(suite)
        yield ElementTree.tostring(suite, encoding="unicode") + "\n"
    yield "</testsuites>\n"


def allowed(text: str) -> str:
    """The text without the characters that XML forbids."""
    return "".join(character for character in text if _may_stand(ord(character)))


def _may_stand(code: int) -> bool:
    return code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000


def _suite(one: StudentGrades) -> Element:
    cases = [case for grade in one.grades for case in _cases(grade)]
    counts = {
        kind: str(sum(case.find(tag) is not None for case in cases))
        for kind, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped"))
    }
    seconds = sum(grade.seconds for grade in one.grades)
    about = {"name": allowed(one.student.key), "tests": str(len(cases)), **counts, "time": f"{seconds:.3f}"}
    suite = Element("testsuite", about)
    properties = SubElement(suite, "properties")
    told = {"name": one.student.name, "points": f"{one.points:g}", "max_points": f"{one.max_points:g}"}
    for name, value in told.items():
        SubElement(properties, "property", name=name, value=allowed(value))
    suite.extend(cases)
    return suite


def _cases(grade: Grade) -> Iterator[Element]:
    whole = _WHOLE.get(grade.verdict)
    if whole and not grade.checks:
        case = _case(grade, grade.title, 0.0)
        tag = "error" if grade.verdict == NOT_GRADED else "failure"
        SubElement(case, tag, message=whole, type=grade.verdict)
        yield case
    for place, check in enumerate(grade.checks):
        # Only the time of all checks together is known; it stands once, so that it adds up.
        case = _case(grade, check.sentence, grade.seconds if place == 0 else 0.0)
        # An element without children counts as false.
        if (ended := _ended(grade, check)) is not None:
            case.append(ended)
        yield case


def _case(grade: Grade, name: str, seconds: float) -> Element:
    return Element("testcase", classname=allowed(grade.exercise), name=allowed(name), time=f"{seconds:.3f}")


def _ended(grade: Grade, check: CheckGrade) -> Element | None:
    problem = check.failure.problem if check.failure else ""
    if check.verdict == Verdict.PASSED:
        return None
    if check.verdict == Verdict.NOT_REACHED:
        return Element("skipped", message=_WHOLE.get(grade.verdict, "what it stands on did not pass"))
    if check.verdict == Verdict.NOT_JUDGED:
        return Element("error", message=allowed(problem) or "it could not be judged", type=check.verdict)
    ended = Element("failure", message=allowed(problem) or check.verdict, type=check.verdict)
    if check.failure and check.failure.diagnosis:
        ended.text = allowed(check.failure.diagnosis.tell)
    return ended
