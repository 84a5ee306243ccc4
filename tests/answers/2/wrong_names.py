# wrong: x2 is the float tensor and x2_float is missing
import torch

x2 = torch.randint(0, 10, (4, 4)).float()
print(x2 - x2)
print("The difference is zero, since nothing is lost.")
