// Keeps the form out of the way of the person in it.
let submitted;

addEventListener("htmx:configRequest", ({ target, detail }) => {
  if (target.id !== "answers") return;
  submitted = detail.triggeringEvent?.type === "submit";
  for (const [name, value] of Object.entries(detail.parameters)) {
    if (!value && !["start", "hours"].includes(name)) delete detail.parameters[name];
  }
});

addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  const typing = "input:not([type=radio], [type=checkbox]):focus";
  if (!submitted && detail.target.querySelector(typing)) detail.shouldSwap = false;
  if (detail.target.querySelector("details[open]")) {
    detail.fragment.querySelector("details")?.setAttribute("open", "");
  }
});

addEventListener("htmx:afterSettle", ({ target }) => {
  if (target.id !== "roadmap") return;
  document.querySelector(".error-summary")?.remove();
  if (submitted) target.focus();
  submitted = false;
});
