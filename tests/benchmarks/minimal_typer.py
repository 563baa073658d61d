"""The yardstick for start-up: a Typer program of ten commands that does nothing but print a line."""

import typer

app = typer.Typer()


def _command(number: int) -> None:
    def run(name: str = "world") -> None:
        """Print a line."""
        print(f"{number}: hello {name}")

    app.command(f"command-{number}")(run)


for _number in range(10):
    _command(_number)

if __name__ == "__main__":
    app()
