"""What the child describes and the parent checks is the same object, bit for bit, or refused."""

import base64
import copy
import json
import math

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from logitlab.errors import DataError
from logitlab.sandbox import values
from logitlab.sandbox.child import values as child
from logitlab.sandbox.child.dtypes import DTYPES
from logitlab.sandbox.values import (
    ArrayValue,
    MalformedValue,
    MappingValue,
    NumberValue,
    OtherValue,
    SequenceValue,
    TensorValue,
    TextValue,
    parse,
)

pytestmark = pytest.mark.filterwarnings("ignore:ComplexHalf")  # complex32 is experimental

HERE = [name for name in DTYPES if hasattr(torch, name)]
FLOATING = [name for name in HERE if "float" in name]


def received(obj):
    return parse(json.loads(json.dumps(child.encode(obj, child.Budget(8 << 20)), allow_nan=False)))


def bits(tensor):
    """The elements' bytes, as torch itself lays them out."""
    plain = tensor.detach().resolve_conj().resolve_neg()
    plain = plain.clone(memory_format=torch.contiguous_format).reshape(-1)
    return plain.view(torch.uint8).tolist()


@st.composite
def tensors(draw, names=HERE):
    """Any bits, seen through any strides."""
    dtype = getattr(torch, draw(st.sampled_from(names)))
    shape = draw(st.lists(st.integers(0, 4), max_size=4))
    count = math.prod(shape)
    data = draw(st.binary(min_size=count * dtype.itemsize, max_size=count * dtype.itemsize))
    if dtype == torch.bool:
        data = bytes(byte & 1 for byte in data)
    base = torch.frombuffer(bytearray(data), dtype=dtype) if count else torch.empty(0, dtype=dtype)
    x = base.reshape(shape).permute(draw(st.permutations(range(len(shape)))))
    for axis in range(x.ndim):
        first, step = draw(st.integers(0, 2)), draw(st.integers(1, 3))
        x = x[(slice(None),) * axis + (slice(first, None, step),)]
    if draw(st.booleans()):
        x = x.unsqueeze(draw(st.integers(0, x.ndim)))
        x = x.expand([3 if size == 1 else size for size in x.shape])
    return x


@given(tensors())
def test_a_tensor_arrives_bit_for_bit_whatever_its_strides(x):
    value = received(x)
    back = value.to_torch()
    assert (back.dtype, back.shape, back.is_contiguous()) == (x.dtype, x.shape, True)
    assert bits(back) == bits(x)


@given(tensors(["complex32", "complex64", "complex128"]), st.booleans(), st.booleans())
def test_what_torch_puts_off_is_done(x, conjugated, imaginary):
    x = x.conj() if conjugated else x
    x = x.imag if imaginary else x
    assert bits(received(x).to_torch()) == bits(x)


@given(tensors(["float16", "bfloat16", "float32", "float64"]))
def test_a_negative_view_is_resolved(x):
    negative = torch._neg_view(x)
    assert repr(received(negative).to_torch().tolist()) == repr(negative.tolist())


def test_every_dtype_of_torch_with_elements_is_known():
    kinds = [value for value in vars(torch).values() if isinstance(value, torch.dtype)]
    for dtype in {kind for kind in kinds if kind.is_floating_point or kind.is_complex}:
        if "float4" not in str(dtype) and "bcomplex" not in str(dtype):
            assert str(dtype).removeprefix("torch.") in DTYPES
    for name in HERE:
        assert DTYPES[name] == getattr(torch, name).itemsize


def test_a_tensor_of_a_mebibyte_comes_along_whole_from_any_strides():
    x = torch.arange(1 << 17).reshape([2] * 17).permute(*reversed(range(17)))
    assert torch.equal(received(x).to_torch(), x)
    assert received(torch.zeros((1 << 17) + 1, dtype=torch.int64)).why == "too large"


