# %%
import torch

X7_A = torch.rand(2, 2)
X7_B = torch.rand(2, 2)

# %%
torch.cat([X7_A, X7_B], axis=0)

# %%
torch.cat([X7_A, X7_B], axis=1)
