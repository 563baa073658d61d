import pytest

PROBE = """
import sys
from attnlab.cli import main
main({arguments!r})
print(sorted({{name.split('.')[0] for name in sys.modules}} & set({unwanted!r})), file=sys.stderr)
"""


def imported(learner, arguments, unwanted):
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(arguments=arguments, unwanted=unwanted)],
        cwd=learner.folder, env=learner.environment, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    return done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    "typed",
    ["", "list", "next", "hint", "read 01", "history", "diff", "reset double", "undo double", "update", "experiment",
     "solution double --give-up", "--help", "--version", "check --help", "watch --help", "show --help",
     "show double_sum", "experiment --help", "list --json", "train --help", "translate --help", "evaluate --help",
     "translate hello", "evaluate", "train --model nothing", "train --corpus nothing"],
)  # fmt: skip
def test_a_command_that_grades_nothing_imports_neither_numpy_nor_torch(learner, typed):
    assert imported(learner, typed.split(), ["numpy", "torch", "watchfiles", "matplotlib", "jinja2"]) == "[]"


@pytest.mark.parametrize("typed", ["", "list", "hint", "next", "--help", "list --help", "hint double"])
def test_a_quick_command_imports_neither_rich_nor_pydantic(learner, typed):
    assert imported(learner, typed.split(), ["rich", "pydantic", "filelock", "asyncio"]) == "[]"
