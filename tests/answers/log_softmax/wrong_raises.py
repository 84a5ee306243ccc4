# wrong: raises, since a tensor is no Python number
import math

import torch


def log_softmax(z):
    return z - math.log(sum(math.exp(v) for v in z))
