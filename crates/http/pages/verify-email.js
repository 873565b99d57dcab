// Confirming an address. Opening the page confirms nothing.

import { canShow, onClick, onSubmit, part, post, send, show, take } from "./page.js";

const token = take("token");
let access = "";
show(token ? "ask" : "incomplete");
canShow("seen", "password");
canShow("chosen-seen", "chosen");

// The session that comes with it is of use until a password is chosen, and not longer.
async function leave() {
  const ended = access;
  access = "";
  if (ended) await send("DELETE", "v1/auth/token", { token: ended, keepalive: true }).catch(() => {});
}

async function confirm(proof, then) {
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
  part("confirm").reset();
  await then();
}

// What others made has no password any more, or one that they know.
async function makeOwn() {
  if (!access) {
    await confirmed();
    return;
  }
  const me = await send("GET", "v1/auth/me", { token: access });
  if (me.has_password) {
    await leave();
    await post("v1/auth/forgot-password", { email: me.email });
    show("mailed");
    return;
  }
  part("whose").value = me.email;
  show("choose");
}

async function confirmed() {
  show("confirmed");
  await leave();
}

onSubmit("confirm", () => confirm({ password: part("password").value }, confirmed));
onClick("stranger", () => show("takeover"));
onClick("back", () => show("ask"));
onClick("take", () => confirm({}, makeOwn));
onSubmit("set", async () => {
  await post("v1/auth/set-password", { password: part("chosen").value }, access);
  part("set").reset();
  await confirmed();
});
addEventListener("pagehide", leave);
