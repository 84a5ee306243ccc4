# mistake: sum_instead_of_mean
import torch


def batched_cross_entropy(logits, targets):
    y = torch.eye(logits.shape[1])[targets]
    log_p = torch.log_softmax(logits, 1)
    return -(y * log_p).sum(), log_p.exp() - y
