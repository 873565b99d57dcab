// Confirming an address. Opening the page confirms nothing.

import { canShow, onClick, onSubmit, part, post, send, show, take } from "./page.js";

const token = take("token");
let access = "";
show(token ? "ask" : "incomplete");
canShow("seen", "password");
canShow("chosen-seen", "chosen");

// The session that comes with it is of use until its organization was told, and not longer.
async function leave() {
  const ended = access;
  access = "";
  if (ended) await send("DELETE", "v1/auth/token", { token: ended, keepalive: true }).catch(() => {});
}

async function confirm(form, proof) {
  let login;
  try {
    login = await post("v1/auth/verify-email", { token, ...proof });
  } catch (error) {
    if (error.status === 401) throw new Error("That is not the password that the account was made with.");
    if (!error.fields.token) throw error;
    show("worthless");
    return;
  }
  access = login.access_token;
  part(form).reset();
  await tellOrganization();
  show("confirmed");
  await leave();
}

// An invitation may have taken the account into somebody's organization.
async function tellOrganization() {
  if (!access) return;
  const me = await send("GET", "v1/auth/me", { token: access }).catch(() => ({}));
  part("organization").textContent = me.org_name || "";
  part("joined").hidden = !me.org_name;
}

onSubmit("confirm", () => confirm("confirm", { password: part("password").value }));
onClick("stranger", () => show("takeover"));
onClick("back", () => show("ask"));
onSubmit("take", () => confirm("take", { new_password: part("chosen").value }));
addEventListener("pagehide", leave);
