import torch

x8 = torch.randint(1, 7, (2, 3, 4))
largest = x8[0, 0, 0]
for value in x8.flatten():
    if value > largest:
        largest = value
means = torch.zeros(2, 3)
for i in range(2):
    for j in range(3):
        for k in range(4):
            means[i, j] += x8[i, j, k] / 4
for name, result in (("max", largest), ("mean", means)):
    print(name, result, result.shape)
