# wrong: divided by the number of classes
import torch


def batched_cross_entropy(logits, targets):
    K = logits.shape[1]
    y = torch.eye(K)[targets]
    log_p = torch.log_softmax(logits, 1)
    return -(y * log_p).sum() / K, (log_p.exp() - y) / K
