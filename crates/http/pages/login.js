// Logging in, with the second factor where there is one. The access token lives in this module alone,
// and its session ends with the page at the latest.

import { enter, make, onClick, onSubmit, part, post, say, send, show } from "./page.js";

let access = "";
let challenge = "";

const button = (text, properties) => make("button", properties, text);

function field(label, properties) {
  return [make("label", { htmlFor: properties.id }, label), make("input", { required: true, ...properties })];
}

// Writes both forms into the page's login section. `then` goes on once somebody is in.
export function offerLogin(then) {
  const account = make(
    "form",
    { id: "account" },
    ...field("E-mail address", { id: "email", type: "email", autocomplete: "username", maxLength: 254 }),
    ...field("Password", { id: "password", type: "password", autocomplete: "current-password", maxLength: 256 }),
    make("div", { className: "actions" }, button("Log in", { type: "submit", className: "main" })),
  );
  const second = make(
    "form",
    { id: "second", hidden: true },
    ...field("Code from your authenticator app", {
      id: "code",
      className: "code",
      autocomplete: "one-time-code",
      autocapitalize: "characters",
      spellcheck: false,
      maxLength: 64,
    }),
    make("p", { className: "hint" }, "Without the app, one of your recovery codes does."),
    make(
      "div",
      { className: "actions" },
      button("Continue", { type: "submit", className: "main" }),
      button("Start again", { type: "button", id: "restart" }),
    ),
  );
  part("login").append(account, second);

  const step = (form) => {
    account.hidden = form !== account;
    second.hidden = form !== second;
    account.reset();
    second.reset();
    enter(form);
  };
  const goOn = async (answer) => {
    challenge = answer.mfa_required ? answer.mfa_token : "";
    access = answer.access_token;
    step(challenge ? second : account);
    if (access) await then();
  };
  onSubmit("account", async () => {
    const body = { email: part("email").value, password: part("password").value };
    await goOn(await post("v1/auth/token", body));
  });
  onSubmit("second", async () => {
    const body = { mfa_token: challenge, code: part("code").value.trim() };
    try {
      await goOn({ ...(await post("v1/auth/mfa/verify", body)), mfa_required: false });
    } catch (error) {
      if (error.status !== 401) throw error;
      part("code").select();
      throw new Error("That code is wrong, was used before, or came too late. Try the next one, or start again.");
    }
  });
  onClick("restart", () => {
    challenge = "";
    step(account);
  });
}

export const isLoggedIn = () => Boolean(access);

// Asks as whoever is logged in, or as nobody.
export async function ask(path, body, prefer) {
  try {
    return await post(path, body, access, prefer);
  } catch (error) {
    if (error.status === 401 && access) {
      access = "";
      show("login");
      throw Object.assign(new Error("Your login has ended. Log in again."), { status: 401, ended: true });
    }
    throw error;
  }
}

// Ends the session, which nobody will use any more.
export function leave() {
  if (access) send("DELETE", "v1/auth/token", { token: access, keepalive: true }).catch(() => {});
  access = "";
  challenge = "";
}

addEventListener("pagehide", leave);
