# wrong: squares instead of exponentials
def softmax(z):
    return z**2 / (z**2).sum(dim=-1, keepdim=True)
