import torch

X7_A, X7_B = torch.rand(2, 2, 2)
below = torch.empty(4, 2)
below[:2] = X7_A
below[2:] = X7_B
beside = torch.empty(2, 4)
beside[:, :2], beside[:, 2:] = X7_A, X7_B
print(below, beside, sep="\n\n")
