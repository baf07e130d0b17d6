// @ts-check
/** The site's address: at the root of its host, or below a path that a proxy sets. */

/** The path of one of the site's resources. @param {string} name such as "socket.io" */
export function address(name) {
  return (globalThis.document?.documentElement.dataset.root ?? "/") + name;
}

/** The server's settings for the page, such as the largest frame in bytes. @returns {{max_frame_bytes?: number}} */
export function settings() {
  return JSON.parse(globalThis.document?.getElementById("settings")?.textContent ?? "{}");
}
