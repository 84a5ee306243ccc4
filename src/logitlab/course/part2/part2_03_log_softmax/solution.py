from torch import Tensor


def log_softmax(z: Tensor) -> Tensor:
    shifted = z - z.amax(dim=-1, keepdim=True)
    return shifted - shifted.exp().sum(dim=-1, keepdim=True).log()
