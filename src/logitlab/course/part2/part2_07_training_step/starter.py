# %% [markdown]
# # One step of gradient descent
#
# Write `training_step(X, targets, W, b, lr)`: one gradient step of softmax regression,
# whose logits are X W + b, on the mean cross-entropy. It returns the triple (loss before
# the step, new W, new b). Anything goes, autograd and optimisers included.

# %%
import torch
from torch import Tensor


def training_step(
    X: Tensor, targets: Tensor, W: Tensor, b: Tensor, lr: float
) -> tuple[Tensor, Tensor, Tensor]:
    # X: (N, D), targets: (N,), W: (D, K), b: (K,); the result: a scalar, (D, K), (K,)
    ...


# %%
# Try it: log 2, about 0.6931, then W = ((0.5, -0.5)) and b = (0.5, -0.5)
print(training_step(torch.ones(1, 1), torch.tensor([0]), torch.zeros(1, 2), torch.zeros(2), 1.0))

# %%
from logitlab import check

check("training_step")
