# %%
import torch

x5 = torch.linspace(1, 12, steps=12).reshape((3, 4))
x5

# %%
x5.shape

# %%
flat = x5.reshape(12)
flat

# %%
flat.shape
