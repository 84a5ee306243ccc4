"""The deck's Part 2 on torch tensors: softmax and cross-entropy, exact at any logit.

The signatures are torch's; replace one import:

    from logitlab.functional import cross_entropy      # was: torch.nn.functional
"""

from logitlab.functional._cross_entropy import cross_entropy, cross_entropy_with_grad
from logitlab.functional._linear_cross_entropy import linear_cross_entropy
from logitlab.functional._softmax import log_softmax, logsumexp, softmax

__all__ = [
    "cross_entropy",
    "cross_entropy_with_grad",
    "linear_cross_entropy",
    "log_softmax",
    "logsumexp",
    "softmax",
]
