// Shows the OpenAPI document of this server. Everything is built from text
// nodes: nothing in the document can become markup.

const methods = ["get", "post", "put", "patch", "delete"];

function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== "") node.setAttribute(name, value);
  }
  node.append(...children.filter((c) => c !== undefined && c !== null));
  return node;
}

function resolve(spec, schema) {
  // An object or null: the only choice in these documents.
  if (schema?.anyOf) return { ...resolve(spec, schema.anyOf[0]), ...schema, type: ["object", "null"] };
  const name = schema?.$ref?.split("/").pop();
  return name ? { name, ...spec.components.schemas[name] } : (schema ?? {});
}

function describeType(schema) {
  const type = Array.isArray(schema.type) ? schema.type.join(" or ") : (schema.type ?? "any");
  const limits = [
    ["minimum", "≥"], ["maximum", "≤"], ["minLength", "length ≥"], ["maxLength", "length ≤"],
    ["minItems", "items ≥"], ["maxItems", "items ≤"],
  ].filter(([key]) => schema[key] !== undefined).map(([key, sign]) => `${sign} ${schema[key]}`);
  const parts = [schema.format ? `${type} (${schema.format})` : type, ...limits];
  if (schema.enum) parts.push(`one of ${schema.enum.join(", ")}`);
  if (schema.default !== undefined) parts.push(`default ${JSON.stringify(schema.default)}`);
  return parts.join(", ");
}

// fields lists the properties of a schema; a schema met again inside itself is
// named, not opened.
function fields(spec, schema, seen = []) {
  const s = resolve(spec, schema);
  if (s.name && seen.includes(s.name)) return el("span", {}, s.name);
  const inside = s.name ? [...seen, s.name] : seen;
  if (s.items) return el("div", {}, "list of ", fields(spec, s.items, inside));
  if (s.properties) {
    const list = el("dl");
    for (const [name, property] of Object.entries(s.properties)) {
      const p = resolve(spec, property);
      const required = s.required?.includes(name) ? "required" : "";
      list.append(
        el("dt", {}, el("code", { class: required, title: required }, name)),
        el("dd", {}, describeType(p), p.description ? ` · ${p.description}` : ""),
      );
      const nested = p.properties ? property : p.items;
      const target = resolve(spec, nested);
      if (nested && (target.properties || target.items)) {
        list.append(el("dd", { class: "nested" }, fields(spec, nested, inside)));
      }
    }
    return list;
  }
  if (typeof s.additionalProperties === "object") {
    return el("div", {}, "map to ", fields(spec, s.additionalProperties, inside));
  }
  return el("span", {}, describeType(s));
}

function content(spec, media) {
  return Object.entries(media ?? {}).map(([type, { schema }]) =>
    el("div", {}, el("div", {}, el("code", {}, type)), fields(spec, schema)));
}

function who(op) {
  const names = (op.security ?? []).flatMap(Object.keys);
  return names.length ? `for ${names.join(" or ")}` : "for anyone";
}

function operation(spec, path, method, op) {
  const article = el("article", { id: op.operationId },
    el("h3", {}, el("span", { class: `method ${method}` }, method.toUpperCase()), el("span", { class: "path" }, path)),
    el("div", {}, op.summary ?? ""),
    el("div", { class: "who" }, who(op)));
  article.dataset.text = `${method} ${path} ${op.summary ?? ""} ${op.operationId}`.toLowerCase();
  if (op.parameters?.length) {
    const list = el("dl");
    for (const p of op.parameters) {
      const required = p.required ? "required" : "";
      list.append(
        el("dt", {}, el("code", { class: required, title: required }, p.name)),
        el("dd", {}, `${p.in}, ${describeType(p.schema ?? {})}`, p.description ? ` · ${p.description}` : ""));
    }
    article.append(el("h4", {}, "Parameters"), list);
  }
  if (op.requestBody) {
    article.append(el("h4", {}, "Request"), ...content(spec, op.requestBody.content));
  }
  article.append(el("h4", {}, "Answers"));
  for (const [status, response] of Object.entries(op.responses ?? {})) {
    const label = `${status === "default" ? "otherwise" : status} ${response.description ?? ""}`;
    article.append(el("details", {}, el("summary", {}, label), ...content(spec, response.content)));
  }
  return article;
}

function byTag(spec) {
  const groups = new Map();
  for (const [path, item] of Object.entries(spec.paths ?? {})) {
    for (const method of methods) {
      const op = item[method];
      if (!op) continue;
      const tag = op.tags?.[0] ?? "other";
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push({ path, method, op });
    }
  }
  return [...groups].sort(([a], [b]) => a.localeCompare(b));
}

function show(spec) {
  const nav = document.getElementById("nav");
  const main = document.getElementById("content");
  document.title = `${spec.info.title} API`;
  document.getElementById("title").textContent = `${spec.info.title} API ${spec.info.version}`;
  main.replaceChildren();
  for (const [tag, operations] of byTag(spec)) {
    const list = el("ul");
    const section = el("section", {}, el("h2", {}, tag));
    for (const { path, method, op } of operations) {
      const link = el("li", {}, el("a", { href: `#${op.operationId}` }, op.summary || `${method.toUpperCase()} ${path}`));
      link.dataset.for = op.operationId;
      list.append(link);
      section.append(operation(spec, path, method, op));
    }
    nav.append(el("section", {}, el("h2", {}, tag), list));
    main.append(section);
  }
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

function filter(query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  for (const article of document.querySelectorAll("article")) {
    article.hidden = !words.every((w) => article.dataset.text.includes(w));
  }
  for (const item of document.querySelectorAll("nav li")) {
    item.hidden = document.getElementById(item.dataset.for)?.hidden ?? false;
  }
  for (const section of document.querySelectorAll("main > section, nav > section")) {
    section.hidden = !section.querySelector("article:not([hidden]), li:not([hidden])");
  }
}

try {
  const answer = await fetch("/api/openapi.json");
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  show(await answer.json());
  document.getElementById("filter").addEventListener("input", (e) => filter(e.target.value));
} catch (error) {
  document.getElementById("state").textContent = `The API document cannot be loaded (${error.message}). Reload to try again.`;
}
