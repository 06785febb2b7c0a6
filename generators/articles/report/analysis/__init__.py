"""How a portrait is measured: network in, result out."""
