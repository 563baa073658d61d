"""One source file becomes a module, with other files importable by name beside it."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

NO_SIBLINGS: Mapping[str, Callable[[], ModuleType]] = {}


def load_source(
    source: bytes,
    *,
    name: str,
    filename: str,
    siblings: Mapping[str, Callable[[], ModuleType]] = NO_SIBLINGS,
) -> ModuleType:
    """Run `source` as the module `name` and return it.

    Bytes, not text, go to the compiler, so that a coding line means what Python says it means.
    `siblings` maps a top-level module name to what loads it; the module finds them with plain
    import statements, and nobody else does: no global import state is touched.

    Raises:
        Whatever running the source raises, SyntaxError included.
    """
    code = compile(source, filename, "exec", dont_inherit=True)
    module = ModuleType(name)
    module.__file__ = filename
    if siblings:
        module.__dict__["__builtins__"] = {**vars(builtins), "__import__": _import_with(siblings)}
    # Dataclasses look their own module up while the class is being made.
    sys.modules[name] = module
    exec(code, module.__dict__)
    return module


def _import_with(siblings: Mapping[str, Callable[[], ModuleType]]) -> Callable[..., Any]:
    def import_(
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: tuple[str, ...] | None = (),
        level: int = 0,
    ) -> Any:
        if level == 0 and name in siblings:
            return siblings[name]()
        return builtins.__import__(name, globals, locals, fromlist or (), level)

    return import_
