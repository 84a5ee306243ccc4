# wrong: the determinant is that of 2 * x9, eight times as large
import torch

x9 = torch.rand(3, 3)
x9_scaled = 2 * x9
print("determinant:", torch.linalg.det(x9_scaled))
print("It is not zero, so the matrix is invertible.")
