# %% [markdown]
# # The gradient ŷ − y
#
# Write `cross_entropy_grad(z, y)`: the gradient ŷ − y of the cross-entropy, of shape (K,),
# right for logits of any size. And `numerical_grad(f, z)`: the gradient of any function
# `f` at `z` by central differences, (f(z + h e_k) − f(z − h e_k)) / 2h for each k. In
# float64 the two agree. Do it without autograd, and leave `z` and `y` as they were.

# %%
from collections.abc import Callable

import torch
from torch import Tensor


def cross_entropy_grad(z: Tensor, y: Tensor) -> Tensor:
    # z, y and the result: (K,)
    ...


def numerical_grad(f: Callable[[Tensor], Tensor | float], z: Tensor) -> Tensor:
    # z and the result: (K,)
    ...


# %%
# Try it: (1/2, -1/2), and the gradient of Σ z², which is 2z: (2, 4)
print(cross_entropy_grad(torch.zeros(2), torch.tensor([0.0, 1.0])))
print(numerical_grad(lambda z: (z**2).sum(), torch.tensor([1.0, 2.0], dtype=torch.float64)))

# %%
from logitlab import check

check("cross_entropy_grad")
