"""The portrait of a network, which opens its report: what it is, how good it is, and what it gets wrong."""
