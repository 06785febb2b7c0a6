"""The numbers that the prose quotes: result in, scalars out, one noun a file."""
