"""What runs inside the sandbox: the standard library, torch, and its own siblings alone."""
