# %% [markdown]
# # 6 · Sums by column and by row
#
# Make `x6`, a random float tensor of shape (4, 4).
#
# Print its column-wise sum and its row-wise sum, and confirm that both have the shape (4,).

# %%
import torch

x6 = ...

# Print the column-wise sum and its shape.

# Print the row-wise sum and its shape.

# %%
from logitlab import check

check("6")
