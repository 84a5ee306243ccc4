# %% [markdown]
# # Read handwritten digits
#
# Write `train(X, targets)`: `X` of shape (N, 64) holds images of 8 × 8 pixels in [0, 1],
# in an unknown order of the pixels, and `targets` of shape (N,) the class indices 0 to 9.
# It returns a function from new images (M, 64) to their class indices (M,), at least 95 %
# of them right. Anything goes, autograd and optimisers included; a few seconds at most.

# %%
from collections.abc import Callable

import torch
from torch import Tensor


def train(X: Tensor, targets: Tensor) -> Callable[[Tensor], Tensor]:
    # X: (N, 64), targets: (N,); the result: a function (M, 64) -> (M,)
    ...


# %%
# Try it on digits of your own making: class k is bright in the pixels 6k to 6k + 5
targets = torch.randint(0, 10, (200,))
X = 0.3 * torch.rand(200, 64) + 0.7 * (torch.arange(64) // 6 == targets[:, None])
predict = train(X[:160], targets[:160])
if predict is not None:
    print("right:", (predict(X[160:]) == targets[160:]).float().mean())

# %%
from logitlab import check

check("digits")
