# %% [markdown]
# # 9 · Determinant
#
# Make `x9`, a random float tensor of shape (3, 3).
#
# Print its determinant by `torch.linalg.det`, and interpret it: near zero, is the matrix nearly
# singular?

# %%
import torch

x9 = ...

# Print the determinant of x9.

# Say what it tells: in a comment, a printed sentence or a Markdown cell.

# %%
from logitlab import check

check("9")
