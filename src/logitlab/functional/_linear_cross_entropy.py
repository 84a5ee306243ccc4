"""placeholder"""
linear_cross_entropy = None
