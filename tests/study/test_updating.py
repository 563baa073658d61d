import shutil

import pytest

from attnlab.content import read_course
from attnlab.errors import NewerFormat
from attnlab.study import Status, check, kept_files, open_workspace, read_progress, start_workspace, update, whereabouts


@pytest.fixture
def root(tmp_path, course):
    """A copy of the course that a test may develop further."""
    return shutil.copytree(course.root, tmp_path / "course")


@pytest.fixture
def work(tmp_path, root):
    return start_workspace(tmp_path / "mine", read_course(root)).workspace


def newer(root, work, version="1.1"):
    toml = root / "course" / "course.toml"
    toml.write_text(toml.read_text().replace('version = "1.0"', f'version = "{version}"'))
    return open_workspace(work.root, read_course(root))


def test_an_untouched_starter_is_replaced(root, work, clock):
    starter = root / "exercises/01-doubling/double/starter.py"
    starter.write_text("# a better starter\n")

    done = update(newer(root, work), now=clock())

    assert done.replaced == ("exercises/01-doubling/double.py",)
    assert (work.root / "exercises/01-doubling/double.py").read_text() == "# a better starter\n"
    assert open_workspace(work.root, read_course(root)).version == "1.1"


def test_an_edited_file_stays_and_the_new_starter_lies_beside_it(root, work, clock):
    file = work.root / "exercises/01-doubling/double.py"
    file.write_text("# mine\n")
    (root / "exercises/01-doubling/double/starter.py").write_text("# a better starter\n")

    done = update(newer(root, work), now=clock())

    assert done.beside == ("exercises/01-doubling/double.new.py",)
    assert file.read_text() == "# mine\n"
    assert file.with_name("double.new.py").read_text() == "# a better starter\n"


def test_an_edited_file_whose_starter_did_not_change_is_left_alone(root, work, clock):
    (work.root / "exercises/01-doubling/double.py").write_text("# mine\n")

    done = update(newer(root, work), now=clock())

    assert (done.replaced, done.beside, done.added, done.renamed) == ((), (), (), ())


def test_a_renamed_exercise_keeps_its_file_its_progress_and_its_history(root, work, clock, judge):
    old = work.course.exercise("double")
    work.file(old).write_text("# right\n")
    check(work, old, judge=judge, now=clock())
    for part in ("exercises", "solutions"):
        shutil.move(root / part / "01-doubling" / "double", root / part / "01-doubling" / "times_two")
    toml = root / "exercises/01-doubling/times_two/exercise.toml"
    toml.write_text(toml.read_text().replace('aliases = ["twice"]', 'aliases = ["double"]'))
    lesson = root / "course/01-doubling/lesson.md"
    lesson.write_text(lesson.read_text().replace('exercises = ["double"]', 'exercises = ["times_two"]'))
    work = newer(root, work)
    assert whereabouts(work).command == "attnlab update"

    done = update(work, now=clock())

    new = work.course.exercise("times_two")
    assert done.renamed == (("exercises/01-doubling/double.py", "exercises/01-doubling/times_two.py"),)
    assert work.file(new).read_text() == "# right\n"
    assert read_progress(work).of(new).status is Status.PASSED
    assert [kept.reason for kept in kept_files(work, new)] == ["pass"]


def test_a_new_exercise_is_laid_out_and_a_removed_one_stays(root, work, clock):
    lesson = root / "course/01-doubling/lesson.md"
    lesson.write_text(lesson.read_text().replace('exercises = ["double"]', 'exercises = ["triple"]'))
    shutil.copytree(root / "exercises/01-doubling/double", root / "exercises/01-doubling/triple")
    toml = root / "exercises/01-doubling/triple/exercise.toml"
    toml.write_text(toml.read_text().replace('["twice"]', "[]"))
    summing = root / "exercises/02-summing/double_sum/exercise.toml"
    summing.write_text(summing.read_text().replace('["double"]', "[]"))

    done = update(newer(root, work), now=clock())

    assert done.added == ("exercises/01-doubling/triple.py",)
    assert (work.root / "exercises/01-doubling/double.py").is_file()
    assert "double" in read_progress(work).exercises


def test_a_workspace_of_a_later_course_is_refused_untouched(root, work, clock):
    later = newer(root, work, "1.10")
    update(later, now=clock())
    before = work.state_file.read_text()
    toml = root / "course" / "course.toml"
    toml.write_text(toml.read_text().replace('version = "1.10"', 'version = "1.9"'))

    with pytest.raises(NewerFormat, match=r"1\.10"):
        update(open_workspace(work.root, read_course(root)), now=clock())

    assert work.state_file.read_text() == before


def test_updating_twice_does_nothing_the_second_time(root, work, clock):
    (root / "exercises/01-doubling/double/starter.py").write_text("# a better starter\n")
    update(newer(root, work), now=clock())

    done = update(open_workspace(work.root, read_course(root)), now=clock())

    assert not done.changed
