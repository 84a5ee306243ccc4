from itertools import permutations

import torch

x9 = torch.randn(3, 3)
total = 0.0
for order in permutations(range(3)):
    sign = 1
    for i in range(3):
        for j in range(i):
            if order[j] > order[i]:
                sign = -sign
    term = sign
    for row, column in enumerate(order):
        term = term * x9[row, column].item()
    total += term
print("The determinant is", total)
print("It is zero exactly where the rows are linearly dependent.")
