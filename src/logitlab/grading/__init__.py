"""From evidence to a verdict: what was answered, and what of it is right."""
