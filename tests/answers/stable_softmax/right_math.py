import math

import torch


def stable_softmax(z):
    rows = z.reshape(-1, z.shape[-1]).tolist()
    done = []
    for row in rows:
        m = max(row)
        e = [math.exp(v - m) for v in row]
        done.append([v / math.fsum(e) for v in e])
    return torch.tensor(done, dtype=z.dtype).reshape(z.shape)
