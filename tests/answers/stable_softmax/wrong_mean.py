# mistake: mean_subtracted
import torch


def stable_softmax(z):
    centred = z - z.sum(-1, keepdim=True) / z.shape[-1]
    powers = torch.exp(centred)
    return powers / powers.sum(-1, keepdim=True)
