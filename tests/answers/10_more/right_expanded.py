def replicate(x, n, dim):
    return x.unsqueeze(dim).repeat_interleave(n, dim=dim)
