# mistake: loss_only
import torch


def batched_cross_entropy(logits, targets):
    return torch.mean(torch.logsumexp(logits, 1) - logits.gather(1, targets[:, None])[:, 0])
