"""Articles, networks and a still-taker small enough to build in a blink; tests copy this folder and change the copy."""
