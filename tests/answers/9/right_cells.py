# %%
import torch

x9 = torch.randn(3, 3)

# %%
x9.det()

# %% [markdown]
# A value near zero would hint at a nearly singular matrix, but the size depends on the scale of
# `x9`, so the condition number is the better measure.

# %%
torch.linalg.cond(x9)
