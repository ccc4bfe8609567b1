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

// While one types, a facet's box hides the values shown that do not fit; Enter looks at all.
const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
for (const form of document.querySelectorAll("form.find")) {
  const find = form.querySelector("input");
  const items = form.parentElement.querySelectorAll(".values > li");
  find.addEventListener("input", () => {
    const sought = folded(find.value.trim());
    for (const item of items) {
      item.hidden = !folded(item.querySelector(".name").textContent).includes(sought);
    }
  });
}

// Under the box while one types: names, titles, the page about a name, and the search for what is
// typed; a combobox with a list (ARIA 1.2).
if (box && box.dataset.suggest) {
  const list = document.createElement("ul");
  list.id = "suggestions";
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  box.after(list);
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  const said = document.createElement("span");
  said.className = "vh";
  said.setAttribute("role", "status");
  list.after(said);

  let chosen = -1;
  let timer = 0;
  let asked = 0;
  const show = (open) => {
    list.hidden = !open;
    box.setAttribute("aria-expanded", String(open));
    if (!open) choose(-1);
  };
  const choose = (place) => {
    chosen = place;
    [...list.children].forEach((item, n) => item.setAttribute("aria-selected", String(n === place)));
    if (place < 0) box.removeAttribute("aria-activedescendant");
    else {
      box.setAttribute("aria-activedescendant", list.children[place].id);
      list.children[place].scrollIntoView({ block: "nearest" });
    }
  };
  // The ranges count code points.
  const marked = (text, ranges) => {
    const name = document.createElement("bdi");
    const letters = [...text];
    let done = 0;
    for (const [start, end] of ranges) {
      const mark = document.createElement("mark");
      mark.textContent = letters.slice(start, end).join("");
      name.append(letters.slice(done, start).join(""), mark);
      done = end;
    }
    name.append(letters.slice(done).join(""));
    return name;
  };
  const option = (href, ...content) => {
    const item = document.createElement("li");
    item.id = `suggestion-${list.children.length}`;
    item.setAttribute("role", "option");
    item.dataset.href = href;
    item.append(...content);
    list.append(item);
  };
  const fill = (answer) => {
    list.replaceChildren();
    const suggestions = answer ? answer.suggestions : [];
    for (const one of suggestions) {
      const kind = document.createElement("span");
      kind.className = "count";
      kind.textContent = one.field === "title" ? "page" : `${one.field} · ${one.count.toLocaleString("en")}`;
      option(one.href, marked(one.value, one.ranges), " ", kind);
    }
    const named = suggestions.find((one) => one.about && one.count);
    if (named) option(named.about, "About ", marked(named.value, []));
    if (answer) option(answer.search, "Search for ", marked(answer.q, []));
    show(list.children.length > 0);
    const many = suggestions.length === 1 ? "1 suggestion" : `${suggestions.length} suggestions`;
    said.textContent = suggestions.length ? many : "";
  };
  const ask = async () => {
    const number = ++asked;
    const text = box.value;
    if (text.trim().length < 2) { fill(null); return; }
    try {
      const address = new URL(box.dataset.suggest, location.href);
      address.searchParams.set("q", text);
      const answer = await fetch(address);
      const found = answer.ok ? await answer.json() : null;
      // An answer that comes after a later one, or after the box was left, is of no use.
      if (number === asked && document.activeElement === box) fill(found);
    } catch { if (number === asked) fill(null); }
  };
  const close = () => { clearTimeout(timer); asked += 1; show(false); };

  show(false);
  box.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 150); });
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    const count = list.hidden ? 0 : list.children.length;
    if (event.isComposing || !count) return;
    if (event.key === "ArrowDown") choose(chosen + 1 < count ? chosen + 1 : -1);
    else if (event.key === "ArrowUp") choose(chosen < 0 ? count - 1 : chosen - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && chosen >= 0) location.assign(list.children[chosen].dataset.href);
    else return;
    event.preventDefault();
  });
  // Before the box loses its focus, and with it the list.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) location.assign(item.dataset.href);
  });
}
