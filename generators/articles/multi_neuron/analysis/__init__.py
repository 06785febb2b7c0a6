"""How Series 3 measures: network in, result out."""
