"""Which of the two routes a call takes: plain torch operations, or the in-place kernels."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.autograd import forward_ad
from torch.utils._python_dispatch import _get_current_dispatch_mode


def must_trace(*tensors: Tensor | None) -> bool:
    """Whether torch has to see each operation.

    So it is under torch.compile, torch.export, torch.jit.trace, torch.func and forward mode, for
    tensor subclasses, and for devices without data (meta).
    """
    if torch.compiler.is_compiling() or torch.jit.is_tracing():  # type: ignore
        return True
    if torch._C._are_functorch_transforms_active() or _get_current_dispatch_mode() is not None:
        return True
    return any(_is_opaque(tensor) for tensor in tensors if tensor is not None)


def _is_opaque(tensor: Tensor) -> bool:
    if type(tensor) not in (Tensor, torch.nn.Parameter) or tensor.is_meta:
        return True
    return forward_ad.unpack_dual(tensor).tangent is not None  # type: ignore[no-untyped-call]


def needs_gradient(*tensors: Tensor | None) -> bool:
    """Whether autograd is to record what happens to any of the tensors."""
    return torch.is_grad_enabled() and any(t is not None and t.requires_grad for t in tensors)


def under_autocast(input: Tensor) -> Tensor:
    """Return the input in float32 inside torch.autocast, as torch's own losses compute there."""
    kind = input.device.type
    if not torch.amp.is_autocast_available(kind) or not torch.is_autocast_enabled(kind):
        return input
    return input if input.dtype == torch.float64 else input.float()
