# %%
import torch

x6 = torch.randn(4, 4)
x6

# %% [markdown]
# ## Column-wise

# %%
x6.sum(axis=0), x6.sum(axis=0).shape

# %% [markdown]
# ## Row-wise

# %%
x6.sum(axis=1), x6.sum(axis=1).shape
