// The keyboard at the officer's desk: j and k move through the queue or the papers, Enter opens, a decides, / searches.
const rows = [...document.querySelectorAll("[data-row], [data-paper]")];

function move(step) {
  const here = rows.indexOf(document.activeElement);
  const current = rows.findIndex((row) => row.getAttribute("aria-current"));
  const from = here >= 0 ? here : current >= 0 ? current : step > 0 ? -1 : rows.length;
  rows[Math.min(rows.length - 1, Math.max(0, from + step))]?.focus();
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  a: () => document.querySelector(".decision[open] form :is(textarea, input:not([type=hidden]), button)")?.focus(),
  u: () => document.querySelector(".govuk-back-link")?.click(),
  "/": () => document.querySelector("input[type=search]")?.focus(),
};

addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});
