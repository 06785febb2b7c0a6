"""Series 1, Neuron: what counts as a neuron and a synapse in a layer, a CNN, an RNN, a GPT, and how many there are."""
