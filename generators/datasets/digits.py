"""Handwritten digits: 1,797 pictures of 8 by 8 pixels with 17 levels of ink, as scikit-learn carries them.

Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository, 1998. Its
43 writers are not named in the file and follow one another, so every fifth picture of a digit is held out: the network
has seen the hand before, not the picture.
"""

from generators.datasets.dataset import Dataset, Split

FILE = "datasets/data/digits.csv.gz"
LABELS = tuple("0123456789")
INK_MAX = 16


def load() -> Dataset:
    """Pictures as (n, 1, 8, 8), ink scaled from 0..16 to 0..1."""
    import torch
    from sklearn.datasets import load_digits

    from generators.datasets.splitting import held_out

    digits = load_digits()
    raw = digits.images.astype("uint8")  # (n, 8, 8)
    x = torch.from_numpy(raw).float()[:, None] / INK_MAX  # (n, 1, 8, 8)
    y = torch.from_numpy(digits.target).long()
    out = held_out(digits.target, every=5)
    train, test = (Split(x[part], y[part], raw[part]) for part in (~out, out))
    return Dataset("digits", train, test, LABELS, (), mean=(0.0,), std=(float(INK_MAX),), white=float(INK_MAX))
