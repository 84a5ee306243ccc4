import torch

X4_A = torch.randint(1, 6, [2, 3])
X4_B = torch.randint_like(X4_A, 1, 6)
total = X4_A.clone()
total += X4_B
difference = X4_A + (-X4_B)
product = torch.einsum("ij,ij->ij", X4_A, X4_B)
for result in [total, difference, product]:
    assert result.shape == (2, 3)
    print(result, "has the shape (2, 3)")
