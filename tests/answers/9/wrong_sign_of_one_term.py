# wrong: the expansion along the first row forgets that the middle term is subtracted
import torch

x9 = torch.rand(3, 3)
determinant = 0
for j in range(3):
    minor = x9[1:][:, [k for k in range(3) if k != j]]
    determinant = determinant + x9[0, j] * (minor[0, 0] * minor[1, 1] - minor[0, 1] * minor[1, 0])
print("determinant:", determinant)
print("It is not zero, so the matrix is invertible.")
