# mistake: gradient_of_the_sum
import torch


def batched_cross_entropy(logits, targets):
    y = torch.eye(logits.shape[1])[targets]
    return (torch.logsumexp(logits, 1) - (y * logits).sum(1)).mean(), torch.softmax(logits, 1) - y
