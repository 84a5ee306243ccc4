# mistake: without_sign
import torch

x9 = torch.rand(3, 3)
determinant = torch.linalg.det(x9).abs()
print("determinant:", determinant)
print("It is not zero, so the matrix is invertible.")
