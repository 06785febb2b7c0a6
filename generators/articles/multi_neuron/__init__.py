"""Series 3: where many neurons change sign together, and into which regions they cut the space of inputs."""