@given(
    st.sampled_from(["bool", "int8", "uint64", "float16", "float64", "complex128"]),
    st.lists(st.integers(0, 3), max_size=3),
    st.booleans(),
    st.booleans(),
)
def test_an_array_arrives_whatever_its_order(dtype, shape, turned, swapped):
    array = np.arange(math.prod(shape)).astype(dtype).reshape(shape)
    array = array.T if turned else array
    array = array.astype(array.dtype.newbyteorder("S")) if swapped else array
    back = received(array).to_numpy()
    assert back.dtype == array.dtype.newbyteorder("=")
    assert np.array_equal(back, array)


def test_what_is_rebuilt_is_its_own():
    value = received(torch.zeros(2))
    value.to_torch()[0] = 1
    received_array = received(np.zeros(2))
    received_array.to_numpy()[0] = 1
    assert value.to_torch().tolist() == received_array.to_numpy().tolist() == [0, 0]


def test_elements_that_did_not_come_cannot_be_had():
    value = received(torch.ones(2, device="meta"))
    for read in (value.to_torch, value.numbers):
        with pytest.raises(DataError, match="got none: meta"):
            read()


# What is shown of it.


@pytest.mark.parametrize("name", FLOATING)
def test_the_numbers_of_every_floating_dtype_are_torchs(name):
    dtype = getattr(torch, name)
    count = 1 << 8 * min(dtype.itemsize, 2)
    whole = np.arange(count, dtype="<u2" if dtype.itemsize > 1 else "u1")
    padded = np.zeros((count, max(1, dtype.itemsize // 2)), dtype=whole.dtype)
    padded[:, -1] = whole  # the upper half: sign, exponent, and some of the fraction
    x = torch.frombuffer(bytearray(padded.tobytes()), dtype=dtype)
    value = TensorValue(dtype=name, shape=(count,), data=padded.tobytes(), why=None)
    assert repr(value.numbers()) == repr(x.double().tolist())


@pytest.mark.parametrize("name", sorted(set(HERE) - set(FLOATING)))
def test_the_numbers_of_every_other_dtype_are_torchs(name):
    x = torch.tensor([0, 1, 0, 1, 1]).to(getattr(torch, name))
    assert received(x).numbers() == x.tolist()
    assert type(received(x).numbers()[0]) is type(x.tolist()[0])


def test_a_tensor_as_json():
    x = torch.tensor([[1.5, math.nan], [math.inf, -math.inf]], requires_grad=True)
    assert received(x).to_json() == {
        "dtype": "float32",
        "shape": [2, 2],
        "values": [1.5, "NaN", "Infinity", "-Infinity"],
        "requires_grad": True,
    }
    long = received(torch.arange(65)).to_json()
    assert (long["values"], long["truncated"]) == (list(range(64)), True)
    assert received(torch.ones(1) + 2j).to_json()["values"] == [[1.0, 2.0]]
    assert received(torch.ones(3, device="meta")).to_json() == {
        "dtype": "float32", "shape": [3], "values": None, "why": "meta", "device": "meta",
    }  # fmt: skip


def test_other_values_as_json():
    obj = {"a": [1, None, math.nan], "b": ("\ud800", True), "c": {1: 2}, "d": torch.float32}
    assert received(obj).to_json() == {
        "a": [1, None, "NaN"],
        "b": ["?", True],
        "c": {"size": 1, "items": [[1, 2]]},
        "d": {"dtype": "float32"},
    }
    assert received([0] * 1001).to_json() == {"size": 1001, "items": [0] * 1000}
    assert received("a" * 70_000).to_json() == {"text": "a" * 65_536, "truncated": True}
    assert received(range(3)).to_json() == {"type": "range", "repr": "range(0, 3)"}
    assert received(torch.Size([2])).to_json() == {"size": [2]}
    assert received(len).to_json() == {"function": "len"}


@pytest.mark.parametrize(
    ("obj", "summary"),
    [
        (torch.zeros(4, 4), "float32 tensor (4, 4)"),
        (np.zeros(3), "float64 array (3,)"),
        (0.5, "0.5"),
        (10**100, "1" + "0" * 58 + "…"),
        (1 << 9999, "int of more than a thousand digits"),
        ("a\x1b[1m\u202eb\n", r"'a\x1b[1m\u202eb\n'"),
        ("a" * 100, "'" + "a" * 58 + "…"),
        ([1, 2], "list of 2"),
        ({1: 2}, "dict of 1"),
        (None, "None"),
        (b"ab", "2 bytes"),
        (torch.Size([1]), "size (1,)"),
        (torch.float32, "dtype float32"),
        (type("A\x1b\u202e\n", (), {}), "class A"),
        (type("A\x1b\u202e\n", (), {})(), "A"),
    ],
    ids=lambda value: "",
)
def test_a_summary_is_one_line_that_is_fit_for_a_terminal(obj, summary):
    assert received(obj).summary() == summary


# What is refused.

FLOATS = {
    "kind": "tensor", "dtype": "float32", "shape": [2], "layout": "strided", "device": "cpu",
    "requires_grad": False, "is_leaf": True, "has_grad": False,
    "data": base64.b64encode(bytes(8)).decode(), "why": None,
}  # fmt: skip
LIST = {"kind": "sequence", "type": "list", "size": 1, "items": [{"kind": "none"}]}


@pytest.mark.parametrize(
    "wrong",
    [
        {"shape": [3]},
        {"shape": [-2]},
        {"shape": [2.0]},
        {"shape": [True, 2]},
        {"shape": [2] + [1] * 64},
        {"shape": [2**63]},
        {"shape": [0, 2**62], "data": ""},
        {"shape": [2**32, 2**32]},  # 0 where it is counted in 64 bits
        {"dtype": "float64"},
        {"dtype": "Tensor"},
        {"dtype": "quint8"},
        {"dtype": "other"},
        {"data": "AAAAAAAAAA"},
        {"data": "AAAAAAAAAAA=\n"},
        {"data": "AAAAAAA AAA="},
        {"data": "A" * 12},
        {"data": None},
        {"why": "sparse"},
        {"data": None, "why": "because"},
        {"layout": "sparse_coo"},
        {"layout": "round"},
        {"device": "meta"},
        {"device": "cpu\x1b[1m"},
        {"requires_grad": 1},
        {"subclass": "a" * 201},
        {"size": 2},
        {"kind": "array"},
        {"kind": "tensors"},
        {"kind": None},
    ],
    ids=str,
)
def test_a_tensor_at_odds_with_itself_is_refused(wrong):
    assert isinstance(parse(FLOATS), TensorValue)
    with pytest.raises(MalformedValue):
        parse(FLOATS | wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [],
        "none",
        {},
        {"kind": "none", "value": 1},
        {"kind": "number", "type": "int", "value": 1.0},
        {"kind": "number", "type": "int", "value": True},
        {"kind": "number", "type": "int", "value": "0x1"},
        {"kind": "number", "type": "int", "value": "0x" + "1" * 900},
        {"kind": "number", "type": "int", "value": "1" * 100},
        {"kind": "number", "type": "float", "value": 1},
        {"kind": "number", "type": "float", "value": "nan"},
        {"kind": "number", "type": "float", "value": None},
        {"kind": "number", "type": "bool", "value": 1},
        {"kind": "number", "type": "complex", "value": [1.0]},
        {"kind": "number", "type": "complex", "value": [1.0, "1"]},
        {"kind": "text", "value": "a" * 65_537},
        {"kind": "text", "value": 1},
        {"kind": "bytes", "size": 3, "head": "AAA="},
        {"kind": "bytes", "size": -1, "head": ""},
        {"kind": "array", "dtype": "bfloat16", "shape": [1], "data": "AAA=", "why": None},
        {"kind": "size", "value": [-1]},
        {"kind": "function", "name": "a" * 201, "module": ""},
        {"kind": "other", "type": "", "module": "", "text": "a" * 501},
        LIST | {"size": 0},
        LIST | {"type": "range"},
        LIST | {"items": [{"kind": "none"}] * 1001, "size": 1001},
        LIST | {"items": [FLOATS | {"shape": [1]}]},
        {"kind": "mapping", "size": 1, "items": [[{"kind": "none"}]]},
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_describes_nothing_is_refused(wrong):
    with pytest.raises(MalformedValue):
        parse(wrong)


def nested(depth):
    described = {"kind": "none"}
    for _ in range(depth):
        described = LIST | {"items": [described]}
    return described


def test_more_than_a_child_sends_is_refused():
    parse(nested(5))
    thousand = LIST | {"items": [{"kind": "none"}] * 1000, "size": 1000}
    for described in (nested(6), nested(100_000), LIST | {"items": [thousand] * 30, "size": 30}):
        with pytest.raises(MalformedValue):
            parse(described)


def test_the_deepest_and_the_widest_that_a_child_sends_are_taken():
    deep = []
    deep.append(deep)
    parse(child.encode(deep, child.Budget(8 << 20)))
    parse(child.encode([[[1] * 1000] * 1000] * 1000, child.Budget(8 << 20)))
    parse(child.encode([[{1: 2}] * 1000] * 1000, child.Budget(8 << 20)))


ZOO = [
    child.encode(obj, child.Budget(1 << 20))
    for obj in (
        torch.arange(4.0).reshape(2, 2), torch.ones(3, dtype=torch.bool), np.arange(3), 1, 2**70,
        0.5, 1j, math.nan, "text", b"bytes", None, [1, (2.0,)], {"a": torch.ones(1), 2: {3}}, len,
        int, torch, torch.float32, torch.device("cpu"), torch.Size([1, 2]), range(2), np.float32(1),
    )
]  # fmt: skip
JUNK = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["tensor", "array", "float64", "bool", "sparse", "AAAA", [], {}, [0], [2, 2]])
)


@given(st.data())
def test_a_valid_description_changed_anywhere_is_consistent_or_malformed(data):
    described = copy.deepcopy(data.draw(st.sampled_from(ZOO)))
    for _ in range(data.draw(st.integers(1, 3))):
        change(described, data)
    try:
        value = parse(described)
    except MalformedValue:
        return
    assert json.dumps(value.to_json(), allow_nan=False).encode()
    assert len(value.summary()) < 1500
    assert value.summary().isprintable()
    if isinstance(value, TensorValue) and value.data is not None:
        assert tuple(value.to_torch().shape) == value.shape
    if isinstance(value, ArrayValue) and value.data is not None:
        assert value.to_numpy().shape == value.shape


def change(described, data):
    """Another value, another key or one less, somewhere within."""
    place = described
    while True:
        assume(place)
        keys = sorted(place) if isinstance(place, dict) else range(len(place))
        key = data.draw(st.sampled_from(keys))
        inner = place[key]
        if isinstance(inner, dict | list) and inner and data.draw(st.booleans()):
            place = inner
            continue
        break
    match data.draw(st.sampled_from(["replace", "delete", "add"])):
        case "replace":
            place[key] = copy.deepcopy(data.draw(JUNK))
        case "delete":
            del place[key]
        case _ if isinstance(place, dict):
            name = data.draw(st.sampled_from(["subclass", "size", "value", "x"]))
            place[name] = copy.deepcopy(data.draw(JUNK))
        case _:
            place.append(copy.deepcopy(data.draw(JUNK)))


def test_a_boolean_of_any_byte_is_true_or_false():
    data = base64.b64encode(b"\0\1\2\xff" * 2).decode()
    value = parse(FLOATS | {"dtype": "bool", "shape": [8], "data": data})
    assert value.to_torch().view(torch.uint8).tolist() == [0, 1, 1, 1] * 2


def test_values_say_what_they_are():
    match received({"a": [1]}):
        case MappingValue(items=((TextValue(value="a"), SequenceValue(items=(one,))),)):
            assert one == NumberValue("int", 1)
    assert isinstance(received(object()), OtherValue)
    assert set(values.__all__) >= {"Value", "parse", "to_wire"}
