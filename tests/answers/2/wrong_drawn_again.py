# mistake: drawn_again
import torch

x2 = torch.randint(0, 10, (4, 4))
x2_float = torch.randint(0, 10, (4, 4)).float()
print(x2_float - x2)
print("It is not zero, because floats are not exact.")
