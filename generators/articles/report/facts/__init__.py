"""The numbers that a page quotes: result in, scalars out, one noun a file."""
