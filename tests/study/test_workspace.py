import pytest

from attnlab import files
from attnlab.errors import CannotWrite, NewerFormat, NotThere, WrongUsage
from attnlab.study import find_workspace, open_workspace, start_workspace
from attnlab.study.progress import read_progress


def test_a_new_workspace_holds_every_starter_and_what_an_editor_needs(workspace, course):
    for exercise in course.exercises:
        assert workspace.file(exercise).read_bytes() == exercise.starter.read_bytes()
    for name in ("attnlab.toml", "README.md", ".gitignore", ".vscode/settings.json", ".attnlab/state.json"):
        assert (workspace.root / name).is_file()


def test_a_workspace_is_found_from_any_folder_below_it(workspace):
    assert find_workspace(workspace.root / "exercises" / "01-doubling") == workspace.root


def test_outside_of_a_workspace_the_way_to_one_is_told(tmp_path, course):
    with pytest.raises(NotThere, match="not in a workspace"):
        open_workspace(tmp_path, course)


def test_starting_never_overwrites_a_file(tmp_path, course):
    own = tmp_path / "work" / "exercises" / "01-doubling" / "double.py"
    own.parent.mkdir(parents=True)
    own.write_text("# mine\n")

    started = start_workspace(tmp_path / "work", course)

    assert own.read_text() == "# mine\n"
    assert started.kept == ("exercises/01-doubling/double.py",)


@pytest.mark.parametrize("place", [".", "exercises", "inner/most"])
def test_a_workspace_never_lies_inside_another(workspace, course, place):
    with pytest.raises(WrongUsage):
        start_workspace(workspace.root / place, course)
    assert not (workspace.root / "inner").exists()


def test_a_workspace_never_lies_around_another(workspace, course):
    with pytest.raises(WrongUsage, match="below"):
        start_workspace(workspace.root.parent, course)


def test_a_course_is_no_place_for_a_workspace(course):
    with pytest.raises(WrongUsage, match="is a course"):
        start_workspace(course.root, course)


def test_a_start_cut_short_is_no_workspace_and_goes_on_when_repeated(tmp_path, course, monkeypatch):
    write = files.write

    def full_after_the_first(file, content):
        if "double_sum" in file.name:
            raise CannotWrite("the disk is full", remedy="make room")
        write(file, content)

    monkeypatch.setattr(files, "write", full_after_the_first)
    with pytest.raises(CannotWrite):
        start_workspace(tmp_path / "work", course)
    assert find_workspace(tmp_path / "work") is None
    monkeypatch.undo()

    started = start_workspace(tmp_path / "work", course)

    assert len(read_progress(started.workspace).exercises) == 2


def test_a_workspace_of_a_newer_format_is_refused(workspace, course):
    marker = workspace.root / "attnlab.toml"
    marker.write_text(marker.read_text().replace("format_version = 1", "format_version = 9"))

    with pytest.raises(NewerFormat):
        open_workspace(workspace.root, course)


def test_a_workspace_of_another_course_is_refused(workspace, course):
    marker = workspace.root / "attnlab.toml"
    marker.write_text(marker.read_text().replace('"mini"', '"other"'))

    with pytest.raises(WrongUsage, match="'other'"):
        open_workspace(workspace.root, course)


def test_a_write_that_fails_leaves_what_was_there_and_nothing_beside_it(tmp_path, monkeypatch):
    file = tmp_path / "kept.py"
    file.write_text("before")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(CannotWrite, match="no space left"):
        files.write(file, "after")

    assert file.read_text() == "before"
    assert [each.name for each in tmp_path.iterdir()] == ["kept.py"]


def test_a_write_goes_through_a_link(tmp_path):
    target, link = tmp_path / "target.py", tmp_path / "link.py"
    target.write_text("before")
    link.symlink_to(target)

    files.write(link, "after")

    assert link.is_symlink()
    assert target.read_text() == "after"


def test_only_one_command_at_a_time_holds_the_workspace(workspace):
    second = files.locked(workspace.lock_file, patience=0)
    with files.locked(workspace.lock_file), pytest.raises(CannotWrite, match="another attnlab command"), second:
        pass
    with files.locked(workspace.lock_file, patience=0):
        pass
