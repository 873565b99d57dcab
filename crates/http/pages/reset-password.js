// Choosing a new password by a mail's link. Opening the page changes nothing.

import { canShow, onSubmit, part, post, show, take } from "./page.js";

const token = take("token");
show(token ? "ask" : "incomplete");
canShow("seen", "password");

onSubmit("reset", async () => {
  try {
    await post("v1/auth/reset-password", { token, new_password: part("password").value });
  } catch (error) {
    if (!error.fields?.token) throw error;
    show("worthless");
    return;
  }
  part("reset").reset();
  show("changed");
});
