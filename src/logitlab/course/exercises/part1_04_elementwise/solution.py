import torch

X4_A = torch.randint(1, 6, (2, 3))
X4_B = torch.randint(1, 6, (2, 3))

total = X4_A + X4_B
difference = X4_A - X4_B
product = X4_A * X4_B

print("sum:", total, total.shape, sep="\n")
print("difference:", difference, difference.shape, sep="\n")
print("element-wise product:", product, product.shape, sep="\n")
