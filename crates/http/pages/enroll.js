// Deciding an agent's request. The access token lives in this script alone, and ends with the page.

import { doing, onSubmit, part, post, say, show, takeToken } from "./page.js";

const token = takeToken();
let access = "";
show(token ? "login" : "incomplete");

const REASONS = {
  403: "This request is for another person to decide, or your organization may have no more agents.",
  404: "There is no such request, or it is older than 7 days.",
  409: "This request was decided already.",
};

async function ask(path, body) {
  try {
    return await post(path, { token, ...body }, access);
  } catch (error) {
    const limit = error.status === 403 && /limit reached/.test(error.message);
    throw new Error((!limit && REASONS[error.status]) || error.message);
  }
}

onSubmit("account", async () => {
  const body = { email: part("email").value, password: part("password").value };
  const login = await post("v1/auth/token", body);
  part("account").reset();
  access = login.access_token;
  const request = await ask("v1/agents/enroll/lookup", {});
  part("name").textContent = request.name;
  part("description").textContent = request.description || "none";
  part("fingerprint").textContent = request.fingerprint || "none: it showed no key";
  part("created").textContent = new Date(request.created_at).toLocaleString();
  show("request");
});

part("approve").addEventListener("click", () =>
  doing(async () => {
    const made = await ask("v1/agents/enroll/decide", { decision: "approve" });
    part("agent").textContent = made.agent.id;
    part("key").textContent = made.api_key || "";
    part("shown").hidden = !made.api_key;
    part("collected").hidden = Boolean(made.api_key);
    show("approved");
  }),
);

part("deny").addEventListener("click", () =>
  doing(async () => {
    await ask("v1/agents/enroll/decide", { decision: "deny" });
    show("denied");
  }),
);

// Browsers give the clipboard to pages that came over TLS, or from this very machine.
part("copy").hidden = !navigator.clipboard;
part("copy").addEventListener("click", () =>
  doing(async () => {
    await navigator.clipboard.writeText(part("key").textContent);
    say("Copied.", "good");
  }),
);

// What was shown once is not shown again by going back.
addEventListener("pagehide", () => {
  access = "";
  part("key").textContent = "";
});
