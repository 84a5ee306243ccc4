import torch


def main():
    x2 = torch.randint(low=0, high=10, size=(4, 4))
    x2_float = x2.to(torch.float32)
    print("difference:", x2_float - x2)
    print("It is zero everywhere, because integers below 2**24 are exact in float32.")


main()
