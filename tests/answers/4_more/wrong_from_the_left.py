# wrong: aligns the shapes at their first dimension


def broadcast_shape(a, b):
    n = max(len(a), len(b))
    a = tuple(a) + (1,) * (n - len(a))
    b = tuple(b) + (1,) * (n - len(b))
    for i, j in zip(a, b):
        if i != j and i != 1 and j != 1:
            return None
    return tuple(max(i, j) for i, j in zip(a, b))
