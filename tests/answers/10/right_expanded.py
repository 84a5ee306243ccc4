import torch


def replicate(tensor, times):
    return tensor.unsqueeze(0).expand(times, *tensor.shape)


x10 = torch.randn(3, 2)
print("Shape after replication: " + str(replicate(x10, 3).shape))
