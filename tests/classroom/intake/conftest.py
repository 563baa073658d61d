from pathlib import Path

import pytest
from class_layouts import laid

from attnlab.classroom.intake import collect
from attnlab.content import read_course

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def course():
    return read_course(ROOT)


@pytest.fixture
def collected(tmp_path, course):
    """Collects files given by name and content, or what lies at a path."""

    def collected(members, name="class", **options):
        path = members if isinstance(members, Path) else laid(tmp_path / name, members)
        return collect(path, course, scratch=tmp_path / "scratch", **options)

    return collected


@pytest.fixture(scope="session")
def works():
    """Of an intake: each student's sources, by exercise."""

    def works(intake):
        return {
            hand_in.student.key: {work.exercise: work.file.read_bytes() for work in hand_in.works}
            for hand_in in intake.hand_ins
        }

    return works


@pytest.fixture(scope="session")
def odd():
    """Of an intake: what is odd, as kind, where and why."""

    def odd(intake):
        return [(str(one.kind), one.origin, one.why) for one in intake.oddities]

    return odd
