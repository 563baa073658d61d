"""The first ten positions in eight columns: waves that get longer to the right."""

from attnlab.content import Grid, picture

LENGTH, D_MODEL = 10, 8


@picture(title="Waves that say where", rows="position", columns="column", between=(-1.0, 1.0))
def waves(learner):
    rows, columns = [str(position) for position in range(LENGTH)], [str(column) for column in range(D_MODEL)]
    return Grid(rows, columns, learner.sinusoidal_positions(LENGTH, D_MODEL))
