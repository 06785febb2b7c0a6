"""Series 1, Neuron: what counts as a neuron and a synapse in a linear layer, MLP, CNN, RNN and GPT, and how many there are."""
