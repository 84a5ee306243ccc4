import torch


def interpret(determinant: float) -> str:
    if determinant == 0:
        return "singular: no inverse"
    return "not singular: an inverse exists, though a small determinant needs a closer look"


def main() -> None:
    x9 = torch.randn(3, 3)
    d = torch.linalg.det(x9).item()
    print("determinant:", d)
    print("interpretation:", interpret(d))


main()
