# %% [markdown]
# # Softmax by hand
#
# Write `softmax(z)`: the probabilities ŷ_i = exp(z_i) / Σ_j exp(z_j) along the last
# dimension of `z`, whose shape is (K,) or (N, K). Do it without `torch.softmax`, and
# leave `z` as it was.

# %%
import torch
from torch import Tensor


def softmax(z: Tensor) -> Tensor:
    # z and the result: (K,) or (N, K)
    ...


# %%
# Try it: about 0.09, 0.24, 0.67
print(softmax(torch.tensor([1.0, 2.0, 3.0])))

# %%
from logitlab import check

check("softmax")
