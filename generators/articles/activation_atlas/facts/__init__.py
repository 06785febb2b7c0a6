"""The numbers that the page quotes."""
