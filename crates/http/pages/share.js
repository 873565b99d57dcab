// Reading a share. Nothing is asked of the server until a person presses a button, and nothing is
// counted until they press the second one.

import { ask, isLoggedIn, leave, offerLogin } from "./login.js";
import { canShow, copy, moment, onClick, onSubmit, part, post, say, send, show } from "./page.js";

const id = location.pathname.split("/").pop();
let passphrase = "";
let value = "";

// Why a share is not to be had: a heading and a sentence.
const ENDS = {
  share_expired: ["This share has expired", "Its time is over. Ask whoever sent you the link for a new one."],
  share_used_up: [
    "This share is spent",
    "It was revealed as often as it may be. If that was not you, tell whoever sent you the link: somebody else has read it.",
  ],
  share_withdrawn: ["This share has ended", "Whoever shared it may not read the secret any more, and so may nobody by this link."],
  share_secret_gone: ["The secret is gone", "It was deleted, switched off, or its own time is over."],
  not_recipient: [
    "This is for somebody else",
    "It was shared with another account than the one that you are logged in with. If it was sent to your e-mail address, confirm that address first, and open the link again.",
  ],
  ip_denied: ["Not from where you are", "This share can be read from certain networks only, and yours is not among them."],
  not_found: ["There is nothing here", "The link is not complete, or the share was taken back."],
};

function end(code, fallback) {
  const [title, text] = ENDS[code] || ["It cannot be read", fallback];
  part("end").textContent = title;
  part("why").textContent = text;
  part("other").hidden = code !== "not_recipient";
  show("ended");
}

// Asks for the share, and takes people to where they can do something about a refusal.
async function request(path, then, prefer) {
  try {
    then(await ask(path, passphrase ? { passphrase } : {}, prefer));
  } catch (error) {
    if (error.ended) throw error;
    if (error.status === 401) {
      show("login");
    } else if (error.code.startsWith("passphrase_")) {
      passphrase = "";
      part("unlock").reset();
      show("guard");
      if (error.code === "passphrase_invalid") throw new Error("That passphrase is wrong.");
    } else if ([403, 404, 410].includes(error.status)) {
      passphrase = "";
      end(error.code, error.message);
    } else {
      throw error;
    }
  }
}

const times = (count) => ["never", "once", "twice"][count] || `${count} times`;

function offer(share) {
  const left = share.max_access_count === null ? null : share.max_access_count - share.access_count;
  part("unlock").reset();
  part("maker").hidden = !share.shared_by;
  part("shared-by").textContent = share.shared_by || "";
  part("path").textContent = share.path;
  part("type").textContent = share.type.replaceAll("_", " ");
  part("until").textContent = moment(share.expires_at);
  part("left").textContent = left === null ? "any number of times" : times(left) + (left < share.max_access_count ? " more" : "");
  part("last").hidden = left !== 1;
  show("offer");
}

function reveal(share) {
  const left = share.max_access_count === null ? null : share.max_access_count - share.access_count;
  value = share.value;
  passphrase = "";
  part("what").textContent = share.path;
  part("value").textContent = value;
  part("sealed").hidden = !share.cmek_encrypted;
  part("rest").textContent =
    left === null
      ? `This link can be opened again until ${moment(share.expires_at)}.`
      : left > 0
        ? `It can be revealed ${times(left)} more.`
        : "The link is spent now: nobody can reveal it again, and neither can you. Keep the value before you leave this page.";
  show("revealed");
  leave();
}

function forget() {
  value = "";
  passphrase = "";
  part("value").textContent = "";
}

// What is refused at this step is what the page is there to ask: no failure, and none in the console.
const look = () => request(`v1/share/${id}/preview`, offer, "refusals-as-answers");

offerLogin(look);
canShow("seen", "passphrase");
onClick("open", look);
onSubmit("unlock", async () => {
  passphrase = part("passphrase").value;
  await look();
});
onClick("reveal", () => request(`v1/share/${id}`, reveal));
onClick("copy", () => copy(value, part("value")));
onClick("hide", () => {
  forget();
  show("closed");
});
canShow("new-seen", "new-password");
onClick("join", () => show("signup"));
onClick("back", () => show("login"));
onSubmit("made", async () => {
  const body = { email: part("new-email").value, password: part("new-password").value };
  const made = await post("v1/auth/signup", body).catch((error) => {
    throw error.status === 409 ? new Error("This address has an account. Go back, and log in.") : error;
  });
  part("made").reset();
  show("mailed");
  // Until the address is confirmed, a session is of no use here.
  if (made.access_token) await send("DELETE", "v1/auth/token", { token: made.access_token }).catch(() => {});
});
onClick("relogin", () => {
  if (isLoggedIn()) leave();
  show("login");
});

show("closed");

// Going back, or reloading, does not bring it up again.
addEventListener("pagehide", () => {
  forget();
  say("");
  show("closed");
});
