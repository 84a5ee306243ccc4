# %% [markdown]
# # 1 · Shape, dtype and mean
#
# Make `x1`, a two-dimensional tensor of shape (5, 6), with random numbers from `torch.randn`.
#
# Print its shape, its dtype, and the mean of all its elements.

# %%
import torch

x1 = ...

# Print the shape of x1, its dtype, and the mean of all its elements.

# %%
from logitlab import check

check("1")
