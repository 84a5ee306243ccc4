# mistake: matrix_product
import torch

X4_A = torch.randint(1, 6, (2, 3))
X4_B = torch.randint(1, 6, (2, 3))
print(X4_A + X4_B, (X4_A + X4_B).shape)
print(X4_A - X4_B, (X4_A - X4_B).shape)
print(X4_A @ X4_B, (X4_A @ X4_B).shape)
