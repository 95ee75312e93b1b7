// Long lists become fields to search in, with what is chosen beside them. Without this the lists work as they are.
"use strict";

const say = document.currentScript.dataset; // the words of the page, in its language

function made(tag, facts, ...inside) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(facts)) element.setAttribute(name, value);
  element.append(...inside);
  return element;
}

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

// A field with a list under it (ARIA's combobox); `find(words)` gives [{value, label}], `take(entry)` chooses one.
function searchable(input, find, take) {
  const list = made("ul", { role: "listbox", tabindex: "-1", id: input.id + "-list", "aria-label": say.fitting, hidden: "" });
  let at = -1;
  let turn = 0;
  input.after(list);
  for (const [name, value] of Object.entries({ role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) input.setAttribute(name, value);
  const shut = () => { list.hidden = true; at = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const mark = (to) => {
    const entries = [...list.children];
    if (!entries.length) return;
    at = (to + entries.length) % entries.length;
    entries.forEach((entry, i) => entry.setAttribute("aria-selected", String(i === at)));
    entries[at].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", entries[at].id);
  };
  const choose = (entry) => { shut(); take(entry); };
  const show = async () => {
    const mine = ++turn;
    const found = (await find(input.value.trim())).slice(0, 50);
    if (mine !== turn) return;
    list.replaceChildren(...found.map((entry, i) => {
      const option = made("li", { role: "option", id: list.id + i, "aria-selected": "false" }, entry.label);
      option.addEventListener("mousedown", (event) => { event.preventDefault(); choose(entry); });
      option.entry = entry;
      return option;
    }));
    list.hidden = !found.length;
    at = -1;
    input.setAttribute("aria-expanded", String(!list.hidden));
  };
  input.addEventListener("input", show);
  input.addEventListener("focus", show);
  input.addEventListener("blur", shut);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) show(); else mark(event.key === "ArrowDown" ? at + 1 : (at < 0 ? 0 : at) - 1);
    } else if (event.key === "Enter" && !list.hidden && at >= 0) {
      event.preventDefault();
      choose(list.children[at].entry);
    } else if (event.key === "Escape") shut();
  });
}

for (const select of document.querySelectorAll("select[data-choose]")) {
  const label = document.querySelector(`label[for="${select.id}"]`);
  const input = made("input", { type: "text", id: select.id + "-find", placeholder: say.search, "aria-describedby": select.getAttribute("aria-describedby") });
  const chips = made("span", { class: "chips" });
  const anything = [...select.options].find((option) => option.value === "any");
  const draw = () => chips.replaceChildren(...[...select.selectedOptions].map((option) => {
    const chip = made("button", { type: "button", class: "chip", "aria-label": say.remove.replace("{}", () => option.label) }, option.label, made("span", { "aria-hidden": "true" }, " ×"));
    chip.addEventListener("click", () => { option.selected = false; draw(); input.focus(); });
    return chip;
  }));
  select.after(chips);
  chips.after(made("span", { class: "combo" }, input));
  const late = (option, words) => Number(!plain(option.label).startsWith(words));
  const find = async (text) => {
    const words = plain(text);
    const found = [...select.options].filter((option) => !option.selected && plain(option.label).includes(words));
    return found.sort((one, other) => late(one, words) - late(other, words));
  };
  searchable(input, find, (option) => {
    if (option === anything) for (const other of select.selectedOptions) other.selected = false;
    else if (anything) anything.selected = false;
    option.selected = true;
    input.value = "";
    draw();
  });
  label.htmlFor = input.id;
  select.hidden = true;
  draw();
}

for (const many of document.querySelectorAll("[data-look]")) {
  for (const [i, input] of [...many.querySelectorAll("input")].entries()) {
    input.id ||= `look-${i}-${many.dataset.look.split("/").pop()}`;
    const combo = made("span", { class: "combo" });
    input.replaceWith(combo);
    combo.append(input);
    searchable(input, async (words) => {
      const answer = await fetch(`${many.dataset.look}?q=${encodeURIComponent(words)}`);
      return answer.ok ? answer.json() : [];
    }, (entry) => { input.value = entry.value; });
  }
}
for (const words of document.querySelectorAll("[data-copy]")) {
  const button = made("button", { type: "button", class: "copy" }, say.take);
  const said = made("span", { role: "status" });
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(words.textContent);
      said.textContent = ` ${say.taken}`;
    } catch {
      getSelection().selectAllChildren(words);
      said.textContent = ` ${say.selected}`;
    }
  });
  words.after(made("p", {}, button, said));
}

// Words that stand in a row above lead there; not every browser opens what is shut around them.
function reveal() {
  const there = document.getElementById(location.hash.slice(1));
  const shut = there?.closest("details:not([open])");
  if (!shut) return;
  shut.open = true;
  there.scrollIntoView({ block: "center" });
}
addEventListener("hashchange", reveal);
reveal();
document.documentElement.classList.add("scripted");
