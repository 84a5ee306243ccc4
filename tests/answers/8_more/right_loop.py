def where_largest(x):
    best = (0, 0, 0)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            for k in range(x.shape[2]):
                if x[i, j, k] > x[best]:
                    best = (i, j, k)
    return best
