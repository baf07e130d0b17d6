// @ts-check
/** The fields below the picture: shows and stores the choices, and reports changes. */

/** @typedef {import("./preferences.js").Preferences} Preferences */
/** @typedef {{camera: HTMLSelectElement, model: HTMLSelectElement, rival: HTMLSelectElement, smoothing: HTMLSelectElement, coach: HTMLInputElement, keys: HTMLInputElement}} Fields */

export class Controls {
  #fields;
  #preferences;

  /** @param {Fields} fields @param {Preferences} preferences @param {(name: keyof Fields) => void} onChange also called once for each field but the camera at the start */
  constructor(fields, preferences, onChange) {
    this.#fields = fields;
    this.#preferences = preferences;
    this.#showChosen();
    for (const name of /** @type {(keyof Fields)[]} */ (Object.keys(fields))) {
      fields[name].addEventListener("change", () => {
        this.#remember();
        onChange(name);
      });
      if (name !== "camera") onChange(name);
    }
  }

  /** @param {{id: string, name: string}[]} cameras @param {string} current id of the running camera */
  offerCameras(cameras, current) {
    const choice = this.#fields.camera.closest("label");
    if (choice) choice.hidden = cameras.length < 2;
    if (!cameras.length) return;
    this.#fields.camera.replaceChildren(...cameras.map(({ id, name }) => new Option(name, id, id === current, id === current)));
    this.#fields.camera.disabled = cameras.length < 2;
  }

  #showChosen() {
    const { model, rival, smoothing, coach, keys } = this.#fields;
    choose(model, this.#preferences.get("model"));
    choose(rival, this.#preferences.get("rival"));
    choose(smoothing, String(this.#preferences.get("smoothing_s")));
    coach.checked = this.#preferences.get("coach");
    keys.checked = this.#preferences.get("keys");
  }

  #remember() {
    const { camera, model, rival, smoothing, coach, keys } = this.#fields;
    if (camera.value) this.#preferences.set("camera", camera.value);
    this.#preferences.set("model", model.value);
    this.#preferences.set("rival", rival.value);
    this.#preferences.set("smoothing_s", Number(smoothing.value));
    this.#preferences.set("coach", coach.checked);
    this.#preferences.set("keys", keys.checked);
  }
}

/** Selects a value if the field offers it; a remembered model may no longer exist. @param {HTMLSelectElement} field @param {string} value */
function choose(field, value) {
  if ([...field.options].some((option) => option.value === value)) field.value = value;
}
