// What the pages share. Whatever comes from elsewhere is shown as text, never as markup.

// Takes the token out of the address, so that it stays neither in the bar nor in the history.
export function takeToken() {
  const token = new URLSearchParams(location.search).get("token") || "";
  history.replaceState(null, "", location.pathname);
  return token;
}

export const part = (id) => document.getElementById(id);

// Shows one section of the page alone.
export function show(id) {
  for (const section of document.querySelectorAll("main > section")) {
    section.hidden = section.id !== id;
  }
}

export function say(text, kind = "") {
  const status = part("status");
  status.textContent = text;
  status.className = kind;
}

// POST of JSON; throws an Error whose message is for people, with the answer's status.
export async function post(path, body, token) {
  const headers = { "content-type": "application/json" };
  if (token) headers.authorization = `Bearer ${token}`;
  let answer;
  try {
    answer = await fetch(path, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
      credentials: "omit",
      cache: "no-store",
      redirect: "error",
    });
  } catch {
    throw Object.assign(new Error("The server cannot be reached."), { status: 0 });
  }
  const said = await answer.json().catch(() => ({}));
  if (answer.ok) return said;
  const fields = Object.entries(said.fields || {}).map(([name, reason]) => `${name}: ${reason}`);
  const wait = answer.headers.get("retry-after");
  const again = answer.status === 429 && wait ? ` Try again in ${wait} seconds.` : "";
  const text = (fields.join("; ") || said.detail || "The server did not do it.") + again;
  throw Object.assign(new Error(text), { status: answer.status });
}

// Runs what a button or form asks for, once at a time, and tells what went wrong.
export async function doing(work) {
  const buttons = [...document.querySelectorAll("button")];
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
