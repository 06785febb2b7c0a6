"""How it is shown: result in, drawing out, one noun a file."""
