# %% [markdown]
# # 8 · Maximum and mean in three dimensions
#
# Make `x8`, a three-dimensional random tensor of shape (2, 3, 4), with `torch.randint`.
#
# Find its maximum over all elements and its mean along dim 2. Print both and the shapes of the
# resulting tensors.

# %%
import torch

x8 = ...

# Print the maximum of all elements and its shape.

# Print the mean along dim 2 and its shape.

# %%
from logitlab import check

check("8")
