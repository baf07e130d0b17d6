// @ts-check
/** Where this site lies: at the root of its host, or below a path that a proxy gives it. */

/** The path of something of this site. @param {string} name such as "socket.io" */
export function address(name) {
  return (globalThis.document?.documentElement.dataset.root ?? "/") + name;
}

/** What the server tells the page of its settings, such as the bytes that a frame may have. @returns {{max_frame_bytes?: number}} */
export function settings() {
  return JSON.parse(globalThis.document?.getElementById("settings")?.textContent ?? "{}");
}
