# mistake: concatenated
import torch

X4_A = torch.randint(1, 6, (2, 3))
X4_B = torch.randint(1, 6, (2, 3))
print("sum:", torch.cat([X4_A, X4_B]), torch.cat([X4_A, X4_B]).shape)
print("difference:", X4_A - X4_B, (X4_A - X4_B).shape)
print("product:", X4_A * X4_B, (X4_A * X4_B).shape)
