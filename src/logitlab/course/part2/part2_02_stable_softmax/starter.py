# %% [markdown]
# # Softmax that never overflows
#
# Write `stable_softmax(z)`: softmax along the last dimension of `z`, whose shape is (K,)
# or (N, K), right for logits of any finite size. A constant that is subtracted from all
# logits of a row changes nothing. Do it without `torch.softmax`, and leave `z` as it was.

# %%
import torch
from torch import Tensor


def stable_softmax(z: Tensor) -> Tensor:
    # z and the result: (K,) or (N, K)
    ...


# %%
# Try it: one half, one half, and 0
print(stable_softmax(torch.tensor([1000.0, 1000.0, 0.0])))

# %%
from logitlab import check

check("stable_softmax")
