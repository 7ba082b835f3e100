// Selecting rows in a form[data-select]: one box for all rows of the page, and how many are chosen.
// Without this script every row still has its own box and the form works.

for (const form of document.querySelectorAll("form[data-select]")) {
  const holder = form.querySelector("[data-select-all]");
  const count = form.querySelector("[data-select-count]");
  const rows = () => [...form.querySelectorAll('tbody input[type="checkbox"]:not(:disabled)')];
  const all = holder ? holder.querySelector("input") : null;

  const show = () => {
    const boxes = rows();
    const chosen = boxes.filter((box) => box.checked).length;
    if (all) {
      all.checked = boxes.length > 0 && chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
    }
    if (count) count.textContent = count.dataset.said.replace("{count}", chosen);
  };

  if (all) {
    holder.hidden = false;
    all.addEventListener("change", () => {
      for (const box of rows()) box.checked = all.checked;
      show();
    });
  }
  form.addEventListener("change", (event) => {
    if (event.target !== all) show();
  });
  form.addEventListener("reset", () => setTimeout(show));
  addEventListener("pageshow", show); // the browser may bring back boxes after going back
  show();
}
