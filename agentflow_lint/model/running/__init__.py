"""What runs while the served graph answers a request: its nodes and tools, in which order, and what they call.

The graph's own evaluation ends where the server has loaded it. Here the bodies of the functions that it was given are
read, not run: names are looked up in what that evaluation has found, and calls are followed from one function of the
project to the next.
"""
