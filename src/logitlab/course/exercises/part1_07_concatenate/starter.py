# %% [markdown]
# # 7 · Concatenate
#
# Make `X7_A` and `X7_B`, two random float tensors of shape (2, 2).
#
# Print their concatenation along dim 0, of shape (4, 2), and along dim 1, of shape (2, 4).

# %%
import torch

X7_A = ...
X7_B = ...

# Print their concatenation along dim 0.

# Print their concatenation along dim 1.

# %%
from logitlab import check

check("7")
