"""What is measured of atlases: frozen dataclasses of arrays."""
