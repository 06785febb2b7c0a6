"""What is measured: frozen dataclasses of arrays, one noun a file."""
