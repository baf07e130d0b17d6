// @ts-check
/** Where this site lies: at the root of its host, or below a path that a proxy gives it. */

/** The path of something of this site. @param {string} name such as "socket.io" */
export function address(name) {
  return (globalThis.document?.documentElement.dataset.root ?? "/") + name;
}
