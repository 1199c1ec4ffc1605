"""Compiles every Python file given as an argument and names imports that are never used."""

import ast
import sys


def unused_imports(tree: ast.Module) -> list[tuple[int, str]]:
    imported: dict[str, int] = {}
    used: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            if isinstance(node, ast.ImportFrom) and node.module == "__future__":
                continue
            for alias in node.names:
                if alias.name == "*":
                    continue
                imported[(alias.asname or alias.name).split(".")[0]] = node.lineno
        elif isinstance(node, ast.Name):
            used.add(node.id)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            # Names in __all__ and in quoted annotations count as used.
            used.update(node.value.replace("[", " ").replace("]", " ").replace(".", " ").split())
    return sorted((line, name) for name, line in imported.items() if name not in used)


def findings(path: str) -> list[str]:
    with open(path, encoding="utf-8") as source:
        text = source.read()
    try:
        tree = ast.parse(text, path)
        compile(tree, path, "exec")
    except SyntaxError as error:
        return [f"{path}:{error.lineno}: {error.msg}"]
    if path.endswith("__init__.py"):
        return []
    lines = text.split("\n")
    # An import for its effect, such as one that extends the search path, says so in its line.
    return [
        f"{path}:{line}: {name} is imported and never used"
        for line, name in unused_imports(tree)
        if "noqa" not in lines[line - 1]
    ]


def main() -> int:
    found = [finding for path in sys.argv[1:] for finding in findings(path)]
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
