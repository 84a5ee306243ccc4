# mistake: pair_turned_round
import torch


def batched_cross_entropy(logits, targets):
    y = torch.eye(logits.shape[1])[targets]
    log_p = torch.log_softmax(logits, 1)
    return (log_p.exp() - y) / len(y), -(y * log_p).sum(1).mean()
