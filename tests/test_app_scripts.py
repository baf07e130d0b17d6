"""The scripts that a page preloads."""

from app.scripts import modules_of


def test_a_module_comes_first_and_all_that_it_imports_once(tmp_path):
    (tmp_path / "js/rooms").mkdir(parents=True)
    (tmp_path / "js/main.js").write_text('import { a } from "./rooms/a.js";\nimport "./rooms/b.js";\n')
    (tmp_path / "js/rooms/a.js").write_text('export { b } from "./b.js";\nconst later = () => import("./c.js");\n')
    (tmp_path / "js/rooms/b.js").write_text('import {\n  a,\n} from "./a.js";\n')
    (tmp_path / "js/rooms/c.js").write_text("")
    assert modules_of(tmp_path, "js/main.js") == ("js/main.js", "js/rooms/a.js", "js/rooms/b.js")
