from . import arithmetic

SCALE = 1.0


def total(numbers):
    result = 0.0
    for number in numbers:
        result = arithmetic.plus(result, number)
    return result * SCALE
