"""Write `web/src/api/types.ts` from `gnomon.model`, so that page and server cannot disagree about a field.

    python tools/web_types.py            write the file
    python tools/web_types.py --check    exit 1 when the file is not what would be written

A struct the server answers with has every field. In a struct the page sends (one that refuses unknown fields, or
leaves out defaults) the fields with a default are optional.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import sys
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import inspect as wire

import gnomon.model.account
import gnomon.model.artifact
import gnomon.model.console_level
import gnomon.model.edit
import gnomon.model.groups
import gnomon.model.history
import gnomon.model.project
import gnomon.model.query
import gnomon.model.report
import gnomon.model.run
import gnomon.model.sweep
import gnomon.model.table
import gnomon.model.view

MODULES = (
    gnomon.model.account,
    gnomon.model.project,
    gnomon.model.run,
    gnomon.model.edit,
    gnomon.model.query,
    gnomon.model.groups,
    gnomon.model.console_level,
    gnomon.model.history,
    gnomon.model.artifact,
    gnomon.model.sweep,
    gnomon.model.table,
    gnomon.model.report,
    gnomon.model.view,
)
WIDTH = 120
TARGET = Path(__file__).resolve().parent.parent / "web" / "src" / "api" / "types.ts"
HEAD = "// Made by tools/web_types.py from gnomon.model. Do not edit: change the model and run `make types`.\n"


def render() -> str:
    """The whole text of `types.ts`."""
    names = dict(alias_names())
    parts = [HEAD]
    for module in MODULES:
        parts.extend(render_module(module, names))
    return "\n".join(parts)


def alias_names() -> Iterator[tuple[object, str]]:
    """The literal and union types that have a name of their own in the model, and that name."""
    for module in MODULES:
        for name, value in vars(module).items():
            if is_alias(value):
                yield alias_key(wire.type_info(resolve(value, module))), name


def is_alias(value: object) -> bool:
    return typing.get_origin(value) in (typing.Literal, typing.Union, types.UnionType)


def resolve(value: Any, module: types.ModuleType) -> Any:
    """The alias with the names quoted in it looked up where it was written."""
    holder = types.new_class("Holder")
    holder.__annotations__ = {"value": value}
    return typing.get_type_hints(holder, vars(module))["value"]


def alias_key(info: wire.Type) -> object:
    if isinstance(info, wire.LiteralType):
        return frozenset(info.values)
    if isinstance(info, wire.UnionType):
        return frozenset(getattr(part, "cls", type(part)) for part in info.types)
    return None


def render_module(module: types.ModuleType, names: dict[object, str]) -> Iterator[str]:
    """One module's part of the file, in the order in which its source has it."""
    fields = field_docs(module)
    own = assigned(module)
    for name, value in vars(module).items():
        if is_alias(value) and name in own:
            yield f"export type {name} = {ts_type(wire.type_info(resolve(value, module)), {})};\n"
        elif isinstance(value, tuple) and name.isupper():
            line = f"export const {name} = [{', '.join(quote(word) for word in value)}] as const;\n"
            words = "".join(f"  {quote(word)},\n" for word in value)
            # as the page's formatter has it: on one line where it fits
            yield line if len(line) <= WIDTH + 1 else f"export const {name} = [\n{words}] as const;\n"
        elif inspect.isclass(value) and value.__module__ == module.__name__:
            info = wire.type_info(value)
            if isinstance(info, wire.StructType):
                yield render_struct(info, names, fields.get(name, {}))
            elif isinstance(info, wire.EnumType):
                words = " | ".join(quote(str(member.value)) for member in info.cls)
                yield f"{comment(value.__doc__)}export type {name} = {words};\n"


