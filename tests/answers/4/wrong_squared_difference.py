# wrong: the product is that of the sum and the difference
import torch

X4_A = torch.randint(1, 6, (2, 3))
X4_B = torch.randint(1, 6, (2, 3))
total = X4_A + X4_B
difference = X4_A - X4_B
product = total * difference
print(total, total.shape, difference, difference.shape, product, product.shape)
