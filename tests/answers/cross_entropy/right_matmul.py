# %%
import torch

# %%
def cross_entropy(z, y):
    shifted = z - z.amax()
    return (torch.log(torch.exp(shifted).sum()) - shifted) @ y

# %%
cross_entropy(torch.tensor([1.0, 2.0]), torch.tensor([0.5, 0.5]))
