# wrong: raises, since it wants one-hot targets
import torch


def batched_cross_entropy(logits, y):
    log_p = torch.log_softmax(logits, 1)
    return -(log_p @ y.T).diag().mean(), (log_p.exp() - y) / len(y)
