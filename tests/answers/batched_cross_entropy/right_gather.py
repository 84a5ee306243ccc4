import torch


def batched_cross_entropy(logits, targets):
    log_p = torch.log_softmax(logits, dim=1)
    column = targets.unsqueeze(1)
    loss = -log_p.gather(1, column).mean()
    grad = log_p.exp().scatter_add(1, column, -torch.ones_like(log_p[:, :1]))
    return loss, grad / logits.shape[0]
