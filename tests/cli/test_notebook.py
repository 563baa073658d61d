import json
import sys

import pytest

ANSWER = "def double(numbers):\n    return 2 * numbers"
WRONG = "def double(numbers):\n    print('<script>alert(1)</script>')\n    return numbers ** 2"


def notebook(file, *cells):
    made = [{"cell_type": "code", "source": cell} for cell in cells]
    file.write_text(json.dumps({"nbformat": 4, "cells": made}))


def test_a_lesson_goes_to_a_notebook_and_the_work_comes_back(learner):
    exported = learner.types("notebook", "export", "1")
    file = learner.folder / "01-doubling.ipynb"
    table = json.loads(file.read_text())
    answer = next(cell for cell in table["cells"] if cell["id"] == "answer-double")
    answer["source"] = ANSWER
    file.write_text(json.dumps(table))

    imported = learner.types("notebook", "import", "01-doubling.ipynb", "--json")

    assert exported.returncode == imported.returncode == 0
    assert exported.stdout.splitlines()[-1] == "next: jupyter lab 01-doubling.ipynb"
    assert json.loads(imported.stdout)[0]["exercises"] == [{"exercise": "double", "came": "brought", "kept": 1}]
    assert ANSWER in (learner.folder / "exercises" / "01-doubling" / "double.py").read_text()


def test_a_notebook_with_work_in_it_is_not_written_over(outside):
    outside.types("notebook", "export", "--all", "--out", "jupyter")
    file = outside.folder / "jupyter" / "01-doubling.ipynb"
    file.write_text("my work")

    again = outside.types("notebook", "export", "--all", "--out", "jupyter")

    assert again.returncode == 1
    assert "left alone" in again.stdout
    assert file.read_text() == "my work"
    assert outside.types("notebook", "export", "--all", "--out", "jupyter", "--replace").returncode == 0


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        (["export"], 2, "name one, as 'attnlab notebook export 01-doubling', or say --all"),
        (["export", "doublng"], 2, "did you mean 'doubling'?"),
        (["export", "1", "--all"], 2, "leave one of them away"),
        (["export", "1", "--work", "--nbgrader"], 2, "leave --work or --nbgrader away"),
        (["export", "1", "--work"], 3, "you are not in a workspace"),
        (["import"], 2, "FILE"),
        (["import", "x.ipynb"], 3, "you are not in a workspace"),
    ],
)
def test_what_is_mistyped_says_what_to_type(typist, typed, code, said):
    done = typist.types("notebook", *typed)

    assert done.returncode == code
    assert said in done.stderr


def test_one_notebook_that_is_none_does_not_keep_the_others_back(learner):
    (learner.folder / "odd\x1b[2J.ipynb").write_text("no")
    notebook(learner.folder / "mine.ipynb", ANSWER, "%magic\x1b[2J", "1 +")

    done = learner.types("--plain", "notebook", "import", "odd\x1b[2J.ipynb", "mine.ipynb", COLUMNS="60")

    assert done.returncode == 1
    assert "exercises/01-doubling/double.py" in done.stdout
    assert done.stdout.isascii()
    assert "\x1b" not in done.stdout
    assert max(len(line) for line in done.stdout.splitlines()) <= 60


def test_importing_from_outside_names_the_workspace(learner):
    notebook(learner.folder.parent / "mine.ipynb", ANSWER)
    learner.folder = learner.folder.parent

    done = learner.types("notebook", "import", "mine.ipynb", "--workspace", "work")

    assert done.returncode == 0
    assert "next: attnlab check double" in done.stdout


def test_importing_attnlab_stays_light(outside):
    import subprocess

    probe = (
        "import sys, attnlab; print(sorted({'torch', 'numpy', 'rich', 'typer', 'IPython', 'ast'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, encoding="utf-8", cwd=outside.folder)

    assert done.stdout.strip() == "[]"


def test_in_plain_python_the_function_of_the_calling_file_is_judged(outside):
    import subprocess

    (outside.folder / "mine.py").write_text(
        f"from attnlab import check_cell\n{ANSWER}\nreport = check_cell('double', seed=3)\nprint(report)\n"
        "print(report.points)\n"
    )

    done = subprocess.run(
        [sys.executable, "mine.py"],
        capture_output=True,
        encoding="utf-8",
        cwd=outside.folder,
        env=outside.environment,
    )

    assert done.stdout.splitlines()[0] == "double · passed", done.stderr
    assert done.stdout.splitlines()[-1] == "3.0"


CELLS = (
    "from attnlab import check_cell",
    "check_cell('double')",
    WRONG,
    "check_cell('double', seed=3)",
    "%load_ext attnlab",
    f"%%check double\n{ANSWER}",
    "check_cell('double').points",
    "%%check double\n1 / 0",
    "check_cell('duoble')",
    f"{ANSWER}\n%check double",
)


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """What each of CELLS shows in a real kernel, in order: one list of outputs a cell."""
    nbformat = pytest.importorskip("nbformat")
    client = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    from tests.cli.conftest import MINI_COURSE

    table = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in CELLS])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ATTNLAB_COURSE", str(MINI_COURSE))
        folder = tmp_path_factory.mktemp("notebook")
        patch.setenv("IPYTHONDIR", str(folder))
        patch.setenv("JUPYTER_RUNTIME_DIR", str(folder))
        resources = {"metadata": {"path": str(folder)}}
        client.NotebookClient(
            table, allow_errors=True, kernel_name="python3", resources=resources, timeout=60
        ).execute()
    return [cell.outputs for cell in table.cells]


def shown(outputs, kind="text/plain"):
    return "\n".join(each["data"][kind] for each in outputs if "data" in each)


def traceback(outputs):
    return [line for each in outputs for line in each.get("traceback", [])]


def test_a_cell_judges_what_was_run_last(executed):
    assert traceback(executed[1]) == [
        "attnlab: nothing here defines double yet",
        "  run the cell that does, then this one again",
    ]
    assert shown(executed[3]).startswith("double · 1 of 3 points · seed 3")
    assert shown(executed[5]).startswith("double · passed")
    assert shown(executed[6]) == "3.0"
    assert shown(executed[9]).startswith("double · passed")


def test_what_an_answer_prints_is_text_in_the_report(executed):
    page = shown(executed[3], "text/html")

    assert "You square" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in page


def test_a_cell_that_fails_shows_its_own_error_and_is_not_judged(executed):
    assert "ZeroDivisionError" in executed[7][0]["ename"]
    assert len(executed[7]) == 1


def test_a_name_that_is_none_is_told_in_two_lines(executed):
    assert traceback(executed[8]) == ["attnlab: there is no exercise called 'duoble'", "  did you mean 'double'?"]
