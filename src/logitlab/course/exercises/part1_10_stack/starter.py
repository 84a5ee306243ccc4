# %% [markdown]
# # 10 · Stack
#
# Make `x10`, a random float tensor of shape (3, 2), with `torch.randn`.
#
# Replicate it three times along a new dimension with `torch.stack`, to the shape (3, 3, 2), and
# print the final shape.

# %%
import torch

x10 = ...

# Stack x10 three times along a new dimension and print the final shape.

# %%
from logitlab import check

check("10")
