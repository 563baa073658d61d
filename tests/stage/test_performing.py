"""The stage: what a call returns, raises, changes, and what its gradients are."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from attnlab.stage import Stage, load_source, to_object, to_value
from attnlab.wire import Array, Call, Handle, Load, Loaded, Opaque, Raised, Returned


def source(text: str) -> Array:
    return Array(np.frombuffer(text.encode(), dtype=np.uint8), "numpy")


def load(text: str, **siblings: str) -> tuple[Stage, Loaded | Raised]:
    stage = Stage()
    sources = {name: source(sibling) for name, sibling in siblings.items()}
    request = Load(id=0, name="answer", filename="answer.py", source=source(text), siblings=sources)
    return stage, stage.perform(request)


def call(stage: Stage, target: str, *arguments: object, **options: object):
    keywords = options.pop("keywords", {})
    return stage.perform(
        Call(
            id=options.pop("id", 1),
            target=target,
            arguments=tuple(map(to_value, arguments)),
            keywords=keywords,
            **options,
        )
    )


def test_a_loaded_file_tells_what_it_defines():
    _, reply = load("import math\ndef f(): ...\nLIMIT = 3\n")

    assert set(reply.defined) >= {"f", "LIMIT"}


def test_a_syntax_error_is_a_reply_with_its_line():
    _, reply = load("x = 1\ndef f(:\n")

    assert (reply.error, reply.places[-1][:2]) == ("SyntaxError", ["answer.py", 2])


@pytest.mark.parametrize(
    "raising", ["raise SystemExit(0)", "raise KeyboardInterrupt", "class E(BaseException): ...\nraise E"]
)
def test_leaving_by_exception_is_a_reply(raising):
    _, reply = load(raising)

    assert isinstance(reply, Raised)


def test_an_exception_whose_message_cannot_be_shown_is_still_a_reply():
    stage, _ = load("class E(Exception):\n    def __str__(self): raise ValueError\ndef f(): raise E\n")

    assert call(stage, "f").error == "E"


def test_only_the_submissions_own_lines_are_quoted():
    stage, _ = load("import numpy as np\ndef f():\n    return np.linalg.inv(np.zeros((2, 2)))\n")

    assert [place[0] for place in call(stage, "f").places] == ["answer.py"]


def test_a_file_imports_another_of_its_workspace_by_name():
    stage, _ = load("from other import g\ndef f(): return g()\n", other="def g(): return 5\n")

    assert call(stage, "f").value == 5


def test_siblings_are_importable_from_inside_a_function_and_run_once():
    stage, _ = load("def f():\n    import other\n    other.count += 1\n    return other.count\n", other="count = 0\n")

    assert [call(stage, "f").value for _ in range(2)] == [1, 2]


def test_a_dataclass_can_be_defined():
    _, reply = load(
        "from __future__ import annotations\nimport dataclasses\n@dataclasses.dataclass\nclass P:\n    x: int\n"
    )

    assert isinstance(reply, Loaded)


def test_the_source_is_read_in_the_encoding_it_declares():
    text = "# -*- coding: latin-1 -*-\ns = 'é'\n".encode("latin-1")

    module = load_source(text, name="coded", filename="coded.py")

    assert module.s == "é"


def test_a_changed_argument_comes_back_as_it_is_after_the_call():
    stage, _ = load("def f(x):\n    x += 1\n    return 0\n")

    reply = call(stage, "f", np.zeros(2))

    assert reply.arguments_after[0].values.tolist() == [1.0, 1.0]


def test_the_judges_own_array_is_never_the_one_the_call_sees():
    stage, _ = load("def f(x):\n    x += 1\n    return x\n")
    ours = np.zeros(2)
    request = Call(id=1, target="f", arguments=(to_value(ours),), keywords={})

    stage.perform(request)

    assert ours.tolist() == [0.0, 0.0]
    assert request.arguments[0].values.tolist() == [0.0, 0.0]


def test_a_kept_object_is_called_by_its_handle():
    stage, _ = load(
        "class Layer:\n    def __init__(self, n): self.n = n\n    def __call__(self, x): return x * self.n\n"
    )

    handle = call(stage, "Layer", 3, keep=True, id=7).value
    reply = call(stage, "", 4, handle=handle)

    assert (handle, reply.value) == (Handle(7, "Layer"), 12)


@pytest.mark.parametrize(
    ("returned", "expected"),
    [
        ("object()", Opaque("object")),
        ("(x for x in [])", Opaque("generator")),
        ("2 ** 70", Opaque("an integer beyond 64 bits")),
    ],
)
def test_what_cannot_cross_comes_back_by_its_name(returned, expected):
    stage, _ = load(f"def f(): return {returned}\n")

    assert call(stage, "f").value == expected


def test_a_list_that_holds_itself_is_cut_off():
    stage, _ = load("def f():\n    x = []\n    x.append(x)\n    return x\n")

    assert isinstance(call(stage, "f"), Returned)


@pytest.mark.parametrize(
    "tensor",
    ["torch.eye(2).to_sparse()", "torch.empty(2, device='meta')", "torch.zeros(2, dtype=torch.bfloat16)"],
)
def test_tensors_that_are_not_plain_do_not_cross(tensor):
    stage, _ = load(f"import torch\ndef f(): return {tensor}\n")

    assert isinstance(call(stage, "f").value, Opaque)


def test_a_transposed_tensor_crosses_with_its_values():
    stage, _ = load("def f(x): return x.T\n")

    reply = call(stage, "f", torch.arange(6.0).reshape(2, 3))

    assert reply.value.values.tolist() == [[0.0, 3.0], [1.0, 4.0], [2.0, 5.0]]


def test_an_array_that_answers_for_itself_is_read_as_plain_bytes():
    stage, _ = load(
        "import numpy as np\nclass Liar(np.ndarray):\n    def __eq__(self, other): return True\n"
        "def f(): return np.zeros(3).view(Liar)\n"
    )

    value = call(stage, "f").value

    assert type(value.values) is np.ndarray


def test_gradients_are_those_of_finite_differences():
    stage, _ = load("def f(x, w): return (x @ w).tanh()\n")
    generator = torch.Generator().manual_seed(3)
    x, w = (torch.randn(size, generator=generator, dtype=torch.float64) for size in ((2, 3), (3, 5)))

    reply = call(stage, "f", x, w, projection=11)

    direction = torch.from_numpy(np.random.default_rng(11).standard_normal((2, 5)))

    def projected(weight: torch.Tensor) -> float:
        return float(((x @ weight).tanh() * direction).sum())

    step = 1e-6
    for row, column in ((0, 0), (2, 4)):
        change = torch.zeros_like(w)
        change[row, column] = step
        numeric = (projected(w + change) - projected(w - change)) / (2 * step)
        assert reply.gradients["argument 1"].values[row, column] == pytest.approx(numeric, rel=1e-6)


def test_gradients_of_a_modules_parameters_come_back_by_name():
    stage, _ = load("import torch\nclass Net(torch.nn.Linear):\n    pass\n")
    handle = call(stage, "Net", 3, 2, keep=True, id=2).value

    reply = call(stage, "", torch.ones(1, 3), handle=handle, projection=5)

    assert set(reply.gradients) == {"argument 0", "parameter weight", "parameter bias"}


def test_values_survive_the_way_there_and_back():
    tensor = torch.tensor([[1.0, float("nan")]])

    again = to_object(to_value(tensor))

    assert torch.equal(torch.isnan(again), torch.isnan(tensor))
    assert isinstance(again, torch.Tensor)
