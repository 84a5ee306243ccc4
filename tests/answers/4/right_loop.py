import operator

import torch

X4_A = torch.randint(1, 6, (2, 3))
X4_B = torch.randint(1, 6, (2, 3))
for operation in (operator.add, operator.sub, operator.mul):
    result = operation(X4_A, X4_B)
    print(operation.__name__, result, result.shape, sep="\n")
