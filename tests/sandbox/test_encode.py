"""Any object of a learner's is described: in bounds, truly, and without running its code."""

import builtins
import collections
import ctypes
import enum
import json
import math
import types

import numpy as np
import pytest
import torch
from torch._subclasses import FakeTensorMode

from logitlab.sandbox.child import values as child
from logitlab.sandbox.child.tensors import MAX_TENSOR_BYTES
from logitlab.sandbox.values import (
    MappingValue,
    NumberValue,
    OtherValue,
    SequenceValue,
    TensorValue,
    TextValue,
    parse,
)

LIMIT = 4 << 20


def described(obj, budget=LIMIT):
    """`obj` as the parent sees it."""
    text = json.dumps(child.encode(obj, child.Budget(budget)), allow_nan=False)
    assert len(text) < LIMIT
    return parse(json.loads(text))


class Lied(BaseException):
    """Not even an Exception: what `except Exception` lets through."""


def lie(*arguments, **keywords):
    raise Lied


# fmt: off
NAMES = [
    "__getattribute__", "__repr__", "__str__", "__format__", "__len__", "__iter__", "__next__",
    "__bool__", "__getitem__", "__contains__", "__eq__", "__ne__", "__hash__", "__int__",
    "__float__", "__index__", "__complex__", "__lt__", "__add__", "__pos__", "__neg__", "__abs__",
    "__reduce__", "__reduce_ex__", "__sizeof__", "__dir__", "__instancecheck__", "__array__",
    "__subclasscheck__", "__bytes__", "__torch_function__", "__torch_dispatch__", "bit_length",
    "item", "tolist", "tobytes", "items", "keys", "values", "get", "hex", "real", "imag", "encode",
]
# fmt: on
LIES = dict.fromkeys(NAMES, lie)


def liar(base, *arguments):
    """An instance of a subclass of `base` whose every method lies, but its making."""
    cls = type("Liar", (base,), {"__class__": property(lie)})
    made = base.__new__(cls, *arguments)
    if base in (list, set, dict):
        base.__init__(made, *arguments)
    for name, value in LIES.items():
        setattr(cls, name, value)
    return made


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (liar(int, 7), NumberValue("int", 7, subclass="Liar")),
        (liar(float, 0.5), NumberValue("float", 0.5, subclass="Liar")),
        (liar(complex, 1, 2), NumberValue("complex", 1 + 2j, subclass="Liar")),
        (liar(str, "word"), TextValue("word", subclass="Liar")),
        (liar(list, [1]), SequenceValue("list", 1, (NumberValue("int", 1),), "Liar")),
        (liar(tuple, [1]), SequenceValue("tuple", 1, (NumberValue("int", 1),), "Liar")),
        (liar(set, [1]), SequenceValue("set", 1, (NumberValue("int", 1),), "Liar")),
        (liar(frozenset, [1]), SequenceValue("set", 1, (NumberValue("int", 1),), "Liar")),
        (
            liar(dict, {"a": 1}),
            MappingValue(1, ((TextValue("a"), NumberValue("int", 1)),), "Liar"),
        ),
        (liar(object), OtherValue("Liar", __name__, None)),
    ],
    ids=lambda value: "",
)
def test_a_subclass_that_lies_is_what_it_is(made, expected):
    assert described(made) == expected


def test_a_description_holds_no_object_of_the_learners():
    def leaves(obj):
        if type(obj) not in (list, tuple, dict):
            return [type(obj)]
        items = obj.items() if type(obj) is dict else obj
        return [leaf for item in items for leaf in leaves(item)]

    liars = (
        liar(int, 7),
        liar(float, 0.5),
        liar(complex, 1, 2),
        liar(str, "word"),
        liar(bytes, b"a"),
    )
    found = leaves(child.encode([*liars], child.Budget(LIMIT)))
    assert set(found) == {int, float, str}


def test_a_tensor_subclass_that_lies_is_what_it_is():
    class Liar(torch.Tensor):
        pass

    x = torch.tensor([[1.0, 2.0], [3.0, 4.0]]).as_subclass(Liar)
    for name in [*LIES, "shape", "dtype", "device", "grad", "layout", "data_ptr", "stride"]:
        setattr(Liar, name, lie)
    value = described(x)
    assert value.to_torch().tolist() == [[1.0, 2.0], [3.0, 4.0]]
    assert (value.subclass, value.dtype, value.device) == (
        Liar.__qualname__[:200],
        "float32",
        "cpu",
    )


def test_an_array_subclass_that_lies_is_what_it_is():
    array = liar(np.ndarray, (2,))
    np.ndarray.fill(array, 3)
    value = described(array)
    assert value.to_numpy().tolist() == [3.0, 3.0]
    assert value.subclass == "Liar"


