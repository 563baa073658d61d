"use strict";
// One stop for the Tab key per table; inside it the arrow keys go from cell to cell.
for (const table of document.querySelectorAll("table.heat")) {
  const rows = [...table.tBodies[0].rows].map((row) => [...row.cells].filter((cell) => cell.tagName === "TD"));
  table.addEventListener("keydown", (event) => {
    const row = rows.findIndex((cells) => cells.includes(event.target));
    if (row < 0) return;
    const column = rows[row].indexOf(event.target);
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
                    Home: [0, -column], End: [0, rows[row].length - 1 - column] };
    const move = moves[event.key];
    const next = move && rows[row + move[0]]?.[column + move[1]];
    if (!move) return;
    event.preventDefault();
    if (!next) return;
    event.target.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
}
