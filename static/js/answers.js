// Keeps the form out of the way of the person in it while htmx renews the page.
// Without this file everything works; a swap could only cost a few typed letters.

const form = () => document.getElementById("answers");
let asked = false; // was the roadmap asked for by the button, or by Enter?

function isTyping(part) {
  const field = document.activeElement;
  return part.contains(field) && field.matches("input:not([type=radio], [type=checkbox])");
}

document.addEventListener("htmx:configRequest", (event) => {
  if (event.target !== form()) return;
  asked = event.detail.triggeringEvent?.type === "submit";
  // Empty answers that are empty by default only lengthen the address.
  const parameters = event.detail.parameters;
  for (const [name, value] of Object.entries(parameters)) {
    const mayBeEmpty = !["start", "hours"].includes(name);
    if (name === "" || (value === "" && mayBeEmpty)) delete parameters[name];
  }
});

// The part that someone is typing in is left alone; leaving the field renews it.
// What someone has opened stays open.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  if (!asked && isTyping(target)) event.detail.shouldSwap = false;
  if (target.querySelector("details[open]")) {
    fragment.querySelector("details")?.setAttribute("open", "");
  }
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "roadmap") return;
  // The summary speaks of the answers as they were sent; the list beside is newer.
  form().querySelector(".error-summary")?.remove();
  if (asked) document.getElementById("roadmap").focus();
  asked = false;
});
