from generators.exhibit import Exhibit, Figure

POWER = 1
SECONDS = 0.0


def exhibits(subject, profile):
    if subject.name == "reference":
        return ()
    bars = Figure("bars", "figures:bars", "One bar for each row of weights.")
    listed = Figure("listed", "figures:listed", "The sum of each row of weights.")
    params = {"power": POWER, "seconds": SECONDS, "seed": 0}
    return (Exhibit("sums", "analysis:sum_weights", (bars, listed), "facts:totals", params),)
