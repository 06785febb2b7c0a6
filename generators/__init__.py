"""Neuron Series: turn a trained network into a website that explains its neurons."""
