# wrong: what is printed is rounded to a whole number, which is not the determinant
import torch

x9 = torch.rand(3, 3) / 10
determinant = torch.linalg.det(x9).round()
print("determinant:", determinant)
print("It is zero, so the matrix is singular.")
