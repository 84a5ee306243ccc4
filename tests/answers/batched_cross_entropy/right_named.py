from typing import NamedTuple

import torch


class Result(NamedTuple):
    loss: torch.Tensor
    gradient: torch.Tensor


def batched_cross_entropy(logits, targets):
    classes = torch.arange(logits.shape[1])
    is_target = classes == targets[:, None]
    log_p = torch.log_softmax(logits, dim=-1)
    gradient = torch.where(is_target, log_p.exp() - 1, log_p.exp()) / len(targets)
    return Result(-log_p[is_target].mean(), gradient)
