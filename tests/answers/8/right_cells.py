# %%
import torch

x8 = torch.randint(-20, 20, (2, 3, 4))

# %%
top = x8.max()
top, top.shape

# %%
average = x8.mean(dim=-1, dtype=torch.float32)
average

# %%
average.shape
