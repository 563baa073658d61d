"""How fast repeated doubling grows."""

from attnlab.content import Curve, Findings, Heatmap, Table, experiment


@experiment(
    title="Doubling again and again",
    claim="Ten doublings make a number about a thousand times larger",
    source="Nobody 2020, section 1",
    question="How much larger is a number after ten doublings?",
    choices=("20 times", "100 times", "about 1000 times"),
    seconds=1,
)
def growth(lab):
    sizes = [1]
    for step in range(10):
        lab.progress("doubling", step / 10)
        sizes.append(2 * sizes[-1])
    lab.progress("doubling", 1.0)
    nearest = min(range(3), key=lambda choice: abs((20, 100, 1000)[choice] - sizes[-1]))
    return Findings(
        seen=f"after ten doublings 1 became {sizes[-1]}",
        choice=nearest,
        numbers={"sizes": sizes},
        tables=[Table(("doublings", "size"), tuple((str(step), str(size)) for step, size in enumerate(sizes)))],
        curves=[Curve("Growth", "doublings", "size", {"size": [(float(s), float(n)) for s, n in enumerate(sizes)]})],
        heatmaps=[Heatmap("Weights", ("a", "b"), ("c", "d", "e"), ((0.1, 0.2, 0.7), (0.6, 0.3, 0.1)))],
    )
