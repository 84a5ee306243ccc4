import torch

x2 = torch.randint(0, 10, (4, 4))
x2_float = x2.float()
difference = x2_float - x2

print(difference)
print(
    "The difference is zero everywhere: float32 holds every integer up to\n"
    "2**24 exactly, and the subtraction turns x2 into the same float32 numbers.\n"
    "16777217 = 2**24 + 1 is the first that float32 cannot hold: it becomes\n"
    "16777216. Only x2_float.double() - x2 would show that -1: in float32 both\n"
    "sides are rounded alike."
)