def render_struct(info: wire.StructType, names: dict[object, str], docs: dict[str, str]) -> str:
    config = info.cls.__struct_config__
    sent = config.forbid_unknown_fields or config.omit_defaults
    lines = [f"{comment(info.cls.__doc__)}export interface {info.cls.__name__} {{"]
    if info.tag is not None:
        lines.append(f"  {info.tag_field}: {quote(str(info.tag))};")
    for field in info.fields:
        optional = "?" if sent and not field.required else ""
        about = comment(docs.get(field.name), "  ")
        lines.append(f"{about}  {field.encode_name}{optional}: {ts_type(field.type, names)};")
    return "\n".join([*lines, "}\n"])


def ts_type(info: wire.Type, names: dict[object, str]) -> str:
    """The type as TypeScript writes it; one that has a name of its own by that name."""
    named = names.get(alias_key(info)) if isinstance(info, (wire.LiteralType, wire.UnionType)) else None
    if named is not None:
        return named
    match info:
        case wire.StructType() | wire.EnumType():
            return info.cls.__name__
        case wire.StrType():
            return "string"
        case wire.IntType() | wire.FloatType():
            return "number"
        case wire.BoolType():
            return "boolean"
        case wire.NoneType():
            return "null"
        case wire.AnyType():
            return "unknown"
        case wire.LiteralType():
            return " | ".join(quote(word) for word in literal_order(info))
        case wire.VarTupleType() | wire.ListType():
            return array(ts_type(info.item_type, names))
        case wire.DictType():
            return f"Record<{ts_type(info.key_type, names)}, {ts_type(info.value_type, names)}>"
        case wire.UnionType():
            parts = [part for part in info.types if not is_unset(part)]
            inner = wire.UnionType(tuple(part for part in parts if not isinstance(part, wire.NoneType)))
            if len(inner.types) < len(parts) and names.get(alias_key(inner)):
                return f"{names[alias_key(inner)]} | null"
            return " | ".join(ts_type(part, names) for part in parts)
        case _:
            raise TypeError(f"web_types.py does not know how to write {info!r} in TypeScript")


def is_unset(info: wire.Type) -> bool:
    return isinstance(info, wire.CustomType) and info.cls is msgspec.UnsetType


def literal_order(info: wire.LiteralType) -> list[str]:
    """The words in an order that does not change from run to run: as first written in the model."""
    for module in MODULES:
        for value in vars(module).values():
            words = typing.get_args(value) if typing.get_origin(value) is typing.Literal else ()
            if frozenset(words) == frozenset(info.values):
                return [str(word) for word in words]
    return sorted(str(word) for word in info.values)


def array(item: str) -> str:
    return f"({item})[]" if " | " in item else f"{item}[]"


def quote(word: str) -> str:
    return msgspec.json.encode(word).decode()


def assigned(module: types.ModuleType) -> set[str]:
    """The names that a module gives values itself, unlike those that it imports."""
    targets = [target for node in ast.parse(inspect.getsource(module)).body if isinstance(node, ast.Assign)
               for target in node.targets]  # fmt: skip
    return {target.id for target in targets if isinstance(target, ast.Name)}


def field_docs(module: types.ModuleType) -> dict[str, dict[str, str]]:
    """The string under a field, for each class and field that has one."""
    found: dict[str, dict[str, str]] = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.ClassDef):
            for above, below in zip(node.body, node.body[1:], strict=False):
                if (
                    isinstance(above, ast.AnnAssign)
                    and isinstance(above.target, ast.Name)
                    and isinstance(below, ast.Expr)
                    and isinstance(below.value, ast.Constant)
                ):
                    found.setdefault(node.name, {})[above.target.id] = str(below.value.value)
    return found


def comment(text: str | None, indent: str = "") -> str:
    if not text:
        return ""
    lines = inspect.cleandoc(text).splitlines()
    if len(lines) == 1:
        return f"{indent}/** {lines[0]} */\n"
    body = "".join(f"{indent} * {line}".rstrip() + "\n" for line in lines)
    return f"{indent}/**\n{body}{indent} */\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when the file is out of date")
    text = render()
    if parser.parse_args().check:
        return 0 if TARGET.exists() and TARGET.read_text(encoding="utf-8") == text else 1
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
