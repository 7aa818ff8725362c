// The keyboard and the screen reader's side of an input with suggestions: the combobox
// with a listbox of ARIA 1.2. htmx fetches the suggestions, and this file with the first
// of them; without it the input is one to type into.

const INPUT = "input[data-suggests]";
let typing = null; // the input that shows suggestions once they are there

const part = (input, selector) => input.closest(".suggesting").querySelector(selector);
const list = (input) => part(input, "[role=listbox]");
const options = (input) => [...list(input).querySelectorAll("[role=option]")];
const chosen = (input) => options(input).find((option) => option.ariaSelected === "true");
const isOpen = (input) => !list(input).hidden;

function prepare(input) {
  if (input.getAttribute("role") === "combobox") return;
  input.removeAttribute("list"); // the browser's own suggestions would lie over ours
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list(input).id);
  input.setAttribute("aria-expanded", "false");
}

function open(input) {
  const answer = part(input, "template")?.dataset;
  if (answer?.for !== input.value) return; // those for what stands there now are on their way
  const some = options(input).length > 0;
  list(input).hidden = !some;
  input.setAttribute("aria-expanded", some);
  part(input, "[role=status]").textContent = answer.status;
}

function close(input) {
  list(input).hidden = true;
  input.setAttribute("aria-expanded", "false");
  part(input, "[role=status]").textContent = "";
  point(input, null);
}

function point(input, option) {
  for (const each of options(input)) each.ariaSelected = each === option;
  if (option) {
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else {
    input.removeAttribute("aria-activedescendant");
  }
}

function choose(input, option) {
  input.value = option.dataset.value;
  input.dataset.set = ""; // answers.js may renew this part, though the focus is in it
  typing = null;
  close(input);
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function step(input, key) {
  const all = options(input);
  const at = all.indexOf(chosen(input));
  // One step before the first, and after the last, is the text itself.
  const next = { ArrowDown: at + 1, ArrowUp: at < 0 ? all.length - 1 : at - 1, Home: 0, End: all.length - 1 }[key];
  point(input, all[next] ?? null);
}

document.addEventListener("keydown", (event) => {
  const input = event.target;
  if (!input.matches?.(INPUT) || event.isComposing) return;
  const { key } = event;
  if (key === "ArrowDown" || key === "ArrowUp") {
    if (!isOpen(input)) open(input);
    if (isOpen(input) && !event.altKey) step(input, key);
  } else if ((key === "Home" || key === "End") && chosen(input)) {
    step(input, key);
  } else if (key === "Enter" && chosen(input)) {
    choose(input, chosen(input));
  } else if (key === "Escape" && isOpen(input)) {
    close(input);
  } else {
    if (key === "Enter") {
      typing = null;
      close(input);
    } else if (key === "ArrowLeft" || key === "ArrowRight") {
      point(input, null);
    }
    return; // the browser does what it always does
  }
  event.preventDefault();
});

document.addEventListener("input", ({ target }) => {
  if (!target.matches(INPUT)) return;
  typing = target;
  delete target.dataset.set;
  point(target, null);
});

document.addEventListener("focusin", ({ target }) => target.matches(INPUT) && prepare(target));

document.addEventListener("focusout", ({ target }) => {
  if (!target.matches(INPUT)) return;
  typing = null;
  if (target.isConnected) close(target);
});

// A press on a suggestion leaves the focus where it is; letting go chooses it.
document.addEventListener("mousedown", (event) => {
  if (event.target.closest?.(".suggestions")) event.preventDefault();
});

document.addEventListener("click", ({ target }) => {
  const option = target.closest?.(".suggestions [role=option]");
  if (option) choose(option.closest(".suggesting").querySelector(INPUT), option);
});

// Suggestions do not change under someone who is already choosing.
document.addEventListener("htmx:beforeSwap", ({ target, detail }) => {
  if (target.matches?.(".suggestions") && target.querySelector("[aria-selected=true]")) detail.shouldSwap = false;
});

document.addEventListener("htmx:afterSwap", ({ target }) => {
  if (typing?.isConnected && target === list(typing)) open(typing);
});

for (const input of document.querySelectorAll(INPUT)) prepare(input);
const now = document.activeElement;
if (now.matches(INPUT) && now.value !== now.defaultValue) {
  typing = now;
  open(now);
}
