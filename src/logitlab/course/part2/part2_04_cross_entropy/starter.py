# %% [markdown]
# # The cross-entropy loss
#
# Write `cross_entropy(z, y)`: L = − Σ_i y_i log ŷ_i, a scalar, for logits `z` and a target
# `y` of shape (K,), where `y` is one-hot or any distribution that sums to 1. It is finite
# for logits of any size. Do it without `F.cross_entropy` (a softmax or log_softmax inside
# is welcome), and leave `z` and `y` as they were.

# %%
import torch
from torch import Tensor


def cross_entropy(z: Tensor, y: Tensor) -> Tensor:
    # z, y: (K,); the result: a scalar
    ...


# %%
# Try it: equal logits give log 3, about 1.0986
print(cross_entropy(torch.zeros(3), torch.tensor([0.0, 1.0, 0.0])))

# %%
from logitlab import check

check("cross_entropy")
