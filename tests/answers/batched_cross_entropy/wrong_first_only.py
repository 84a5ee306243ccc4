# wrong: the first sample's loss only
import torch


def batched_cross_entropy(logits, targets):
    y = torch.eye(logits.shape[1])[targets]
    log_p = torch.log_softmax(logits, 1)
    return -log_p[0, targets[0]], (log_p.exp() - y) / len(targets)
