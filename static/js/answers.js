let submitted, stale;

addEventListener("input", () => (stale = true));

addEventListener("htmx:configRequest", ({ target, detail }) => {
  if (target.id !== "answers") return;
  stale = false;
  submitted = detail.triggeringEvent?.type === "submit";
  for (const [name, value] of Object.entries(detail.parameters)) {
    if (!value && !/start|hours/.test(name)) delete detail.parameters[name];
  }
});

addEventListener("htmx:beforeSwap", ({ target, detail }) => {
  if (stale && target.id === "roadmap") detail.shouldSwap = false;
});

addEventListener("htmx:oobBeforeSwap", ({ target, detail }) => {
  if (!submitted && target.querySelector("input:read-write:focus:not([data-set])")) {
    detail.shouldSwap = false;
  }
  if (target.querySelector("details[open]")) {
    detail.fragment.querySelector("details")?.setAttribute("open", "");
  }
});

addEventListener("htmx:afterSettle", ({ target }) => {
  if (target.id !== "roadmap") return;
  document.querySelector(".error-summary")?.remove();
  if (submitted) target.focus();
  submitted = false;
});
