"""How atlases are made: activations, attributions, layout, cells, icons, and what proves them."""
