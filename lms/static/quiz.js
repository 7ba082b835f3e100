// Autosave and number keys for form[data-quiz]. The server decides everything; this only sends what was chosen.
// An answer stays in localStorage until the server has acknowledged it, so a lost connection or a closed tab loses nothing.

const FIRST_WAIT = 1000; // ms before the first retry; doubles each time
const LONGEST_WAIT = 30000;
const TYPING_WAIT = 800; // ms after the last key

const isRefusal = (status) => status >= 400 && status < 500 && status !== 408 && status !== 429;

// Counts down what the server says is left; it decides when the time is over, and nothing is handed in by itself. What
// is seen changes once a minute and is not read out; what is read out is said five minutes and one minute before the
// end, and at the end.
function countdown(form) {
  const shown = form.querySelector("[data-time-left]");
  if (!shown) return { set() {}, atEnd() {} };
  const said = form.querySelector("[data-time-said]");
  const minutes = new Intl.NumberFormat(document.documentElement.lang || undefined, {
    style: "unit", unit: "minute", unitDisplay: "long",
  });
  const now = () => performance.now() / 1000; // a clock that nobody sets
  const endings = [];
  let end = 0;
  let left = 0;

  function put(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  function tick() {
    const before = left;
    left = end - now();
    const reached = [0, 60, 300].find((mark) => before > mark && left <= mark); // the last one, after a sleep
    if (reached !== undefined) put(said, shown.getAttribute(`data-say-${reached}`));
    if (reached === 0) for (const ending of endings) ending();
    shown.dataset.kind = left > 300 ? "calm" : "soon";
    const minute = minutes.format(Math.ceil(left / 60));
    put(shown, left > 0 ? shown.dataset.sayLeft.replace("{time}", minute) : shown.getAttribute("data-say-0"));
  }

  // More time may be given meanwhile, or as much as they like: then the server says null.
  function set(seconds) {
    if (seconds === null) {
      clearInterval(ticking);
      put(shown, "");
      put(said, "");
      return;
    }
    if (typeof seconds !== "number") return;
    end = now() + seconds;
    left = seconds + 1;
    tick();
  }

  set(Number(shown.dataset.timeLeft));
  const ticking = setInterval(tick, 1000);
  return { set, atEnd: (ending) => endings.push(ending) };
}

function start(form) {
  const { saveUrl, attempt, zone } = form.dataset;
  const key = `muster:attempt:${attempt}`;
  const state = form.querySelector("[data-save-state]");
  const clock = new Intl.DateTimeFormat(document.documentElement.lang || undefined, {
    timeZone: zone || undefined, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
  });
  let revision = Number(form.dataset.revision) || 0;
  let unsent = load().filter((change) => change.revision > revision);
  let isSending = false;
  let isBlocked = false; // the server refused; only reloading the page can help
  let isLeaving = false;
  let wait = FIRST_WAIT;
  let timer = 0;
  const timeLeft = countdown(form);
  const typing = new Map(); // questions whose answer is being written, each with the timer that saves it

  function load() {
    try {
      return JSON.parse(localStorage.getItem(key)) || [];
    } catch { return []; }
  }

  function keep() {
    try {
      if (unsent.length) localStorage.setItem(key, JSON.stringify(unsent));
      else localStorage.removeItem(key);
    } catch { /* storage is full or forbidden; the answers are still in the page */ }
  }

  // What is said stands in the page, in the reader's language: data-say-saved="Saved {time}" and the like.
  function say(what, kind, time = "") {
    state.textContent = state.dataset[what].replace("{time}", time);
    state.dataset.kind = kind;
  }

  function read(item) {
    const value = (what) => item.querySelector(`[data-${what}]`)?.value ?? "";
    const pairs = [...item.querySelectorAll("[data-pair]")].filter((select) => select.value);
    return {
      item: item.dataset.item,
      options: [
        ...[...item.querySelectorAll("[data-option]:checked")].map((input) => input.value),
        ...pairs.map((select) => select.dataset.pair + select.value),
        ...(value("unit") ? [value("unit")] : []),
      ],
      citation: value("citation"),
      typed: value("typed"),
    };
  }

  function show(change) {
    const item = form.querySelector(`fieldset[data-item="${CSS.escape(change.item)}"]`);
    if (!item) return;
    for (const input of item.querySelectorAll("[data-option]")) input.checked = change.options.includes(input.value);
    for (const select of item.querySelectorAll("[data-pair]")) {
      const pair = change.options.find((option) => option.startsWith(select.dataset.pair));
      select.value = pair ? pair.slice(select.dataset.pair.length) : "";
    }
    const put = (what, value) => {
      const control = item.querySelector(`[data-${what}]`);
      if (control) control.value = value;
    };
    put("citation", change.citation);
    put("typed", change.typed || "");
    put("unit", change.options[0] || "");
  }

  // Chosen while this script was still on its way: the page does not show what the server sent any more.
  function isAnsweredSince(item) {
    if (unsent.some((change) => change.item === item.dataset.item)) return false;
    const options = [...item.querySelectorAll("[data-option]")];
    const isMoved = (select) => {
      const sent = [...select.options].findIndex((option) => option.defaultSelected);
      return select.selectedIndex !== Math.max(sent, 0);
    };
    return options.some((input) => input.checked !== input.defaultChecked)
      || [...item.querySelectorAll("select")].some(isMoved)
      || [...item.querySelectorAll("[data-typed]")].some((input) => input.value !== input.defaultValue);
  }

  function add(item) {
    revision += 1;
    const sending = isSending ? unsent.slice(0, 1) : [];
    const waiting = unsent.slice(sending.length).filter((change) => change.item !== item.dataset.item);
    unsent = [...sending, ...waiting, { ...read(item), revision }];
    keep();
    send();
  }

  function later() {
    say(navigator.onLine ? "sayWaiting" : "sayOffline", "waiting");
    clearTimeout(timer);
    timer = setTimeout(send, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }

  async function post(change) {
    const body = new URLSearchParams({ item: change.item, citation: change.citation, revision: change.revision });
    body.set("typed", change.typed || "");
    body.set("csrf_token", form.elements.csrf_token.value);
    for (const option of change.options) body.append("option", option);
    // A redirect would mean "sign in first"; following it would look like success.
    const headers = { Accept: "application/json" };
    return fetch(saveUrl, { method: "POST", body, headers, credentials: "same-origin", redirect: "manual" });
  }

  async function send() {
    if (isSending || isBlocked || !unsent.length) return;
    clearTimeout(timer);
    isSending = true;
    say("sayBusy", "busy");
    try {
      const response = await post(unsent[0]);
      if (response.ok) {
        const { saved_at: savedAt, seconds_left: secondsLeft } = await response.json();
        timeLeft.set(secondsLeft);
        const time = clock.format(new Date(savedAt)); // throws unless the server said when
        unsent.shift();
        keep();
        wait = FIRST_WAIT;
        if (!unsent.length && !typing.size) say("saySaved", "saved", time);
      } else if (response.status === 409 || response.status === 410) {
        const { is_over: isOver } = await response.json().catch(() => ({}));
        unsent = [];
        keep();
        isBlocked = true;
        say(isOver ? "sayOver" : "sayClosed", "bad");
      } else if (response.type === "opaqueredirect" || isRefusal(response.status)) {
        isBlocked = true;
        say("sayRefused", "bad");
      } else {
        throw new Error(`status ${response.status}`);
      }
    } catch {
      later();
    } finally {
      isSending = false;
    }
    if (unsent.length && wait === FIRST_WAIT) send();
  }

  // What is written is saved a moment after the last key, and at the latest when the field or the page is left.
  const saveNow = (item) => {
    clearTimeout(typing.get(item));
    typing.delete(item);
    add(item);
  };

  form.addEventListener("input", (event) => {
    const item = event.target.matches("[data-typed]") && event.target.closest("fieldset[data-item]");
    if (!item) return;
    clearTimeout(typing.get(item));
    typing.set(item, setTimeout(saveNow, TYPING_WAIT, item));
    say("sayBusy", "busy");
  });

  form.addEventListener("change", (event) => {
    const item = event.target.closest("fieldset[data-item]");
    if (item && (!event.target.matches("[data-typed]") || typing.has(item))) saveNow(item);
  });

  form.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !/^[1-9]$/.test(event.key)) return;
    if (event.target.matches("select, textarea, input:not([type=radio]):not([type=checkbox])")) return;
    const item = event.target.closest("fieldset[data-item]");
    const input = item && item.querySelectorAll("[data-option]")[Number(event.key) - 1];
    if (!input) return;
    event.preventDefault();
    input.focus();
    input.click();
  });

  timeLeft.atEnd(() => { for (const item of [...typing.keys()]) saveNow(item); });

  form.addEventListener("submit", () => { isLeaving = true; });
  addEventListener("pagehide", () => { for (const item of [...typing.keys()]) saveNow(item); });
  addEventListener("pageshow", () => { isLeaving = false; });
  addEventListener("online", () => { wait = FIRST_WAIT; send(); });
  addEventListener("beforeunload", (event) => {
    if ((unsent.length || typing.size) && !isLeaving && !isBlocked) event.preventDefault();
  });

  for (const change of unsent) {
    show(change);
    revision = Math.max(revision, change.revision);
  }
  keep();
  say("sayIdle", "idle");
  for (const item of form.querySelectorAll("fieldset[data-item]")) if (isAnsweredSince(item)) add(item);
  send();
}

for (const form of document.querySelectorAll("form[data-quiz]")) start(form);
