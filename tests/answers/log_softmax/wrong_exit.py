# wrong: leaves without a word
import os


def log_softmax(z):
    return z


os._exit(0)
