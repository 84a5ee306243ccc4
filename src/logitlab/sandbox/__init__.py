"""The sandbox: run a stranger's tensor code, and believe nothing that it says."""
