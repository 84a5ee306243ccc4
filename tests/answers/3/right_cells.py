# %% Setup
import torch

# %% Data
x3 = torch.normal(0, 1, size=(3, 2))
x3_transposed = x3.permute(1, 0)

# %% Product
gram = x3 @ x3_transposed
gram.shape
