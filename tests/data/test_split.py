"""Splits keep every sample once, and the classes in proportion."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logitlab.data import Dataset, split
from logitlab.errors import DataError


def dataset(targets) -> Dataset:
    count = len(targets)
    features = np.arange(count, dtype=float)[:, None]
    return Dataset(features, np.asarray(targets), np.arange(10), np.arange(count) + 1.0)


@given(
    st.lists(st.integers(0, 4), min_size=2, max_size=60),
    st.floats(0.01, 0.99),
    st.integers(0, 100),
)
@settings(derandomize=True, deadline=None, max_examples=60)
def test_each_sample_is_in_one_part_with_its_target_and_weight(targets, share, seed):
    parts = split(dataset(targets), share, random_state=seed)
    rows = np.concatenate([parts.train.features, parts.held_out.features]).ravel().astype(int)
    assert sorted(rows.tolist()) == list(range(len(targets)))
    assert min(len(parts.train), len(parts.held_out)) >= 1
    for part in (parts.train, parts.held_out):
        index = part.features.ravel().astype(int)
        assert np.array_equal(part.targets, np.asarray(targets)[index])
        assert np.array_equal(part.weights, index + 1.0)


def test_classes_are_held_out_in_proportion():
    parts = split(dataset([0] * 50 + [1] * 30 + [2] * 20), 0.1)
    assert np.bincount(parts.held_out.targets).tolist() == [5, 3, 2]


def test_soft_labels_are_split_by_their_most_probable_class():
    soft = Dataset(np.zeros((20, 1)), np.eye(2)[[0] * 10 + [1] * 10], np.arange(2))
    assert split(soft, 0.5).held_out.targets.sum(axis=0).tolist() == [5.0, 5.0]


def test_the_seed_decides():
    whole = dataset([0, 1] * 20)
    one, two, other = (split(whole, 0.3, random_state=seed) for seed in (0, 0, 1))
    assert np.array_equal(one.held_out.features, two.held_out.features)
    assert not np.array_equal(one.held_out.features, other.held_out.features)


def test_one_sample_cannot_be_cut():
    with pytest.raises(DataError, match="held-out part: got n_samples = 1"):
        split(dataset([0]), 0.5)
