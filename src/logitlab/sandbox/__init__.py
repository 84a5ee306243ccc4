"""The sandbox: run a stranger's tensor code, and return evidence of what it did."""
