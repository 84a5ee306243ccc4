# %% [markdown]
# Assignment 10

# %%
import torch

x10 = torch.randn(3, 2)
x10

# %%
replicated = torch.stack(3 * [x10], dim=-3)
replicated

# %%
replicated.shape
