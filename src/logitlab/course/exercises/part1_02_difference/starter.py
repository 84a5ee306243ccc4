# %% [markdown]
# # 2 · Integers as floats
#
# Make `x2`, an integer tensor of shape (4, 4) with random integers in [0, 10), and `x2_float`, the
# same as float.
#
# Print the difference `x2_float - x2`, and explain in words why it is zero or not.

# %%
import torch

x2 = ...
x2_float = ...

# Print the difference x2_float - x2.

# Say why it is zero or not: in a comment, a printed sentence or a Markdown cell.

# %%
from logitlab import check

check("2")
