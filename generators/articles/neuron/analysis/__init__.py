"""How Series 1 measures: network in, result out."""
