# wrong: x1 is a list of lists, not a tensor
import random

x1 = [[random.gauss(0, 1) for _ in range(6)] for _ in range(5)]
print((5, 6), "torch.float32", sum(map(sum, x1)) / 30)
