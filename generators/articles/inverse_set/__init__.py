"""Series 4: every input that drives a neuron to a chosen activation, as a sample whose error is known."""