def test_metaclass_that_lies():
    meta = type("Meta", (type,), LIES | {"__name__": property(lie), "__module__": property(lie)})
    cls = type.__new__(meta, "Made", (), {"__module__": 7})
    assert described(cls).name == "Made"
    assert described(object.__new__(cls)).type == "Made"


def test_a_metaclass_is_asked_nothing():
    ran = []

    class Meta(type):
        __hash__ = __eq__ = __instancecheck__ = __subclasscheck__ = lambda *asked: ran.append(asked)

    cls = Meta("Made", (), {"__module__": Meta("Text", (), {})()})
    described([cls, cls(), {1: cls()}])
    assert ran == []


class Recursive:
    def __repr__(self):
        return repr(self)


class Odd(str):
    """A str whose repr gives one."""

    def __repr__(self):
        return self

    def __getitem__(self, index):
        raise Lied


class Shouts:
    def __repr__(self):
        return Odd("x" * 10_000_000)


def test_a_repr_that_recurses_is_left_out():
    assert described(Recursive()).text is None


def test_a_repr_is_cut():
    assert described(Shouts()).text == "x" * 500


def cyclic():
    items = [1]
    items.extend([items] * 1000)
    return items


def wide():
    return [[[["x"] * 1000] * 1000] * 1000] * 1000


def wrapped(transform):
    found = []

    def keep(x):
        found.append(child.encode(x, child.Budget(LIMIT)))
        return x.sum()

    transform(keep)(torch.ones(3, 2))
    return parse(json.loads(json.dumps(found[0])))


def emptied():
    x = torch.ones(4)
    x.untyped_storage().resize_(0)
    return x


def shortened():
    x = torch.ones(4)
    x.untyped_storage().resize_(15)
    return x


def wrapper_subclass():
    class Wrapper(torch.Tensor):
        @staticmethod
        def __new__(cls):
            return torch.Tensor._make_wrapper_subclass(cls, (2, 2), dtype=torch.float32)

        __torch_dispatch__ = classmethod(lie)

    return Wrapper()


def fake():
    with FakeTensorMode():
        return torch.ones(3)


