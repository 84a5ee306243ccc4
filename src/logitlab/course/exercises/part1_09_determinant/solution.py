import torch

x9 = torch.rand(3, 3)
determinant = torch.linalg.det(x9)
condition = torch.linalg.cond(x9)
smaller = torch.linalg.det(x9 / 10)

print("determinant:", determinant.item())
print("condition number:", condition.item())
print("determinant of x9 / 10:", smaller.item())
print(
    "The determinant is not zero, so x9 has an inverse."
    if determinant != 0
    else "The determinant is zero: x9 is singular, it has no inverse."
)
print(
    "x9 is nearly singular: its condition number is above 1000, so solving\n"
    "with it loses more than three of float32's seven digits."
    if condition > 1000
    else "x9 is not nearly singular: its condition number is not above 1000."
)
print(
    "The determinant alone cannot say so: that of x9 / 10 is 1000 times nearer\n"
    "to zero, and x9 / 10 is just as far from singular."
)
