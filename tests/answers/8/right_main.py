import torch


def main():
    x8 = torch.randint(low=0, high=100, size=(2, 3, 4))
    biggest = torch.max(x8)
    averages = torch.mean(x8.to(torch.float64), 2)
    print("Maximum:", biggest)
    print("Mean along dim 2:", averages)
    print("Shapes:", biggest.size(), averages.size())


main()
