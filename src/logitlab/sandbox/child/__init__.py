"""What runs inside: the zygote, the walls, the run. Standard library and torch only."""
