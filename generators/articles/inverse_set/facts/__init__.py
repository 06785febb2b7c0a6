"""The numbers that the prose quotes: result in, facts out, one noun a file."""
