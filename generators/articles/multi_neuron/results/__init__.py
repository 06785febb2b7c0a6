"""What is measured: frozen dataclasses of arrays, one module a noun."""
