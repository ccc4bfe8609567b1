// Conveniences only: every page works without this file.
"use strict";

const box = document.getElementById("q");

function isTyping(element) {
  return element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
}

document.addEventListener("keydown", (event) => {
  const modified = event.ctrlKey || event.metaKey || event.altKey;
  if (event.key !== "/" || modified || isTyping(event.target)) return;
  event.preventDefault();
  box.focus();
  box.select();
});

// On a narrow screen the filters would stand before the results: close them there.
const filters = document.getElementById("filters");
const wide = window.matchMedia("(min-width: 56rem)");
if (filters) {
  const follow = () => { filters.open = wide.matches || filters.contains(document.querySelector(":target")); };
  follow();
  wide.addEventListener("change", follow);
}

const tips = document.querySelector(".tips");
document.addEventListener("click", (event) => {
  if (tips && !tips.contains(event.target)) tips.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !tips || !tips.open) return;
  tips.open = false;
  tips.querySelector("summary").focus();
});

// Forms leave out fields nobody filled in, which keeps addresses short to share.
for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", () => {
    const empty = [...form.elements].filter((field) => field.name && !field.value);
    for (const field of empty) field.disabled = true;
    setTimeout(() => { for (const field of empty) field.disabled = false; });
  });
}

// A facet that was opened wide can be searched for a name.
const LONG = 20;
const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
for (const list of document.querySelectorAll("ul[data-find]")) {
  if (list.children.length <= LONG) continue;
  const find = document.createElement("input");
  find.type = "search";
  find.className = "find";
  find.placeholder = list.dataset.find;
  find.setAttribute("aria-label", list.dataset.find);
  find.addEventListener("input", () => {
    const sought = folded(find.value.trim());
    for (const item of list.children) {
      item.hidden = !folded(item.querySelector(".name").textContent).includes(sought);
    }
  });
  list.before(find);
}
