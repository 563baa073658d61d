"""The two scripts of an autograder for Gradescope: one when it is built, one for each submission."""

# What the environment overrides is for trying it elsewhere than in Gradescope's container.
SETUP = r"""#!/usr/bin/env bash
# Gradescope runs this once, when it builds the autograder. Afterwards nothing is fetched any more.
set -euo pipefail
source="${ATTNLAB_SOURCE:-/autograder/source}"
venv="${ATTNLAB_VENV:-$source/.venv}"

fits() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

found=""
for python in python3.13 python3.12 python3.11 python3; do
    if fits "$python"; then
        found="$python"
        break
    fi
done
if [ -n "$found" ]; then
    "$found" -m venv "$venv"
else
    # This image has no Python 3.11 with venv; uv brings one along.
    if ! python3 -m pip --version >/dev/null 2>&1; then
        apt-get update && apt-get install -y --no-install-recommends python3-pip
    fi
    python3 -m pip install --quiet uv || python3 -m pip install --quiet --break-system-packages uv
    python3 -m uv venv --seed --python 3.12 "$venv"
fi

pip=("$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-cache-dir)
if [ -d "$source/wheels" ]; then
    "${pip[@]}" --no-index --find-links "$source/wheels" -r "$source/requirements.txt"
    rm -rf "$source/wheels"
else
    # The build of torch without CUDA is a tenth as large.
    torch="$(grep ^torch "$source/requirements.txt")"
    "${pip[@]}" --retries 1 --index-url https://download.pytorch.org/whl/cpu "$torch" ||
        echo "the small build of torch cannot be had; the usual one takes its place"
    "${pip[@]}" -r "$source/requirements.txt"
fi

# The answers are for the judge alone; submissions run as somebody else where that can be had.
chmod -R go-rwx "$source/course/solutions" "$source/assignment"
PYTHONPATH="$source" "$venv/bin/python" -m attnlab --version
PYTHONPATH="$source" ATTNLAB_COURSE="$source/course" "$venv/bin/python" -m attnlab assignment check \
    "$source/assignment/assignment.toml"
"""

RUN_AUTOGRADER = r"""#!/usr/bin/env bash
# Gradescope runs this for each submission. What it prints only instructors see; students see results.json.
set -uo pipefail
autograder="${AUTOGRADER:-/autograder}"
source="${ATTNLAB_SOURCE:-$autograder/source}"
python="${ATTNLAB_PYTHON:-$source/.venv/bin/python}"
results="$autograder/results/results.json"

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
export PYTHONPATH="$source" ATTNLAB_COURSE="$source/course" PYTHONDONTWRITEBYTECODE=1
mkdir -p "$autograder/results"
rm -f "$results"

assignment="$source/assignment/assignment.toml"
"$python" -m attnlab --plain grade "$autograder/submission" --assignment "$assignment" \
    --out "$work/class.book" --isolation @ISOLATION@
code=$?
# 1: some of it needs attention, and the results say so.
if [ "$code" -le 1 ]; then
    exec "$python" -m attnlab gradescope results "$work/class.book" --out "$results"
fi
# Was there nothing to grade? Then the student is told why. If not, no results are written: Gradescope tells of an
# autograder that failed, which is no zero, and lets it be run again.
if ! "$python" -m attnlab gradescope refusal "$autograder/submission" --assignment "$assignment" --out "$results"; then
    echo "attnlab could not grade this submission (exit code $code): see above"
    exit "$code"
fi
"""