@pytest.mark.parametrize(
    ("make", "shape", "why"),
    [
        (lambda: torch.ones(1).expand(10**9), (10**9,), "too large"),
        (lambda: torch.ones(1, 1).expand(2**31, 2**31), (2**31, 2**31), "too large"),
        (lambda: torch.zeros(MAX_TENSOR_BYTES + 1, dtype=torch.bool), (2**20 + 1,), "too large"),
        (lambda: torch.ones(2, 2, device="meta"), (2, 2), "meta"),
        (lambda: torch.eye(2).to_sparse(), (2, 2), "sparse"),
        (lambda: torch.eye(2).to_sparse_csr(), (2, 2), "sparse"),
        (lambda: torch.ones(2).to_mkldnn(), (2,), "layout"),
        (lambda: torch.quantize_per_tensor(torch.ones(3), 1, 0, torch.qint8), (3,), "quantized"),
        (emptied, (4,), "no storage"),
        (shortened, (4,), "no storage"),
        (wrapper_subclass, (2, 2), "no storage"),
        (fake, (3,), "no storage"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
@pytest.mark.filterwarnings("ignore::UserWarning")  # sparse, quantised: torch calls them beta
def test_a_tensor_without_elements_to_be_had_says_why(make, shape, why):
    value = described(make())
    assert (value.shape, value.data, value.why) == (shape, None, why)


@pytest.mark.parametrize(
    ("transform", "shape"), [(torch.func.vmap, (2,)), (torch.func.grad, (3, 2))]
)
def test_a_tensor_within_a_transform_says_so(transform, shape):
    value = wrapped(transform)
    assert (value.shape, value.why) == (shape, "no storage")


@pytest.mark.parametrize("layout", [torch.strided, torch.jagged])
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_nested_tensor_has_no_shape_to_tell(layout):
    nested = torch.nested.nested_tensor([torch.ones(2), torch.ones(3)], layout=layout)
    assert isinstance(described(nested), OtherValue)


@pytest.mark.parametrize(
    "make",
    [cyclic, wide, lambda: (n for n in range(3)), lambda: collections.defaultdict(list, {1: [2]}),
     lambda: {(1, 2): 3, None: {4}}, lambda: 10**5000, lambda: "é" * 10**6, lambda: [2**64] * 2000,
     lambda: collections.deque([1]), lambda: types.SimpleNamespace(a=1),
     lambda: torch.nn.Linear(2, 2),
     lambda: torch.Generator(), lambda: torch.cuda.Stream, lambda: memoryview(b"ab"),
     lambda: np.array([{}, []], dtype=object), lambda: np.datetime64("2020-01-01"),
     lambda: np.longdouble(1), lambda: np.zeros(2, dtype="i4,f8"), lambda: np.dtype("i4,f8"),
     lambda: np.broadcast_to(1.0, (10**9,)), lambda: [[]] * 1000],
    ids=lambda make: make.__code__.co_firstlineno,
)  # fmt: skip
def test_the_rest_of_the_zoo_is_described_in_bounds(make):
    described(make())


def test_named_kinds():
    pair = collections.namedtuple("Pair", "left right")(1, 2)
    colour = enum.IntEnum("Colour", "RED").RED
    assert described(pair).subclass == "Pair"
    assert described(torch.ones(2).max(0)).type == "tuple"
    assert described(colour) == NumberValue("int", 1, subclass="Colour")
    assert described(lie).module == __name__
    assert described(torch.nn.functional.softmax).summary() == "function softmax"
    assert described([].append).name == "list.append"
    assert described(pytest).name == "pytest"
    assert described(Shouts).name == "Shouts"
    assert described(torch.bfloat16).name == "bfloat16"
    assert described(np.dtype(">f8")).library == "numpy"
    assert described(torch.device("cuda:1")).name == "cuda:1"
    assert described(torch.Size([2, 3])).value == (2, 3)
    assert described(b"abc" * 100).size == 300


@pytest.mark.parametrize(
    "number",
    [0, -1, True, 2**63 - 1, -(2**63), 2**64, -(10**999), 0.1, -0.0, math.inf, -math.inf, 1e-320,
     1 - 2j, complex(math.inf, -0.0)],
)  # fmt: skip
def test_numbers_arrive_exactly(number):
    value = described(number).value
    assert type(value) is type(number)
    assert repr(value) == repr(number)


def test_nan_and_numbers_without_end():
    assert math.isnan(described(math.nan).value)
    assert described(1 << 10_000).value is None


@pytest.mark.parametrize("scalar", [np.float64(3), np.float32(0.1), np.int8(3), np.bool_(True)])
def test_a_numpy_scalar_is_a_number_with_a_dtype(scalar):
    value = described(scalar)
    assert (value.value, value.dtype) == (scalar.item(), scalar.dtype.name)


def test_a_long_text_is_cut():
    value = described("a" * 65_537)
    assert (len(value.value), value.truncated) == (65_536, True)
    assert not described("a" * 65_536).truncated


def test_the_budget_drops_elements_texts_and_items_but_tells_what_they_were():
    budget = child.Budget(3000)
    first, second = (child.encode(torch.ones(500), budget) for _ in range(2))
    assert (first["why"], second["why"]) == (None, "budget")
    assert child.encode("a" * 400, budget) == {"kind": "text", "value": "", "truncated": True}
    listed = child.encode([1] * 100, budget)
    assert len(listed["items"]) < listed["size"] == 100


def test_gradients_are_told_without_a_warning():
    leaf = torch.ones(2, requires_grad=True)
    inner = leaf * 2
    kept = leaf * 3
    kept.retain_grad()
    (inner + kept).sum().backward()
    told = [described(x) for x in (leaf, inner, kept)]
    assert [(x.requires_grad, x.is_leaf, x.has_grad) for x in told] == [
        (True, True, True),
        (True, False, False),
        (True, False, True),
    ]
    assert described(torch.nn.Parameter(torch.ones(1))).subclass == "Parameter"


def test_reading_leaves_the_tensor_as_it_was():
    x = torch.ones(3, 2, requires_grad=True)
    view = (x * 2).T
    before = view._version, view.grad_fn, x._version
    described(view)
    assert (view._version, view.grad_fn, x._version) == before


def test_a_patched_torch_and_builtins_change_nothing(monkeypatch):
    x, budget = torch.arange(6.0).reshape(2, 3).T, child.Budget(LIMIT)
    with monkeypatch.context() as patch:
        for name in ("numpy", "detach", "contiguous", "tolist", "data_ptr", "shape", "is_conj"):
            patch.setattr(torch.Tensor, name, lie, raising=False)
        patch.setattr(torch, "frombuffer", lie)
        patch.setattr(torch, "strided", lie)
        patch.setattr(ctypes, "string_at", lie)
        true = dict(vars(builtins))
        try:
            names = "len isinstance type tuple bytearray range sum memoryview zip slice list id"
            vars(builtins).update(dict.fromkeys(names.split(), lie))
            found = child.encode([x, 1.5, "a"], budget)
        finally:
            builtins.__dict__.update(true)
    assert parse(found["items"][0]).to_torch().tolist() == [[0, 3], [1, 4], [2, 5]]
    assert [item["kind"] for item in found["items"]] == ["tensor", "number", "text"]


def test_a_mode_of_the_learners_does_not_see_it():
    class Mode(torch.overrides.TorchFunctionMode):
        __torch_function__ = lie

    class Dispatch(torch.utils._python_dispatch.TorchDispatchMode):
        __torch_dispatch__ = lie

    x = torch.ones(2, 2).T
    with Mode(), Dispatch():
        found = child.encode(x, child.Budget(LIMIT))
    assert isinstance(parse(found), TensorValue)
