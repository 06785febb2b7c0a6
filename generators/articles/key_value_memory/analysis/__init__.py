"""How Series 2 measures: network in, result out."""
