# %%
import torch

X4_A = torch.randint(1, 6, (2, 3))
X4_B = torch.randint(1, 6, (2, 3))

# %%
total = X4_A + X4_B
total, total.shape

# %%
difference = X4_A - X4_B
difference, difference.shape

# %%
product = X4_A * X4_B
product, product.shape
