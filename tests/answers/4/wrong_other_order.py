# mistake: other_order
import torch

X4_A = torch.randint(1, 6, (2, 3))
X4_B = torch.randint(1, 6, (2, 3))
print("sum:", X4_A + X4_B, (X4_A + X4_B).shape)
print("difference:", X4_B - X4_A, (X4_B - X4_A).shape)
print("product:", X4_A * X4_B, (X4_A * X4_B).shape)
