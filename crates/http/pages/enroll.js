// Deciding an agent's request. Opening the page decides nothing.

import { ask, leave, offerLogin } from "./login.js";
import { copy, moment, onClick, part, show, take } from "./page.js";

const token = take("token");

const REASONS = {
  403: "This request is for another person to decide, or your organization may have no more agents.",
  404: "There is no such request, or it is older than 7 days.",
  409: "This request was decided already.",
};

// Asks about the request, and says it plainly where there is nothing to decide.
async function decide(path, body, then) {
  try {
    then(await ask(path, { token, ...body }));
  } catch (error) {
    const reason = REASONS[error.status];
    if (!reason || error.code === "resource_limit_exceeded") throw error;
    part("why").textContent = reason;
    show("ended");
  }
}

offerLogin(() =>
  decide("v1/agents/enroll/lookup", {}, (request) => {
    part("name").textContent = request.name;
    part("description").textContent = request.description || "none";
    part("fingerprint").textContent = request.fingerprint || "none: it showed no key";
    part("created").textContent = moment(request.created_at);
    show("request");
  }),
);
onClick("approve", () =>
  decide("v1/agents/enroll/decide", { decision: "approve" }, (made) => {
    leave();
    part("agent").textContent = made.agent.id;
    part("key").textContent = made.api_key || "";
    part("shown").hidden = !made.api_key;
    part("collected").hidden = Boolean(made.api_key);
    show("approved");
  }),
);
onClick("deny", () =>
  decide("v1/agents/enroll/decide", { decision: "deny" }, () => {
    leave();
    show("denied");
  }),
);
onClick("copy", () => copy(part("key").textContent, part("key")));
show(token ? "login" : "incomplete");

// What was shown once is not shown again by going back.
addEventListener("pagehide", () => {
  part("key").textContent = "";
});
