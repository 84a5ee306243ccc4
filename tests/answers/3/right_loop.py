import torch

x3 = torch.rand(3, 2)
x3_transposed = torch.empty(2, 3)
for i in range(3):
    for j in range(2):
        x3_transposed[j, i] = x3[i, j]
product = torch.zeros(3, 3)
for i in range(3):
    for k in range(3):
        for j in range(2):
            product[i, k] += x3[i, j] * x3_transposed[j, k]
print(product)
print("shape", tuple(product.shape))
