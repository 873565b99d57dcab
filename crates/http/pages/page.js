// What the pages share. Whatever comes from elsewhere is shown as text, never as markup.

// Where the server's paths begin: one step above this file, wherever a proxy puts the whole.
const ROOT = new URL("..", import.meta.url);

// Takes a word out of the address, so that it stays neither in the bar nor in the history.
export function take(name) {
  const word = new URLSearchParams(location.search).get(name) || "";
  history.replaceState(null, "", location.pathname);
  return word;
}

export const part = (id) => document.getElementById(id);

// An element with these properties; strings among the children become text.
export function make(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

// Shows one section of the page alone, and goes there.
export function show(id) {
  for (const section of document.querySelectorAll("main > section")) {
    section.hidden = section.id !== id;
  }
  enter(part(id));
}

// Puts the keyboard, and whoever listens, at the first field of something, or at its beginning.
export function enter(place) {
  place.tabIndex = -1;
  const fields = [...place.querySelectorAll("input")];
  const open = fields.filter((field) => !field.closest("[hidden]"));
  (open.find((field) => !field.value) || open[0] || place).focus();
}

export function say(text, kind = "") {
  const status = part("status");
  status.textContent = text;
  status.className = kind;
}

// A moment as people read it, with how far it is from now.
export function moment(text) {
  const date = new Date(text);
  const seconds = Math.round((date - Date.now()) / 1000);
  const steps = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
  const [unit, size] = steps.find(([, least]) => Math.abs(seconds) >= 2 * least) || steps[3];
  const distance = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  const shown = date.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
  return `${shown} (${distance.format(Math.round(seconds / size), unit)})`;
}

const some = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

function waiting(seconds) {
  if (seconds < 90) return some(seconds, "second");
  return some(Math.ceil(seconds / 60), "minute");
}

// What the server refused, in words for people, with what tells programs why.
function refused(status, said, retryAfter) {
  const fields = Object.entries(said.fields || {});
  const sentences = fields.map(([name, reason]) =>
    /^[A-Z]/.test(reason) ? reason : `${name.replaceAll("_", " ")} ${reason}`,
  );
  let text = sentences.join("; ") || said.detail || "The server did not do it.";
  if (status === 429) text = `Too many tries. Try again in ${waiting(Number(retryAfter) || 1)}.`;
  return Object.assign(new Error(text), { status, code: said.code || "", fields: said.fields || {} });
}

// Asks the server; throws an Error whose message is for people.
export async function send(method, path, { body, token, keepalive, prefer } = {}) {
  const headers = {};
  if (prefer) headers.prefer = prefer;
  if (body) headers["content-type"] = "application/json";
  if (token) headers.authorization = `Bearer ${token}`;
  let answer;
  try {
    answer = await fetch(new URL(path, ROOT), {
      method,
      headers,
      body: body && JSON.stringify(body),
      keepalive,
      credentials: "omit",
      cache: "no-store",
      redirect: "error",
    });
  } catch {
    throw Object.assign(new Error("The server cannot be reached."), { status: 0, code: "", fields: {} });
  }
  const said = await answer.json().catch(() => ({}));
  if (said.refused) throw refused(said.refused.status, said.refused, said.retry_after);
  if (!answer.ok) throw refused(answer.status, said, answer.headers.get("retry-after"));
  return said;
}

export const post = (path, body, token, prefer) => send("POST", path, { body, token, prefer });

// Runs what a button or form asks for, once at a time, and tells what went wrong.
export async function doing(work) {
  const buttons = [...document.querySelectorAll("button")];
  if (buttons.some((button) => button.disabled)) return;
  for (const button of buttons) button.disabled = true;
  say("");
  try {
    await work();
  } catch (error) {
    say(error.message, "bad");
  } finally {
    for (const button of buttons) button.disabled = false;
  }
}

export function onSubmit(id, work) {
  part(id).addEventListener("submit", (event) => {
    event.preventDefault();
    doing(work);
  });
}

export function onClick(id, work) {
  part(id).addEventListener("click", () => doing(work));
}

// Lets a person see the password that they type, until the form is done with.
export function canShow(tick, field) {
  part(tick).addEventListener("change", () => {
    part(field).type = part(tick).checked ? "text" : "password";
  });
  part(field).form.addEventListener("reset", () => {
    part(field).type = "password";
  });
}

// Copies exactly this text. Browsers give the clipboard to pages that came over TLS or from this
// very machine; elsewhere what is shown is selected, and copied as a person would.
export async function copy(text, shown) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const exactly = (event) => {
      event.preventDefault();
      event.clipboardData.setData("text/plain", text);
    };
    getSelection().selectAllChildren(shown);
    document.addEventListener("copy", exactly, { once: true });
    const copied = document.execCommand("copy");
    document.removeEventListener("copy", exactly);
    if (!copied) throw new Error("Your browser does not let this page copy. The text is selected: copy it yourself.");
  }
  say("Copied.", "good");
}

// A page that the browser kept whole, and shows again, begins anew.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
