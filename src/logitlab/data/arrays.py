"""Where arrays live: in NumPy by default, in torch when asked or when given tensors.

One rule: `device=None` computes where X already is (lists, frames and NumPy arrays in NumPy; a
torch tensor in torch, on its own device); any other device is torch's. torch is imported only
when one of the two asks for it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from array_api_compat import array_namespace, is_numpy_array, is_torch_array
from array_api_compat import device as device_of

from logitlab.errors import ParameterError

Array = Any  # a NumPy array or a torch tensor; the array API standard has no common type

#: what is moved to be like this is a NumPy array
NUMPY = np.empty(0)


def to_numpy(array: Any) -> Any:
    """Return a torch tensor as a NumPy array, and anything else as it is."""
    if not is_torch_array(array):
        return array
    array = array.detach().cpu()
    return array.float().numpy() if array.dtype.itemsize == 2 else array.numpy()


def home(x: Any, device: str | None) -> Array:
    """Return an empty array whose library and device the computation is to use.

    >>> home([[1.0]], None)
    array([], dtype=float64)
    >>> home([[1.0]], "cpu").device
    device(type='cpu')
    """
    if device is None and not is_torch_array(x):
        return NUMPY
    import torch

    try:
        return torch.empty(0, device=device_of(x) if device is None else device)
    except (RuntimeError, AssertionError) as error:
        raise ParameterError(
            "device",
            got=repr(device),
            expected='None, "cpu", "cuda" or another device of this torch build',
            hint=f"torch says: {str(error).splitlines()[0]}",
        ) from error


def move(array: Array, like: Array) -> Array:
    """Return an array in the library, and on the device, of `like`; a copy only where it must.

    >>> move(np.ones(2), NUMPY)
    array([1., 1.])
    """
    if is_numpy_array(like):
        return to_numpy(array)
    if is_numpy_array(array) and not array.flags.writeable:
        array = array.copy()  # torch does not share memory that it may not write
    return array_namespace(like).asarray(array, device=device_of(like))
