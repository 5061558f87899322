// The API page: every operation of the served contract, with a form to try it.
"use strict";

const $ = (id) => document.getElementById(id);
const base = "api/v2";

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function resolved(contract, thing) {
  if (!thing || !thing.$ref) return thing;
  return thing.$ref.slice(2).split("/").reduce((part, name) => part[name], contract);
}

function example(contract, schema) {
  const shape = resolved(contract, schema);
  if (shape.const !== undefined) return shape.const;
  if (shape.type === "object") {
    return Object.fromEntries(Object.entries(shape.properties).map(([name, part]) => [name, example(contract, part)]));
  }
  if (shape.format === "date-time") return new Date(Date.now() + 3600000).toISOString();
  return { number: 10, integer: 1, boolean: true, string: "" }[shape.type];
}

function headers() {
  const credentials = `${$("login").value}:${$("password").value}`;
  const bytes = String.fromCharCode(...new TextEncoder().encode(credentials));
  return { Authorization: `Basic ${btoa(bytes)}`, "Content-Type": "application/json" };
}

function card(contract, path, method, operation, parameters) {
  const inputs = parameters.map((parameter) => {
    const input = make("input", { placeholder: parameter.schema.default ?? parameter.schema.type, name: parameter.name });
    if (parameter.required) input.value = "1";
    return { parameter, input };
  });
  const body = operation.requestBody
    ? make("textarea", { "aria-label": "Body" }) : null;
  if (body) {
    body.value = JSON.stringify(example(contract, operation.requestBody.content["application/json"].schema), null, 2);
  }
  const shown = make("pre", { hidden: "" });
  const form = make("form", {},
    make("div", { class: "row" }, ...inputs.map(({ parameter, input }) => make("label", { class: "inline" }, parameter.name, input)),
      make("button", { type: "submit" }, "Send")), ...(body ? [body] : []), shown);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    let address = base + path;
    const query = new URLSearchParams();
    for (const { parameter, input } of inputs) {
      if (parameter.in === "path") address = address.replace(`{${parameter.name}}`, encodeURIComponent(input.value));
      else if (input.value) query.set(parameter.name, input.value);
    }
    const text = query.toString();
    const answer = await fetch(text ? `${address}?${text}` : address, { method: method.toUpperCase(), headers: headers(), body: body ? body.value : undefined });
    const content = await answer.text();
    let pretty = content;
    try { pretty = JSON.stringify(JSON.parse(content), null, 2); } catch { /* shown as it came */ }
    shown.hidden = false;
    shown.textContent = `${answer.status} ${answer.statusText}\n\n${pretty}`;
  });
  return make("details", { class: "operation", id: `${method}-${path}` },
    make("summary", {}, make("span", { class: `method ${method}` }, method.toUpperCase()), make("code", {}, path),
      make("span", { class: "hint" }, operation.summary || "")), form);
}

async function start() {
  const contract = await (await fetch("openapi.json")).json();
  $("name").textContent = contract.info.title;
  $("about").textContent = contract.info.description;
  for (const [path, item] of Object.entries(contract.paths)) {
    for (const method of ["get", "post", "put", "delete"].filter((name) => item[name])) {
      const parameters = [...(item.parameters || []), ...(item[method].parameters || [])].map((each) => resolved(contract, each));
      $("operations").append(card(contract, path, method, item[method], parameters));
    }
  }
  document.body.dataset.ready = "yes";
}

start();
