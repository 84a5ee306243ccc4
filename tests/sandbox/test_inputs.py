"""A call's inputs arrive in the child as they were, and what cannot cross is refused."""

import builtins
import json
import math
import types

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from logitlab.errors import ParameterError
from logitlab.sandbox.child import inputs as child
from logitlab.sandbox.child.dtypes import DTYPES
from logitlab.sandbox.values import to_wire

pytestmark = pytest.mark.filterwarnings("ignore:ComplexHalf")  # complex32 is experimental

HERE = [name for name in DTYPES if hasattr(torch, name)]
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
    | st.complex_numbers(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.lists(inner, max_size=3).map(tuple)
    | st.dictionaries(st.text() | st.integers(), inner, max_size=3),
    max_leaves=10,
)  # fmt: skip


def sent(obj):
    return child.decode(json.loads(json.dumps(to_wire(obj), allow_nan=False)))


@given(PLAIN)
def test_plain_data_arrives(obj):
    assert repr(sent(obj)) == repr(obj)


def test_nan_and_large_numbers_arrive():
    assert math.isnan(sent(math.nan))
    assert sent(-(10**30)) == -(10**30)


@pytest.mark.parametrize("name", HERE)
@pytest.mark.parametrize("shape", [(), (0, 3), (2, 3)])
def test_a_tensor_of_every_dtype_arrives(name, shape):
    x = torch.randint(0, 2, shape).to(getattr(torch, name)).movedim(-1, 0) if shape else (
        torch.ones((), dtype=torch.uint8).to(getattr(torch, name))
    )  # fmt: skip
    y = sent(x)
    assert (y.dtype, y.shape, y.requires_grad) == (x.dtype, x.shape, False)
    assert y.reshape(-1).view(torch.uint8).tolist() == x.reshape(-1).view(torch.uint8).tolist()


def test_a_tensor_arrives_conjugated_expanded_and_with_its_gradient_wanted():
    x = torch.tensor([1 + 2j]).conj().expand(3)
    assert torch.equal(sent(x), x)
    assert sent(torch.ones(2, requires_grad=True)).requires_grad


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_tensor_of_odd_strides_arrives(count):
    x = torch.arange(9)[: 3 * count : 3]
    assert torch.equal(sent(x), x)


def test_a_tensor_that_arrived_can_be_resized():
    assert sent(torch.ones(2)).resize_(100).shape == (100,)


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint64", "<f2", ">f8", "complex64"])
def test_an_array_arrives(dtype):
    array = np.arange(6).reshape(2, 3).T.astype(dtype)
    back = sent(array)
    assert np.array_equal(back, array)
    back[0, 0] = 1  # it can be written to


def test_a_numpy_scalar_arrives_as_the_number():
    assert repr(sent(np.float32(0.5))) == "0.5"


def recursive():
    items = []
    items.append(items)
    return items


@pytest.mark.parametrize(
    ("obj", "got"),
    [
        (object(), "a object"),
        ({1}, "a set"),
        (torch.eye(2).to_sparse(), "sparse_coo"),
        (torch.ones(1, device="meta"), "on meta"),
        (np.array(["a"]), "an array of <U1"),
        (np.datetime64("2020-01-01"), "a date"),
        (recursive(), "nested ever deeper"),
        ([types], "a module"),
    ],
    ids=lambda value: "",
)
def test_what_cannot_cross_is_refused(obj, got):
    with pytest.raises(ParameterError, match=got):
        to_wire(obj)


def test_inputs_are_made_by_torch_itself_whatever_the_learner_patched(monkeypatch):
    def lie(*arguments, **keywords):
        raise AssertionError("the learner's code ran")

    described = to_wire([torch.ones(2), np.ones(2), 0.5, {"a": (1,)}])
    true = dict(vars(builtins))
    with monkeypatch.context() as patch:
        for name in ("frombuffer", "empty", "reshape", "clone"):
            patch.setattr(torch, name, lie)
        patch.setattr(torch.Tensor, "clone", lie)
        patch.setattr(np, "frombuffer", lie)
        try:
            vars(builtins).update(isinstance=lie, bytearray=lie, tuple=lie, float=lie, int=lie)
            tensor, array, number, mapping = child.decode(described)
        finally:
            builtins.__dict__.update(true)
    assert (tensor.tolist(), array.tolist(), number, mapping) == ([1, 1], [1, 1], 0.5, {"a": (1,)})


def test_a_default_device_does_not_move_inputs():
    described = to_wire(torch.ones(2))
    with torch.device("meta"):
        assert child.decode(described).tolist() == [1, 1]
