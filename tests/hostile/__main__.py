"""Print the page of all attacks: python -m tests.hostile > docs/reference/attacks.md"""

from tests.hostile.table import page

if __name__ == "__main__":
    print(page(), end="")
