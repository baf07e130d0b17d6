// @ts-check
/** The buttons over the picture and the keys that do the same. */

const KEYS = /** @type {Record<string, string>} */ ({ " ": "freeze", s: "snapshot", m: "mark" });
const OWN_KEYS = "a, button, input, select, textarea, summary, [contenteditable]";

export class Toolbar {
  /** Whether single keys work; people who dictate switch them off. */
  keys = true;
  #root;
  #actions;

  /** @param {HTMLElement} root holds buttons with `data-do` @param {Record<string, () => void>} actions by name */
  constructor(root, actions) {
    this.#root = root;
    this.#actions = actions;
    root.addEventListener("click", (event) => this.#do(/** @type {HTMLElement} */ (event.target).closest("button")?.dataset.do));
    document.addEventListener("keydown", (event) => this.#onKey(event));
  }

  /** Shows a button as pressed or not. @param {string} name @param {boolean} isPressed */
  press(name, isPressed) {
    this.#button(name)?.setAttribute("aria-pressed", String(isPressed));
  }

  /** @param {string} name @param {boolean} isShown */
  show(name, isShown) {
    const button = this.#button(name);
    if (button) button.hidden = !isShown;
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const isTaken = event.ctrlKey || event.metaKey || event.altKey || event.repeat || target.closest(event.key === " " ? OWN_KEYS : "input, select, textarea");
    const name = KEYS[event.key.toLowerCase()];
    if (!this.keys || isTaken || !name || this.#root.offsetParent === null || this.#button(name)?.hidden) return;
    event.preventDefault(); // the space bar would scroll
    this.#do(name);
  }

  /** @param {string | undefined} name */
  #do(name) {
    if (name) this.#actions[name]?.();
  }

  /** @param {string} name @returns {HTMLButtonElement | null} */
  #button(name) {
    return this.#root.querySelector(`[data-do="${name}"]`);
  }
}
