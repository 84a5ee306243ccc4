"""The closed-form loss and gradient on rows of logits, NumPy arrays and torch tensors alike.

One row is one sample's logits z = (z_1 … z_K). Nothing here imports torch: an array brings its
own namespace (array API standard), so a small fit on NumPy arrays never pays for torch's import.
"""

from logitlab.kernels._cross_entropy import cross_entropy
from logitlab.kernels._softmax import log_softmax, logsumexp, softmax
from logitlab.kernels._targets import check_range, total_weight

__all__ = ["check_range", "cross_entropy", "log_softmax", "logsumexp", "softmax", "total_weight"]
