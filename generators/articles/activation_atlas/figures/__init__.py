"""How atlases are shown."""
