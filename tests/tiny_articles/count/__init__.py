"""What is the sum of a network's weights?"""
