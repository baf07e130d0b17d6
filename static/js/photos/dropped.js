// @ts-check
/** The files of a drop, including those in dropped folders, and whether the drop was a link. */

/** @typedef {{files: File[], isLink: boolean}} Dropped */

/** @param {DataTransfer} transfer @returns {Promise<Dropped>} */
export async function filesIn(transfer) {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry?.() ?? []);
  const isLink = !transfer.files.length && [...transfer.types].some((type) => type === "text/uri-list" || type === "text/plain");
  if (!entries.some((entry) => entry.isDirectory)) return { files: [...transfer.files], isLink };
  const found = await Promise.all(entries.map(filesOf));
  return { files: found.flat().sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true })), isLink };
}

/** All files of an entry and of the folders within it, without hidden files. @param {any} entry @returns {Promise<File[]>} */
async function filesOf(entry) {
  if (entry.name.startsWith(".")) return [];
  if (entry.isFile) return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
  const reader = entry.createReader();
  /** @type {any[]} */
  const inside = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject)); // Chrome returns at most a hundred at a time
    if (!some.length) break;
    inside.push(...some);
  }
  return (await Promise.all(inside.map(filesOf))).flat();
}
