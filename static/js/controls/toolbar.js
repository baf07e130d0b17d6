// @ts-check
/** The buttons over the picture and their keyboard shortcuts. */

const KEYS = /** @type {Record<string, string>} */ ({ " ": "freeze", s: "snapshot", m: "mark" });
const OWN_KEYS = "a, button, input, select, textarea, summary, dialog, [contenteditable]";

export class Toolbar {
  /** Whether single-key shortcuts work; people who dictate switch them off. */
  keys = true;
  #root;
  #actions;
  #isByPointer = false; // whether a pointer set the focus

  /** @param {HTMLElement} root holds buttons with `data-do` @param {Record<string, () => void>} actions by name */
  constructor(root, actions) {
    this.#root = root;
    this.#actions = actions;
    root.addEventListener("click", (event) => this.#do(/** @type {HTMLElement} */ (event.target).closest("button")?.dataset.do));
    document.addEventListener("keydown", (event) => this.#onKey(event));
    document.addEventListener("pointerdown", () => (this.#isByPointer = true), { capture: true });
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

  /** Whether the buttons that a narrow page hides are shown. */
  get isOpen() {
    return this.#root.hasAttribute("data-open");
  }

  /** @param {boolean} isOpen */
  open(isOpen) {
    this.#root.toggleAttribute("data-open", isOpen);
    this.#button("more")?.setAttribute("aria-expanded", String(isOpen));
  }

  /** Shows a button as unavailable; a click on it still says why. @param {string} name @param {boolean} rests */
  rest(name, rests) {
    this.#button(name)?.setAttribute("aria-disabled", String(rests));
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.key === "Tab") this.#isByPointer = false;
    const target = /** @type {HTMLElement} */ (event.target);
    // A clicked button keeps the focus; the space bar presses it again only if the person reached it by keyboard.
    const own = event.key === " " && !this.#isByPointer ? OWN_KEYS : "input, select, textarea, dialog";
    const isTaken = event.ctrlKey || event.metaKey || event.altKey || event.repeat || target.closest(own);
    const name = KEYS[event.key.toLowerCase()];
    if (!this.keys || isTaken || !name || this.#root.offsetParent === null || this.#button(name)?.hidden) return;
    event.preventDefault(); // the space bar would scroll
    if (event.key === " ") target.blur(); // a focused button would be pressed when the key is released
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
