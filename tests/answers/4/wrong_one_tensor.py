# wrong: X4_B is missing, X4_A is combined with a number
import torch

X4_A = torch.randint(1, 6, (2, 3))
print(X4_A + 2, (X4_A + 2).shape)
print(X4_A - 2, (X4_A - 2).shape)
print(X4_A * 2, (X4_A * 2).shape)
