"""The rules of the house that no linter knows: how long files are, what they are called, what they may catch."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import attnlab

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "attnlab").rglob("*.py"))
LINES = 420
UNNAMED = {"utils", "util", "common", "base", "helpers", "misc", "tools", "core"}
# Where everything is caught, and why:
CAUGHT = {
    # around submitted code: whatever it raises, leaving included, is the learner's mistake
    ("stage/performing.py", "perform"): "BaseException",
    ("stage/performing.py", "_raised"): "BaseException",
    ("worker/serving.py", "_flush"): "BaseException",
    # at the door of the command line
    ("cli/__init__.py", "main"): "Exception",
    # the last act of a forked child: it must never return into the zygote
    ("worker/zygote.py", "_become_child"): "BaseException",
    # around a check's function with a submission's arguments: what it raises is the submission's mistake
    ("stage/consulting.py", "answer"): "Exception",
    # around a course author's code, which becomes 'not judged' or a problem of the content
    ("grading/session.py", "_judge"): "Exception",
    ("grading/session.py", "_uncomparable"): "Exception",
    ("grading/session.py", "_judged_ahead"): "Exception",
    ("content/answers.py", "_load"): "Exception",
    ("content/experiments.py", "read_experiment"): "Exception",
    ("study/experimenting.py", "_measured"): "Exception",
    # cleared away and raised again
    ("files.py", "write"): "BaseException",
    ("classroom/gradebook/store.py", "_transaction"): "BaseException",
    ("classroom/intake/archives.py", "unpack"): "BaseException",
}


def shown(file: Path) -> str:
    return file.relative_to(ROOT / "attnlab").as_posix()


def trees():
    return [(shown(file), ast.parse(file.read_text(encoding="utf-8"))) for file in FILES]


def functions(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def dotted(node: ast.expr) -> str:
    return ast.unparse(node)


def test_a_file_can_be_read_in_one_sitting():
    lengths = {shown(file): len(file.read_text(encoding="utf-8").splitlines()) for file in FILES}

    assert {name: length for name, length in lengths.items() if length > LINES} == {}


def test_no_file_is_called_after_nothing():
    assert [shown(file) for file in FILES if file.stem in UNNAMED] == []


def test_every_file_of_the_engine_opens_with_what_it_is_for():
    assert [name for name, tree in trees() if not ast.get_docstring(tree) and tree.body] == []


def test_everything_is_caught_only_where_it_is_listed():
    found = {}
    for name, tree in trees():
        for function in functions(tree):
            for handler in (node for node in ast.walk(function) if isinstance(node, ast.ExceptHandler)):
                kind = "BaseException" if handler.type is None else dotted(handler.type)
                if kind in ("Exception", "BaseException"):
                    found[name, function.name] = kind

    assert found == CAUGHT


def test_nothing_random_is_drawn_or_seeded_when_a_module_is_imported():
    drawing = re.compile(r"\b(random|default_rng|manual_seed|secrets|uuid4?|urandom|Generator)\b")
    found = []
    for name, tree in trees():
        inside = {
            id(node)
            for function in [*functions(tree), *lambdas(tree)]
            for part in body(function)
            for node in ast.walk(part)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and id(node) not in inside and drawing.search(dotted(node.func)):
                found.append((name, node.lineno))

    assert found == []


def lambdas(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.Lambda)]


def body(function) -> list[ast.AST]:
    return [function.body] if isinstance(function, ast.Lambda) else function.body


def test_only_a_forked_child_changes_its_folder():
    changing = [
        (name, function.name)
        for name, tree in trees()
        for function in functions(tree)
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and dotted(node.func) in ("os.chdir", "os.fchdir", "chdir", "contextlib.chdir")
    ]

    assert changing == [("worker/zygote.py", "_become_child")]


def test_nothing_that_crosses_or_judges_unpickles():
    unpickling = {"pickle", "cPickle", "dill", "cloudpickle", "marshal", "shelve", "joblib"}
    found = []
    for name, tree in trees():
        if not name.startswith(("wire/", "stage/", "worker/", "grading/")):
            continue
        for node in ast.walk(tree):
            match node:
                case ast.Import(names=aliases):
                    found += [(name, alias.name) for alias in aliases if alias.name.partition(".")[0] in unpickling]
                case ast.ImportFrom(module=str() as module) if module.partition(".")[0] in unpickling:
                    found.append((name, module))
                case ast.Call(func=function) if dotted(function) in ("torch.load", "torch.save", "np.load", "eval"):
                    found.append((name, dotted(function)))

    assert found == []


def test_what_draws_files_or_cuts_words_is_imported_in_one_file_and_only_when_it_does():
    homes = {
        "matplotlib": "pictures/png.py",
        "jinja2": "pictures/html.py",
        "markupsafe": "pictures/html.py",
        "platformdirs": "translation/shelf.py",
        "sentencepiece": "translation/subwords.py",
    }
    found = []
    for name, tree in trees():
        inside = {id(node) for function in functions(tree) for node in ast.walk(function)}
        typing_only = {id(node) for block in tree.body if isinstance(block, ast.If) for node in ast.walk(block)}
        for node in ast.walk(tree):
            match node:
                case ast.Import(names=aliases):
                    roots = {alias.name.partition(".")[0] for alias in aliases}
                case ast.ImportFrom(module=str() as module):
                    roots = {module.partition(".")[0]}
                case _:
                    continue
            for root in roots & set(homes):
                late = id(node) in inside | typing_only
                found += [] if name == homes[root] and late else [(name, node.lineno, root)]

    assert found == []


def test_nothing_draws_through_the_state_that_matplotlib_keeps_for_scripts():
    drawing = [name for name, _ in trees() if re.search(r"pyplot|pylab", (ROOT / "attnlab" / name).read_text())]

    assert drawing == []


def test_processes_are_started_in_one_file_of_the_judge():
    starting = [
        name
        for name, tree in trees()
        if name.startswith("grading/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Import) and any(alias.name == "subprocess" for alias in node.names)
    ]

    assert starting == ["grading/processes.py"]


def test_the_engine_names_no_exercise_and_no_lesson_of_ours():
    from attnlab.content import try_course

    course, _ = try_course(ROOT)
    # Words of the field and of numpy are engine words too; what only our course calls so is not.
    theirs = {lesson.id for lesson in course.lessons} | {
        exercise.id for exercise in course.exercises if "_" in exercise.id
    }
    found = []
    for name, tree in trees():
        if name.startswith("translation/"):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and node.value in theirs:
                found.append((name, node.value))

    assert found == []


def test_the_changelog_tells_of_this_version_first():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[?([0-9]+\.[0-9]+\.[0-9]+)\]?", changelog, flags=re.MULTILINE)

    assert versions[0] == attnlab.__version__


def test_the_floors_described_to_contributors_are_those_of_the_contract():
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = next(
        contract["layers"]
        for contract in pyproject["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers"
    )
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

    described = re.search(r"Imports go down only:\n\n((?:    .*\n)+)", page)[1].splitlines()

    assert [line.strip().split("   ")[0] for line in described] == layers
