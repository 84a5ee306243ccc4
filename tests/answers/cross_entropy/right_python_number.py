import math


def cross_entropy(z, y):
    z, y = z.tolist(), y.tolist()
    m = max(z)
    log_sum = math.log(sum(math.exp(v - m) for v in z))
    loss = 0.0
    for z_i, y_i in zip(z, y):
        loss -= y_i * (z_i - m - log_sum)
    return loss
