import torch


def batched_cross_entropy(logits, targets):
    N = logits.size(0)
    y = torch.eye(logits.size(1), dtype=logits.dtype)[targets]
    true = (logits * y).sum(1, keepdim=True)
    loss = torch.logsumexp(logits - true, dim=1).mean().item()
    return [loss, (torch.softmax(logits, 1) - y).div(N)]
