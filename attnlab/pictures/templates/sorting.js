"use strict";
// Each header becomes a button that sorts its table: upwards first, downwards when it is pressed again.
const said = document.getElementById("said");
const alphabet = new Intl.Collator("en", { numeric: true });
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      const rows = [...body.rows].map((row) => {
        const cell = row.cells[column];
        const number = cell.dataset.n === undefined ? null : Number(cell.dataset.n);
        return { row, number, text: cell.textContent.trim() };
      });
      const numbers = rows.some((each) => each.number !== null);
      const empty = (each) => (numbers ? each.number === null : each.text === "");
      rows.sort((one, other) => {
        // What is not there stands at the end, whichever way the others go.
        if (empty(one) || empty(other)) return empty(one) - empty(other);
        const order = numbers ? one.number - other.number : alphabet.compare(one.text, other.text);
        return down ? -order : order;
      });
      body.append(...rows.map((each) => each.row));
      for (const each of heads) each.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      said.textContent = `sorted by ${button.textContent.trim()}, ${down ? "descending" : "ascending"}`;
    });
  });
}
