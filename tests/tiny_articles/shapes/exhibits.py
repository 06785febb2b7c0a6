from generators.exhibit import Exhibit, Figure


def exhibits(subject, profile):
    if subject.name != "reference":
        return ()
    figure = Figure("sides", "polygon:listed", "How many sides each polygon has.")
    return (Exhibit("polygons", "polygon:count_sides", (figure,), "polygon:facts", {"most": 5}),)
