"""A fingerprint changes with the value, is the same for what stayed, and runs no learner's code."""

import math

import numpy as np
import pytest
import torch

from logitlab.sandbox.child.values import fingerprint


def set_first(x):
    x[0] = 5


@pytest.mark.parametrize(
    ("obj", "change"),
    [
        (torch.zeros(2), set_first),
        (torch.zeros(2), lambda x: x.data.fill_(1)),
        (torch.zeros(2), lambda x: x.numpy().fill(1)),
        (torch.zeros(100_000), set_first),
        (torch.zeros(2), lambda x: x.requires_grad_()),
        (torch.zeros(2, requires_grad=True), lambda x: x.sum().backward()),
        (torch.zeros(4), lambda x: x.resize_(2, 2)),
        (np.zeros(2), set_first),
        ([1], set_first),
        ([1.0] * 1000, set_first),
        ([-1], lambda items: items.__setitem__(0, -2)),  # their hashes are the same
        ([-1] * 100, lambda items: items.__setitem__(0, -2)),
        (["a"] * 100, set_first),
        ([1], lambda items: items.append(2)),
        ([[1, [2]]], lambda items: items[0].append(3)),
        ([torch.zeros(2)], lambda items: set_first(items[0])),
        ({"a": 1}, lambda items: items.update(a=2)),
        ({"a": [1]}, lambda items: items["a"].append(2)),
        ({1}, lambda items: items.add(2)),
    ],
    ids=lambda value: "",
)
def test_a_change_in_place_changes_it(obj, change):
    before = fingerprint(obj)
    assert fingerprint(obj) == before
    change(obj)
    assert fingerprint(obj) != before


@pytest.mark.parametrize(
    "obj", [1, True, 0.5, math.nan, "a", "a" * 2000, [math.nan], None, object()]
)
def test_what_stayed_keeps_it(obj):
    assert fingerprint(obj) == fingerprint(obj)


def test_kinds_of_numbers_differ():
    assert len({fingerprint(number) for number in (1, True, 1.0, -0.0, 0.0, "1")}) == 6


class Liar:
    def __eq__(self, other):
        raise SystemExit

    __hash__ = __len__ = __iter__ = __repr__ = __getattribute__ = __eq__


def test_no_code_of_the_objects_runs():
    ran = []

    class Items(list):
        __len__ = __iter__ = __eq__ = __getitem__ = Liar.__eq__

    class Meta(type):
        __hash__ = __eq__ = __len__ = ran.append

    obj = Items([Liar(), Meta("Made", (), {})(), [Liar()] * 100])
    assert fingerprint(obj) == fingerprint(obj)
    assert len(fingerprint(obj)) > 2  # it was looked into
    assert ran == []


def test_a_cycle_ends():
    items = [1, "a"]
    items.append(items)
    assert fingerprint(items) == fingerprint(items)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_tensors_without_elements_have_one():
    with torch.inference_mode():
        untracked = torch.ones(2)
    nested = torch.nested.nested_tensor([torch.ones(2), torch.ones(3)])
    for x in (untracked, nested, torch.eye(2).to_sparse(), torch.ones(1).expand(10**9)):
        assert fingerprint(x) == fingerprint(x)
