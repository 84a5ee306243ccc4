# %% [markdown]
# # 4 · Sum, difference, element-wise product
#
# Make `X4_A` and `X4_B`, each of shape (2, 3) with random integers in [1..5], both ends included.
#
# Print their sum, their difference and their element-wise product, each with its shape.

# %%
import torch

X4_A = ...
X4_B = ...

# Print their sum and its shape.

# Print their difference and its shape.

# Print their element-wise product and its shape.

# %%
from logitlab import check

check("4")
