// Accepting an invitation: an account is made with the invitation's token.

import { canShow, onSubmit, part, post, send, show, take } from "./page.js";

const token = take("token");
show(token ? "join" : "incomplete");
canShow("seen", "password");

const REASONS = {
  403: "This invitation is for another e-mail address, or nobody may join now.",
  404: "This invitation is worth nothing any more: it was accepted, taken back, replaced by a newer one, or is older than 7 days.",
  409: "This e-mail address has an account already, and an account belongs to one organization. Ask to be invited at another address.",
};

onSubmit("account", async () => {
  const body = {
    email: part("email").value,
    password: part("password").value,
    invite_token: token,
  };
  const name = part("name").value.trim();
  if (name) body.display_name = name;
  let made;
  try {
    made = await post("v1/auth/signup", body);
  } catch (error) {
    throw new Error(REASONS[error.status] || error.message);
  }
  part("account").reset();
  part("address").textContent = made.email;
  show("joined");
  // The page has no use for the session that comes with it.
  if (made.access_token) {
    await send("DELETE", "v1/auth/token", { token: made.access_token }).catch(() => {});
  }
});
