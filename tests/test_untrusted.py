"""No word from a file becomes code: the package uses nothing that could make it so."""

import ast
from pathlib import Path

import pytest

import grokscope

FORBIDDEN_MODULES = {"pickle", "cPickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"}
FORBIDDEN_NAMES = {"eval", "exec", "compile", "__import__"}
FORBIDDEN_CALLS = {
    ("yaml", "load"),
    ("yaml", "unsafe_load"),
    ("numpy", "load"),
    ("np", "load"),
    ("torch", "load"),
    ("jsonpickle", "decode"),
    ("os", "system"),
}
FILES = sorted(Path(grokscope.__file__).parent.rglob("*.py"))


def findings(source):
    """Return what a module does that could run what a file says, with its line."""
    found = []
    for node in ast.walk(ast.parse(source)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        found += [(node.lineno, n) for n in names if n.partition(".")[0] in FORBIDDEN_MODULES]
        if isinstance(node, ast.Call):
            found += [(node.lineno, name) for name in _called(node)]
    return found


def _called(call):
    words = {word.arg: word.value for word in call.keywords}
    match call.func:
        case ast.Name(id=name) if name in FORBIDDEN_NAMES:
            yield name
        case ast.Attribute(value=ast.Name(id=module), attr=name):
            safe = getattr(words.get("weights_only"), "value", False) is True
            if (module, name) in FORBIDDEN_CALLS and not safe:
                yield f"{module}.{name}"
    if getattr(words.get("allow_pickle"), "value", False):
        yield "allow_pickle"
    if getattr(words.get("shell"), "value", False):
        yield "shell"


def test_all_of_the_package_is_looked_at():
    assert len(FILES) > 100


def test_no_module_runs_what_a_file_says():
    found = {path: findings(path.read_text(encoding="utf-8")) for path in FILES}
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from marshal import loads",
        "import os, shelve",
        "eval('1')",
        "exec(text)",
        "torch.load(path)",
        "torch.load(path, weights_only=False)",
        "yaml.load(text)",
        "np.load(path, allow_pickle=True)",
        "subprocess.run(text, shell=True)",
    ],
)
def test_what_could_is_found(source):
    assert findings(source)


@pytest.mark.parametrize(
    "source", ["torch.load(path, weights_only=True)", "model.eval()", "re.compile(text)", "load(x)"]
)
def test_what_could_not_is_left_alone(source):
    assert findings(source) == []
