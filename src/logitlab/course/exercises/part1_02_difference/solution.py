import torch

x2 = torch.randint(0, 10, (4, 4))
x2_float = x2.float()
difference = x2_float - x2

print(difference)
print(
    "The difference is zero everywhere: float32 holds every integer up to 2**24 exactly,\n"
    "so nothing was lost, and the subtraction first turns x2 into the same float32 numbers.\n"
    "It would not be zero for 16777217 = 2**24 + 1, which float32 rounds to 16777216."
)
