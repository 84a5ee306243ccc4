# wrong: add_ and sub_ change X4_A itself, so the later results are of other numbers
import torch

X4_A = torch.randint(1, 6, (2, 3))
X4_B = torch.randint(1, 6, (2, 3))
first, second = X4_A, X4_B
print(first.add_(second), first.shape)
print(first.sub_(second).sub_(second), first.shape)
print(first.mul_(second), first.shape)
