# %%
import torch

x2 = torch.randint(0, 10, (4, 4))
x2_float = x2 * 1.0

# %%
torch.sub(x2_float, x2)

# %% [markdown]
# All zeros: torch promotes `x2` to float before it subtracts, and a float32 holds
# every integer from 0 to 9 exactly.
