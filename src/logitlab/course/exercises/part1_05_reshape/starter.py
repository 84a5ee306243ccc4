# %% [markdown]
# # 5 · Reshape and flatten
#
# Make `x5` from `torch.linspace(1, 12, steps=12)`, reshaped to (3, 4). Then flatten it to one
# dimension.
#
# Print the original shape and the flattened shape.

# %%
import torch

x5 = ...

# Flatten x5 to one dimension.

# Print the original shape and the flattened shape.

# %%
from logitlab import check

check("5")
