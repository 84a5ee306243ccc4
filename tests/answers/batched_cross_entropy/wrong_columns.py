# mistake: columns_instead_of_elements
import torch


def batched_cross_entropy(logits, targets):
    log_p = torch.log_softmax(logits, 1)
    picked = log_p[:, targets]
    gradient = (log_p.exp() - torch.eye(logits.shape[1])[targets]) / len(logits)
    return -picked.mean(), gradient
