// Words of this graph while a query is being written. Without this the text area works as it is.
"use strict";

const say = document.currentScript.dataset; // the words of the page, in its language

const form = document.getElementById("editor");
const area = document.getElementById("query");
const list = document.createElement("ul");
const hint = document.createElement("small");
let known = null;
let at = -1;

list.id = "words";
list.hidden = true;
list.setAttribute("role", "listbox");
list.setAttribute("aria-label", say.fitting);
hint.textContent = say.hint;
area.after(list, hint);
for (const [name, value] of Object.entries({ "aria-autocomplete": "list", "aria-controls": list.id, "aria-haspopup": "listbox" })) area.setAttribute(name, value);

const shut = () => { list.hidden = true; at = -1; area.removeAttribute("aria-activedescendant"); };
const written = () => area.value.slice(0, area.selectionStart).match(/(?:[\w-]*:[\w-]*|[?$]\w*)$/)?.[0] ?? "";

async function fitting(word) {
  if (/^[?$]/.test(word)) {
    const names = new Set(area.value.match(/[?$]\w+/g));
    names.delete(word);
    return [...names].filter((name) => name.slice(1).startsWith(word.slice(1))).map((name) => ({ name, label: "", kind: "variable" }));
  }
  known ??= await (await fetch(form.dataset.words)).json();
  const lower = word.toLowerCase();
  return known.terms.filter((term) => term.name.toLowerCase().startsWith(lower));
}

function take(term) {
  const word = written();
  const start = area.selectionStart - word.length;
  area.setRangeText(term.name, start, area.selectionStart, "end");
  const prefix = term.name.split(":")[0];
  const space = term.kind === "variable" ? null : known.prefixes[prefix];
  if (space && !new RegExp(`PREFIX\\s+${prefix}:`, "i").test(area.value)) {
    const line = `PREFIX ${prefix}: <${space}>\n`;
    const end = area.selectionStart + line.length;
    area.value = line + area.value;
    area.setSelectionRange(end, end);
  }
  shut();
}

async function show() {
  const word = written();
  const found = word ? (await fitting(word)).slice(0, 40) : [];
  if (word !== written()) return;
  list.replaceChildren(...found.map((term, i) => {
    const option = document.createElement("li");
    const code = document.createElement("code");
    code.textContent = term.name;
    option.append(code, term.definition ? ` ${term.definition}` : term.kind === "variable" ? "" : ` ${say[term.kind]}`);
    option.id = `word-${i}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.term = term;
    option.addEventListener("mousedown", (event) => { event.preventDefault(); take(term); });
    return option;
  }));
  list.hidden = !found.length || (found.length === 1 && found[0].name === word);
  at = -1;
}

function mark(to) {
  const options = [...list.children];
  at = (to + options.length) % options.length;
  options.forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
  options[at].scrollIntoView({ block: "nearest" });
  area.setAttribute("aria-activedescendant", options[at].id);
}

area.addEventListener("input", show);
area.addEventListener("blur", shut);
area.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit(); }
  else if (event.key === " " && event.ctrlKey) { event.preventDefault(); show(); }
  else if (list.hidden) return;
  else if (event.key === "ArrowDown") { event.preventDefault(); mark(at + 1); }
  else if (event.key === "ArrowUp") { event.preventDefault(); mark(at < 0 ? -1 : at - 1); }
  else if (event.key === "Enter" && at >= 0) { event.preventDefault(); take(list.children[at].term); }
  else if (event.key === "Escape") { event.preventDefault(); shut(); }
});

// Where a query cannot be read, the text area stands at the sign that is wrong.
const wrong = document.querySelector("[data-line]");
if (wrong) {
  const before = area.value.split("\n").slice(0, Number(wrong.dataset.line) - 1);
  const spot = before.reduce((sum, line) => sum + line.length + 1, 0) + Number(wrong.dataset.column) - 1;
  area.focus();
  area.setSelectionRange(spot, Math.max(spot, area.value.indexOf("\n", spot)));
}
