# mistake: diagonal_product
import torch

x9 = torch.rand(3, 3)
determinant = torch.diagonal(x9).prod()
print("determinant:", determinant)
print("It is not zero, so the matrix is invertible.")
