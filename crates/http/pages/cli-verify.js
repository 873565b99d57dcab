// Deciding whether a device is logged in as somebody. Opening the page decides nothing.

import { ask, leave, offerLogin } from "./login.js";
import { moment, onClick, onSubmit, part, show, take } from "./page.js";

let code = take("code");

const REASONS = {
  403: "This device asks another account: only that one may decide.",
  404: "No device waits with this code. It may be mistyped, or older than 10 minutes: start again on your device.",
  409: "This was decided already.",
};

// Asks about the device, and says it plainly where there is nothing to decide.
async function decide(path, then) {
  try {
    then(await ask(path, { user_code: code }));
  } catch (error) {
    const malformed = error.status === 400 && error.fields.user_code;
    const reason = malformed ? REASONS[404] : REASONS[error.status];
    if (!reason) throw error;
    part("why").textContent = reason;
    show("ended");
  }
}

const look = () =>
  decide("v1/auth/device/lookup", (request) => {
    if (request.status !== "pending") {
      part("why").textContent = REASONS[request.status === "expired" ? 404 : 409];
      show("ended");
      return;
    }
    part("shown-code").textContent = request.user_code;
    part("client").textContent = request.client_id;
    part("from").textContent = request.requested_from || "unknown";
    part("asked").textContent = moment(request.requested_at);
    show("request");
  });

offerLogin(async () => {
  if (code) await look();
  else show("ask");
});
onSubmit("find", async () => {
  code = part("user-code").value.trim();
  await look();
});
for (const [choice, outcome] of [["approve", "approved"], ["deny", "denied"]]) {
  onClick(choice, () =>
    decide(`v1/auth/device/${choice}`, () => {
      leave();
      show(outcome);
    }),
  );
}
onClick("retry", () => {
  part("find").reset();
  show("ask");
});
show("login");
