"""How many sides has it?"""
