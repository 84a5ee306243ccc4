import torch

numbers = [[int(torch.randint(0, 10, ())) for _ in range(4)] for _ in range(4)]
x2 = torch.tensor(numbers)
x2_float = torch.tensor(numbers, dtype=torch.float32)
print((x2_float - x2).tolist())
why = "zero, as each of these integers is a float32 number itself: no rounding takes place"
print(why)
