"""A workflow for GitHub Classroom: what is pushed is judged, and the student sees at once what is right."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import attnlab
from attnlab.classroom.records import CAPSTONE
from attnlab.errors import WrongUsage

if TYPE_CHECKING:
    from attnlab.classroom.assignment import Assignment
    from attnlab.content import Course

# Only what a student may know stands in it, since the file lies in their repository: names of exercises, and neither
# the assignment's secret nor a private check.
_WORKFLOW = """\
# @TITLE@: says what is right, on every push. Made by 'attnlab classroom workflow'.
# The points are for orientation: inputs are drawn anew on every run. What counts is graded by your instructor.
name: attnlab
on:
  push:
  workflow_dispatch:
  repository_dispatch:
permissions:
  contents: read
concurrency:
  group: ${{ github.workflow }}-${{ github.ref }}
  cancel-in-progress: true
jobs:
  check:
    runs-on: ubuntu-latest
    if: github.actor != 'github-classroom[bot]'
    timeout-minutes: 15
    steps:
      - uses: actions/checkout@v5
        with:
          persist-credentials: false
      - uses: actions/setup-python@v6
        with:
          python-version: "3.12"
      - name: install attnlab
        run: |
          python -m pip install --index-url https://download.pytorch.org/whl/cpu torch
          python -m pip install @INSTALL@
      - name: judge the exercises
        run: |
          cat > "$RUNNER_TEMP/assignment.toml" <<END
          format_version = 1
          secret = "$(openssl rand -hex 16)"
@EXERCISES@
          END
          attnlab grade . --assignment "$RUNNER_TEMP/assignment.toml" --out "$RUNNER_TEMP/class.book" --isolation auto
      - name: tell what is right
        if: always()
        run: |
          attnlab gradebook export "$RUNNER_TEMP/class.book" --format github
          attnlab gradebook feedback "$RUNNER_TEMP/class.book" --out "$RUNNER_TEMP/feedback" --format md
          cat "$RUNNER_TEMP"/feedback/*.md >> "$GITHUB_STEP_SUMMARY"
"""
_BLANK = re.compile("@([A-Z]+)@")


def workflow(assignment: Assignment, course: Course, *, install: str | None = None) -> str:
    """The workflow's YAML, for `.github/workflows/` of the repository that students start from.

    Args:
        install: what pip installs to get attnlab; this version of it where that is not said.

    Raises:
        WrongUsage: it asks for nothing but a trained translator.
    """
    points = {item.exercise: item.points for item in assignment.items or () if item.exercise != CAPSTONE}
    if not points:
        raise WrongUsage("the assignment has no exercise that a push could be judged by", remedy="list one in it")
    told = {
        "TITLE": assignment.title or course.title,
        "INSTALL": shlex.quote(install or f"{attnlab.__name__}=={attnlab.__version__}"),
    }
    # Whatever is filled in stays on its line.
    lines = {name: " ".join(value.split()) for name, value in told.items()}
    listed = (("[[exercises]]", f'id = "{name}"', f"points = {worth:g}") for name, worth in points.items())
    lines["EXERCISES"] = "\n".join(f"          {line}" for entry in listed for line in entry)
    return _BLANK.sub(lambda blank: lines[blank[1]], _WORKFLOW)
