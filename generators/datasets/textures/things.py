"""placeholder"""

RECIPES = ()
