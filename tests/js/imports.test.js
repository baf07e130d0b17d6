import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../static/js/", import.meta.url));
const IMPORT = /^(?:import|export)\s+\{([^}]*)\}\s+from\s+"(\.[^"]+)"/gm;
const EXPORT = /^export\s+(?:async\s+)?(?:function\*?|class|const|let)\s+(\w+)/gm;
const AGAIN = /^export\s+\{([^}]*)\}/gm;

const filesIn = (folder) => readdirSync(folder).flatMap((name) => (statSync(join(folder, name)).isDirectory() ? filesIn(join(folder, name)) : name.endsWith(".js") ? [join(folder, name)] : []));
const namesOf = (list, side) => list.split(",").map((each) => each.trim().split(/\s+as\s+/).at(side)).filter(Boolean);

function exportsOf(path) {
  const text = readFileSync(path, "utf8");
  return new Set([...[...text.matchAll(EXPORT)].map(([, name]) => name), ...[...text.matchAll(AGAIN)].flatMap(([, list]) => namesOf(list, -1))]);
}

for (const path of filesIn(ROOT)) {
  test(`${path.slice(ROOT.length)} imports what there is`, () => {
    for (const [, list, from] of readFileSync(path, "utf8").matchAll(IMPORT)) {
      const target = resolve(dirname(path), from);
      if (target.includes("/vendor/")) continue;
      const offered = exportsOf(target);
      for (const name of namesOf(list, 0)) assert.ok(offered.has(name), `${from} exports no ${name}`);
    }
  });
}

test("the page's wiring imports few modules", () => {
  const imports = [...readFileSync(join(ROOT, "main.js"), "utf8").matchAll(/^import /gm)];
  assert.ok(imports.length < 12, `${imports.length} imports`);
});
