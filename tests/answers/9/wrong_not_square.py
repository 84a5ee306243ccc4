# mistake: not_square
import torch

x9 = torch.rand(3, 2)
determinant = torch.linalg.det(x9)
print("determinant:", determinant)
print("It is not zero, so the matrix is invertible.")
