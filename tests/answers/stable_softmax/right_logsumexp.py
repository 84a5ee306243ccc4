import torch

print("stable:", stable := torch.logsumexp(torch.tensor([1e4, 1e4]), 0))


def stable_softmax(z):
    # log of the largest probability is taken off first: exact where it matters
    z = z - z.amax(-1, keepdim=True)
    return torch.exp(z - torch.logsumexp(z, -1, keepdim=True))
