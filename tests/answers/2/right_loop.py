import torch

x2 = torch.randint(0, 10, (4, 4), dtype=torch.int32)
x2_float = x2.double()
difference = torch.zeros(4, 4)
for i in range(4):
    for j in range(4):
        difference[i, j] = x2_float[i, j] - x2[i, j]
print(difference)
print("Explanation: converting such small integers to floats changes no value, so this is zero.")
