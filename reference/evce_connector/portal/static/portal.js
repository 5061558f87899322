// Keeps the table of an open page up to date: asks each two seconds, and takes what has changed.
"use strict";

const PAUSE = 2000;
const table = document.querySelector("table[data-live]");

function show(answer) {
  const rows = answer.rows.map((cells) => {
    const row = document.createElement("tr");
    for (const text of cells) row.appendChild(document.createElement("td")).textContent = text;
    return row;
  });
  table.tBodies[0].replaceChildren(...rows);
  document.querySelector(".note").textContent = answer.note;
}

function follow() {
  const state = document.querySelector("[data-live-state]");
  let tag = "";
  async function ask() {
    if (!document.hidden) {
      try {
        const answer = await fetch(table.dataset.live, { cache: "no-store", headers: tag ? { "If-None-Match": tag } : {} });
        if (answer.status === 401) return location.reload();
        if (answer.ok) {
          tag = answer.headers.get("ETag") || "";
          show(await answer.json());
        }
        state.textContent = answer.ok || answer.status === 304 ? "Live" : "The connector does not answer as it should.";
      } catch {
        state.textContent = "The connector does not answer.";
      }
    }
    setTimeout(ask, PAUSE);
  }
  ask();
}

if (table) follow();

// One drop-down is open at a time, and Escape or a click beside it closes it.
const drops = [...document.querySelectorAll("details.drop")];
for (const drop of drops) {
  drop.addEventListener("toggle", () => {
    if (drop.open) for (const other of drops) if (other !== drop) other.open = false;
  });
}
document.addEventListener("keydown", (event) => {
  const open = drops.find((drop) => drop.open);
  if (event.key === "Escape" && open) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});
document.addEventListener("click", (event) => {
  for (const drop of drops) if (!drop.contains(event.target)) drop.open = false;
});

// Expand All and Collapse All open and close the groups of a page.
for (const row of document.querySelectorAll("[data-expanders]")) {
  row.hidden = false;
  for (const button of row.querySelectorAll("[data-expand]")) {
    button.addEventListener("click", () => {
      for (const group of document.querySelectorAll("details.group")) group.open = Boolean(button.dataset.expand);
    });
  }
}

// Of a schedule only the fields of its type are shown.
const kind = document.querySelector("[data-kind] select");
if (kind) {
  const fit = () => {
    for (const part of document.querySelectorAll("[data-of]")) part.hidden = !part.dataset.of.split(",").includes(kind.value);
  };
  kind.addEventListener("change", fit);
  fit();
}

// A field of a secret that is left as it was keeps it; a click into it selects all, so that typing replaces it.
for (const field of document.querySelectorAll("[data-secret]")) field.addEventListener("focus", () => field.select());

// After a save: goes on as soon as the connector runs with what was saved, or says that it cannot.
const saved = document.querySelector("[data-ask]");
if (saved) {
  const LONGEST = "moved" in saved.dataset ? 6 : 30; // pages that have moved never answer here
  let asked = 0;
  const ask = async () => {
    asked += 1;
    try {
      const answer = await fetch(saved.dataset.ask, { cache: "no-store" });
      const state = answer.ok ? await answer.json() : {};
      if (state.used >= Number(saved.dataset.used) || state.refused || answer.status === 401) return location.replace(saved.dataset.to);
    } catch {
      // it is starting
    }
    if (asked >= LONGEST) return location.replace(saved.dataset.to);
    setTimeout(ask, 500);
  };
  setTimeout(ask, 500);
}

// First Steps: tries what is filled in without leaving the page, and shows what was found and what certificate it shows.
const form = document.querySelector("form[data-try]");
if (form) {
  const test = form.querySelector("[data-test]"), found = form.querySelector("[data-found]");
  const part = form.querySelector("[data-certificate]"), proposed = form.querySelector("[data-proposal]");
  const told = { good: "ok", warning: "warning", error: "wrong" };
  const mark = (key, text) => {
    const field = document.getElementById(key), help = document.getElementById(`${key}-help`);
    const trouble = document.createElement("p");
    trouble.className = "trouble tried";
    trouble.textContent = text;
    (help || field || test).after(trouble);
  };
  const showFound = (answer) => {
    for (const old of form.querySelectorAll(".tried")) old.remove();
    for (const [key, text] of Object.entries(answer.wrong)) mark(key, text);
    form.querySelector("[data-found-rows]").replaceChildren(...answer.found.map(([kind, text]) => {
      const row = document.createElement("li");
      const word = row.appendChild(document.createElement("span"));
      word.className = kind === "good" ? "tag" : "tag raised";
      word.textContent = told[kind];
      const said = row.appendChild(document.createElement("p"));
      said.className = "said";
      said.textContent = text;
      return row;
    }));
    found.hidden = answer.found.length === 0;
    proposed.hidden = !answer.proposal;
    proposed.dataset.proposal = answer.proposal || "";
    const certificate = answer.certificate;
    part.hidden = !certificate;
    if (!certificate) return;
    for (const one of part.querySelectorAll("[data-of-certificate]")) one.textContent = certificate[one.dataset.ofCertificate];
    for (const one of part.querySelectorAll("[data-own]")) one.hidden = !certificate.own;
    part.querySelector("[data-issued]").hidden = certificate.own;
  };
  const send = async (url, more = {}) => {
    const body = new FormData(form);
    for (const [key, value] of Object.entries(more)) body.set(key, value);
    test.disabled = true;
    test.textContent = "Testing…";
    try {
      const answer = await fetch(url, { method: "POST", body });
      if (answer.status === 401) return location.reload();
      if (!answer.ok) throw new Error(String(answer.status));
      return await answer.json();
    } catch (error) {
      return { wrong: {}, found: [["error", `The connector did not answer (${error.message}).`]] };
    } finally {
      test.disabled = false;
      test.textContent = "Test connection";
    }
  };
  test.hidden = false;
  test.addEventListener("click", async () => showFound(await send(form.dataset.try)));
  const fillIn = async (url, more) => {
    const answer = await send(url, more);
    if (!answer.fields) return showFound(answer);
    for (const [key, value] of Object.entries(answer.fields)) document.getElementById(key).value = value;
    showFound(await send(form.dataset.try));
  };
  part.querySelector("[data-accept]").addEventListener("click", () => {
    fillIn(form.dataset.trust, { fingerprint: part.querySelector("[data-of-certificate=fingerprint]").textContent });
  });
  proposed.querySelector("[data-take]").addEventListener("click", () => {
    fillIn(form.dataset.take, { proposal: proposed.dataset.proposal });
  });
}
