"""Moving arrays between NumPy and torch."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import torch

from logitlab.data import Dataset
from logitlab.data.arrays import NUMPY, home, move, to_numpy
from logitlab.errors import ParameterError


def test_home_is_where_x_is_unless_a_device_is_named():
    assert isinstance(home([[1.0]], None), np.ndarray)
    assert home(torch.ones(1), None).device.type == "cpu"
    assert home(np.ones(1), "meta").device.type == "meta"
    assert home(torch.ones(1), "meta").device.type == "meta"


def test_an_impossible_device_says_what_torch_says():
    with pytest.raises(ParameterError, match="hint: torch says: "):
        home(np.ones(1), "abacus")


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64])
def test_there_and_back_is_the_same(dtype):
    array = np.arange(6, dtype=dtype).reshape(2, 3)
    tensor = move(array, torch.empty(0))
    assert isinstance(tensor, torch.Tensor)
    back = move(tensor, NUMPY)
    assert back.dtype == dtype
    assert np.array_equal(back, array)


def test_a_read_only_array_is_copied_not_shared():
    array = np.ones(3)
    array.flags.writeable = False
    move(array, torch.empty(0)).add_(1.0)
    assert array.tolist() == [1.0, 1.0, 1.0]


def test_half_precision_and_gradients_come_back_as_plain_arrays():
    assert to_numpy(torch.ones(2, dtype=torch.bfloat16)).dtype == np.float32
    assert to_numpy(torch.ones(2, requires_grad=True)).tolist() == [1.0, 1.0]


def test_a_data_set_moves_as_a_whole():
    data = Dataset(np.ones((2, 1)), np.array([0, 1]), np.array(["a", "b"]), np.ones(2))
    moved = data.to(torch.empty(0))
    assert all(isinstance(a, torch.Tensor) for a in (moved.features, moved.targets, moved.weights))
    assert moved.classes is data.classes


def test_the_room_imports_no_torch():
    code = "import sys, logitlab.data; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
