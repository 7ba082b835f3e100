// Passkeys: asks the browser for one and sends its answer. Shows its buttons only where the browser knows them.

const canPasskeys = "PublicKeyCredential" in window && PublicKeyCredential.parseRequestOptionsFromJSON;

async function send(address, token, body, failed) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(body), credentials: "same-origin" });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(said.error || failed);
  return said;
}

function wire(selector, ask, more) {
  const place = document.querySelector(selector);
  if (!place || !canPasskeys) return;
  const button = place.querySelector("button");
  const error = place.querySelector("[role=alert]");
  const token = place.querySelector("[name=csrf_token]").value;
  const { failed, unused } = place.dataset; // sentences in the reader's language
  place.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    error.textContent = "";
    try {
      const options = await send(place.dataset.options, token, {}, failed);
      const credential = await ask(options);
      const answer = { credential: credential.toJSON(), ...more(place) };
      const done = await send(place.dataset.done, token, answer, failed);
      window.location.assign(done.next);
    } catch (problem) {
      // Closing the browser's window is no error to tell of; everything else has a sentence.
      error.textContent = problem.name === "NotAllowedError" ? unused : problem.message;
      button.disabled = false;
    }
  });
}

wire(
  "[data-passkey-sign-in]",
  (options) => navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }),
  (place) => ({ next: place.dataset.next }),
);
wire(
  "[data-passkey-add]",
  (options) => navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }),
  (place) => ({ name: place.querySelector("input[id]").value }),
);
