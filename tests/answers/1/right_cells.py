# %% [markdown]
# Assignment 1

# %%
import torch

# %%
x1 = torch.randn(5, 6)
x1

# %%
x1.size()

# %%
x1.dtype

# %%
torch.mean(x1)
