"""How Series 4 measures: network in, result out."""
