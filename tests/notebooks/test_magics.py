import pytest

from attnlab.notebooks.magics import stripped


@pytest.mark.parametrize(
    "line",
    ["%matplotlib inline", "!pip install numpy", "?double", "double?", "double??", "%time double(3)", "files = !ls",
     "when = %timeit double(3)", "!echo \"it's", "%cd 'somewhere", "/print 3", ",print a b", ";print a b",
     "%%time", "!ls \\\n  -l \\\n  -a", "a, b = !ls"],
)  # fmt: skip
def test_a_line_that_only_ipython_understands_is_taken_out(line):
    text = stripped(f"x = 1\n{line}\ny = 2").text

    names = {}
    exec(text, names)
    assert (names["x"], names["y"]) == (1, 2)


def test_lines_keep_their_numbers():
    text = stripped("%time\n!ls \\\n  -l\nx = 1").text

    assert text.split("\n")[3] == "x = 1"


@pytest.mark.parametrize(
    "text",
    [
        "x = '''\n%not a magic\n'''",
        "x = (7\n% 3)",
        "x = 7 \\\n% 3",
        "# what?\nx = 1",
        "x = '?'",
        "x = 1 if 1 != 2 else 3",
    ],
)
def test_what_only_looks_like_magic_stays(text):
    below = stripped(f"{text}\n%matplotlib inline")

    assert below.text == f"{text}\npass"
    assert stripped(text).text == text


def test_magic_within_a_block_leaves_the_block_whole():
    assert stripped("if True:\n    !pip install x\nelse:\n    x = 1").text == "if True:\n    pass\nelse:\n    x = 1"


@pytest.mark.parametrize("magic", ["%%time", "%%capture out", "%%check double", "%%writefile double.py", "\n%%time"])
def test_the_body_of_a_cell_magic_that_runs_python_stays(magic):
    text = stripped(f"{magic}\n!ls\nx = 1").text

    assert text.strip().split("\n")[-1] == "x = 1"


@pytest.mark.parametrize("magic", ["%%bash", "%%html", "%%writefile data.csv", "%%javascript", "%%R"])
def test_a_cell_in_another_language_is_no_python(magic):
    assert stripped(f"{magic}\nx = 1").text is None


def test_what_was_taken_out_is_told():
    assert stripped("  !ls\nx = 1\n%who").magics == ("!ls", "%who")
