"""Where a network's module comes from, and how to make it.

A source is written ``bundled:NAME``, ``spec:NAME`` (a published shape, for counting only), ``hf:DIR-or-ID``,
``torchvision:NAME``, ``timm:NAME`` or ``path/to/file.py:function``. Reading a source checks what can be checked without
running it; ``make`` needs torch. Nothing but the Python file that the user names is ever executed, and
``trust_remote_code`` is never given.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from generators.errors import UsageError, nearest
from generators.networks.bundled import BUNDLED

if TYPE_CHECKING:
    from torch import nn

Scheme = Literal["bundled", "spec", "hf", "file", "torchvision", "timm"]
FORMS = "bundled:NAME, spec:NAME, hf:DIR-or-ID, torchvision:NAME, timm:NAME or path/to/file.py:function"
ZOOS = ("torchvision", "timm")
"""Packages of architectures by name, made here without their weights."""


@dataclass(frozen=True)
class Source:
    """One place a module comes from."""

    scheme: Scheme
    name: str
    """The bundled network, the published shape, the Hugging Face id, the architecture, or the function in the file."""
    path: Path | None = None
    """The Python file, or the local Hugging Face folder."""

    def __str__(self) -> str:
        if self.scheme == "file":
            return f"{self.path}:{self.name}"
        return f"{self.scheme}:{self.path or self.name}"


def parse(text: str, folder: Path = Path()) -> Source:
    """Read a source; paths are relative to ``folder``. UsageError when it is no source or names nothing that exists."""
    scheme, _, name = text.partition(":")
    if scheme == "bundled":
        if name not in BUNDLED:
            raise UsageError(f"there is no bundled network {name!r}: {nearest(name, BUNDLED)}")
        return Source("bundled", name)
    if scheme == "spec":
        return Source("spec", name)
    if scheme == "hf":
        return _hugging_face(name, folder)
    if scheme in ZOOS:
        return _architecture_of(scheme, name)
    file, colon, function = text.rpartition(":")
    if file.endswith(".py") and function:
        path = place(file, folder)
        if not path.is_file():
            raise UsageError(f"{text!r} names a file that does not exist: {path}")
        if "." in path.stem:
            raise UsageError(
                f"{text!r} names a file that Python cannot import: rename it, without the dot in {path.stem!r}"
            )
        return Source("file", function, path)
    if not colon and text.endswith(".py"):
        raise UsageError(f"{text!r} names no function: write {text}:FUNCTION, one that returns an nn.Module")
    raise UsageError(f"{text!r} is no source of a network: expected {FORMS}")


def place(written: str, folder: Path) -> Path:
    """The path that is written, from ``folder``; UsageError where nothing can lie at such a path."""
    try:
        path = (folder / Path(written).expanduser()).resolve()
        path.exists()
    except (OSError, RuntimeError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise UsageError(f"{written!r} is no path to anything: {why}") from None
    return path


def _architecture_of(package: str, name: str) -> Source:
    if not re.fullmatch(r"\w[\w.-]*", name):  # timm would fetch hf-hub:NAME from the network
        raise UsageError(f"{package}:{name} is no name of an architecture: expected one such as {package}:resnet18")
    return Source("torchvision" if package == "torchvision" else "timm", name)


def _hugging_face(name: str, folder: Path) -> Source:
    path = place(name, folder)
    if path.is_dir():
        if not (path / "config.json").is_file():
            raise UsageError(f"hf:{name} is a folder without config.json, which transformers needs: {path}")
        return Source("hf", name, path)
    if name.startswith((".", "/", "~")) or name.count("/") > 1 or not name:
        raise UsageError(f"hf:{name} is neither a folder ({path}) nor a Hugging Face id, such as openai-community/gpt2")
    return Source("hf", name)


def make(source: Source) -> nn.Module:
    """Make the module, with whatever weights its own code gives it; Hugging Face weights from a local folder only."""
    match source.scheme:
        case "bundled":
            module, _, function = BUNDLED[source.name].make.partition(":")
            return getattr(import_module(module), function)()
        case "file":
            return _from_file(source)
        case "hf":
            if source.path is None:
                raise UsageError(
                    f"{source} is not on this machine, and weights are never downloaded: "
                    f"fetch it with `hf download {source.name} --local-dir DIR` and write hf:DIR"
                )
            return _from_folder(source)
        case "torchvision":
            return _from_torchvision(source)
        case "timm":
            return _from_timm(source)
        case "spec":
            raise UsageError(f"{source} is a shape without weights: it can be counted, not loaded")


def make_shape(source: Source) -> nn.Module:
    """Make the module for counting: Hugging Face networks from their configuration alone, on the meta device."""
    if source.scheme != "hf":
        return make(source)
    import torch

    config = _configuration(source)
    named = _architecture(config)
    try:
        with torch.device("meta"):
            return named._from_config(config) if named else _transformers().AutoModel.from_config(config)
    except Exception as error:
        raise UsageError(f"{source} has a configuration that makes no network: {_first_line(error)}") from error


def _from_folder(source: Source) -> nn.Module:
    transformers = _transformers()
    transformers.utils.logging.disable_progress_bar()
    named = _architecture(_configuration(source)) or transformers.AutoModel
    given = {"local_files_only": True, "trust_remote_code": False, "output_loading_info": True}
    try:
        module, info = named.from_pretrained(source.path, **given)
    except Exception as error:
        raise UsageError(f"{source} has no weights that transformers can read: {_first_line(error)}") from error
    if missing := sorted(info["missing_keys"]):
        raise UsageError(f"{source} lacks weights that its configuration asks for: {', '.join(missing)}")
    return module


def _from_torchvision(source: Source) -> nn.Module:
    models = _zoo(source, "torchvision.models")
    if source.name not in (known := models.list_models()):
        raise UsageError(f"torchvision has no network {source.name!r}: {nearest(source.name, known)}")
    build = models.get_model_builder(source.name)
    named = inspect.signature(build).parameters  # segmentation and detection would fetch their backbone's weights
    return _seeded(source, lambda: build(**{key: None for key in ("weights", "weights_backbone") if key in named}))


def _from_timm(source: Source) -> nn.Module:
    timm = _zoo(source, "timm")
    if source.name.partition(".")[0] not in (known := timm.list_models()):
        raise UsageError(f"timm has no network {source.name!r}: {nearest(source.name, known)}")
    return _seeded(source, lambda: timm.create_model(source.name, pretrained=False))


def _zoo(source: Source, module: str) -> Any:
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name != source.scheme:
            raise
        raise UsageError(f"{source} needs {source.scheme}: pip install {source.scheme}") from None


def _configuration(source: Source) -> Any:
    transformers = _transformers()
    try:
        return transformers.AutoConfig.from_pretrained(source.path or source.name, trust_remote_code=False)
    except Exception as error:
        readable = f"no configuration that transformers {transformers.__version__} can read"
        raise UsageError(f"{source} gives {readable}: {_first_line(error)}") from error


def _architecture(config: Any) -> Any:
    """The class that the configuration names, if transformers has it."""
    transformers = _transformers()
    named = (getattr(transformers, name, None) for name in config.architectures or ())
    models = (each for each in named if isinstance(each, type) and issubclass(each, transformers.PreTrainedModel))
    return next(models, None)


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _transformers() -> Any:
    if find_spec("transformers") is None:
        raise UsageError("an hf: source needs transformers: pip install 'neuron-series[transformers]'")
    import_module("huggingface_hub.utils.logging").set_verbosity_error()  # its errors say what matters of its warnings
    return import_module("transformers")


def _seeded(source: Source, make: Callable[[], Any]) -> Any:
    """Call what makes a module, so that weights left to chance are the same every time."""
    import torch

    before = torch.random.get_rng_state()
    torch.manual_seed(0)
    try:
        return make()
    except UsageError:
        raise
    except (Exception, SystemExit) as error:
        said = _say(error, source.path)
        raise UsageError(f"{source} fails when it is called without arguments: {said}") from error
    finally:
        torch.random.set_rng_state(before)


def _from_file(source: Source) -> nn.Module:
    from torch import jit, nn

    assert source.path is not None
    loaded, folder = set(sys.modules), str(source.path.parent)
    sys.path.insert(0, folder)
    try:
        module = _seeded(source, lambda: _function(source)())
    finally:
        sys.path.remove(folder)
        for name in set(sys.modules) - loaded:  # another folder may have other files of the same names
            if (getattr(sys.modules[name], "__file__", None) or "").startswith(folder):
                del sys.modules[name]
    if not isinstance(module, nn.Module):
        raise UsageError(f"{source} returns {_describe(module)}: expected an nn.Module")
    if isinstance(module, jit.ScriptModule):
        raise UsageError(f"{source} returns a TorchScript program: expected the nn.Module that it was made from")
    return module


def _function(source: Source) -> Callable[[], Any]:
    """Run the user's file and take the function out of it."""
    path = source.path
    assert path is not None
    spec = spec_from_file_location(f"_user_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = sys.modules[spec.name] = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        raise UsageError(f"{error.filename or path} does not parse, line {error.lineno}: {error.msg}") from error
    except (Exception, SystemExit) as error:
        raise UsageError(f"{path} fails when it is imported: {_say(error, path)}") from error
    if not callable(found := getattr(module, source.name, None)):
        functions = [name for name, value in vars(module).items() if callable(value) and not name.startswith("_")]
        problem = "has no function" if found is None else "has something else than a function under"
        raise UsageError(f"{path} {problem} {source.name!r}: {nearest(source.name, functions)}")
    return found


def _say(error: BaseException, path: Path | None) -> str:
    """The error in one line, with the last line of the user's file, if there is one, that led to it."""
    lines = []
    trace = error.__traceback__
    while trace:
        if path and trace.tb_frame.f_code.co_filename == str(path):
            lines.append(trace.tb_lineno)
        trace = trace.tb_next
    where = f"line {lines[-1]}: " if lines else ""
    return f"{where}{type(error).__name__}: {' '.join(str(error).split())}"


def _describe(value: Any) -> str:
    return "None" if value is None else f"an object of type {type(value).__name__}"
