// A button that leads elsewhere sends the form by itself; htmx would only renew the page.
addEventListener(
  "submit",
  (event) => {
    if (event.submitter?.hasAttribute("formaction")) event.stopImmediatePropagation();
  },
  true,
);
