"""Atlases of single classes and of pairs: whose activations are chosen, how they lie, what is drawn of them."""
