# %% [markdown]
# # 3 · Transpose and matrix product
#
# Make `x3`, a random float tensor of shape (3, 2), and `x3_transposed`, its transpose, of shape (2,
# 3).
#
# Compute the matrix product `x3 @ x3_transposed` and print its shape.

# %%
import torch

x3 = ...
x3_transposed = ...

# Compute the matrix product x3 @ x3_transposed and print its shape.

# %%
from logitlab import check

check("3")
