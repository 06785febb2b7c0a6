"""Series 2: what the MLPs of a language model store, and how it is read: keys that fire, values that point."""
