"""`pip install attnlab` gives a working course, whose solutions no submission can read."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

import attnlab

ROOT = Path(__file__).parents[2]
ANSWER = "solutions/02-lookup/softmax/reference.py"
STEALING = '''
import importlib.util, os


def stolen():
    """What of the answers this process can get at."""
    for path in {paths!r}:
        try:
            yield os.listdir(path) if os.path.isdir(path) else open(path, "rb").read()
        except OSError:
            pass
    for name in ("attnlab.content", "attnlab.grading"):
        try:
            yield __import__(name)
        except (OSError, ImportError):
            pass
    for path in {paths!r}:
        try:
            spec = importlib.util.spec_from_file_location("answer", path)
            spec.loader.exec_module(importlib.util.module_from_spec(spec))
            yield path
        except (OSError, ImportError, AttributeError):
            pass


found = list(stolen())
if found:
    raise RuntimeError(f"stolen: {{found}}"[:200])
'''


def files_below(folder: str) -> set[str]:
    return {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / folder).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }


def test_the_wheel_carries_the_whole_course_and_the_whole_engine(wheel):
    carried = set(zipfile.ZipFile(wheel).namelist())

    for folder in ("course", "exercises", "solutions"):
        assert {f"attnlab/_course/{file}" for file in files_below(folder)} <= carried
    assert files_below("attnlab") <= carried


def test_the_wheel_carries_nothing_else(wheel):
    carried = set(zipfile.ZipFile(wheel).namelist())

    homes = ("attnlab/", f"attnlab-{attnlab.__version__}.dist-info/")
    assert [name for name in carried if not name.startswith(homes)] == []
    assert [name for name in carried if re.search(r"(^|/)tests?/|/test_|conftest|\.pyc$", name)] == []


def test_the_installed_command_tells_the_version(installed, tmp_path):
    assert installed.run("--version", folder=tmp_path).stdout == f"attnlab {attnlab.__version__}\n"


def test_the_course_that_is_listed_is_the_packaged_one(installed, workspace):
    listed = installed.run("list", "--json", folder=workspace)

    assert listed.returncode == 0, listed.stderr
    assert '"softmax"' in listed.stdout
    assert not (installed.package.parent / "course").exists()


def test_a_right_answer_passes_far_from_the_checkout(installed, workspace):
    answer = (installed.package / "_course" / ANSWER).read_text(encoding="utf-8")
    (workspace / "exercises/02-lookup/softmax.py").write_text(answer, encoding="utf-8")

    checked = installed.run("check", "softmax", "--json", folder=workspace)

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_confined_submission_reads_no_answer_installed_or_in_the_checkout(installed, workspace):
    packaged = installed.package / "_course" / ANSWER
    compiled = sorted((packaged.parent / "__pycache__").glob("*.pyc"))
    folders = [
        installed.package,
        installed.package / "_course",
        installed.package / "_course/solutions",
        packaged.parent,
    ]
    paths = [str(path) for path in (packaged, *compiled, *folders, ROOT / ANSWER, ROOT / "solutions")]
    answer = packaged.read_text(encoding="utf-8") + STEALING.format(paths=paths)
    (workspace / "exercises/02-lookup/softmax.py").write_text(answer, encoding="utf-8")

    checked = installed.run("check", "softmax", "--json", folder=workspace)

    if '"landlock"' not in checked.stdout:
        pytest.skip("this machine has no Landlock")
    assert checked.returncode == 0, checked.stdout


def test_the_same_thief_succeeds_where_nothing_confines_it(installed):
    packaged = installed.package / "_course" / ANSWER

    with pytest.raises(RuntimeError, match="stolen"):
        exec(STEALING.format(paths=[str(packaged)]), {})
