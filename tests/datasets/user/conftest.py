"""Files of pictures, tables and MNIST's format to read."""

import gzip
import io
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image


def png(level: int | np.ndarray, size: tuple[int, int] = (4, 4)) -> bytes:
    """A picture of one level, or of the array."""
    array = level if isinstance(level, np.ndarray) else np.full(size, level, "uint8")
    file = io.BytesIO()
    Image.fromarray(array).save(file, "PNG")
    return file.getvalue()


def idx(array: np.ndarray) -> bytes:
    """An array as MNIST's format has it."""
    types = {"uint8": 8, "int8": 9, "int16": 11, "int32": 12, "float32": 13, "float64": 14}
    lengths = b"".join(length.to_bytes(4, "big") for length in array.shape)
    return (
        bytes([0, 0, types[array.dtype.name], array.ndim])
        + lengths
        + array.astype(array.dtype.newbyteorder(">")).tobytes()
    )


class Disk:
    """A folder to write data into."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __truediv__(self, name: str) -> Path:
        return self.path / name

    def pictures(self, name: str = "set", **classes: int) -> Path:
        """Class folders of so many pictures; picture i of a class has the level i mod 256."""
        for each, count in classes.items():
            for i in range(count):
                self.write(f"{name}/{each}/{i:03}.png", png(i % 256))
        return self.path / name

    def write(self, name: str, content: bytes | str) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def parquet(self, name: str, columns: dict, features: dict | None = None, **options) -> Path:
        table = pa.table(columns)
        if features:
            table = table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
        path = self.write(name, b"")
        pq.write_table(table, path, **options)
        return path

    def saved(self, name: str, columns: dict, features: dict | None = None, files: int = 1, batch: int = 3) -> Path:
        """A data set as ``save_to_disk`` writes it."""
        table = pa.table(columns)
        names = [f"data-{i:05}-of-{files:05}.arrow" for i in range(files)]
        cuts = np.linspace(0, len(table), files + 1).astype(int)
        for file, begin, end in zip(names, cuts, cuts[1:], strict=False):
            path = self.write(f"{name}/{file}", b"")
            with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
                writer.write_table(table.slice(begin, end - begin), max_chunksize=batch)
        self.write(
            f"{name}/state.json", json.dumps({"_data_files": [{"filename": file} for file in names], "_split": None})
        )
        self.write(f"{name}/dataset_info.json", json.dumps({"features": features or {}}))
        return self.path / name

    def idx(self, name: str, array: np.ndarray) -> Path:
        return self.write(name, idx(array))

    def mnist(self, name: str, x: np.ndarray, y: np.ndarray, packed: bool = False) -> Path:
        """The two files of a split; returns that of the images."""
        end, pack = (".gz", gzip.compress) if packed else ("", bytes)
        self.write(f"{name}-labels-idx1-ubyte{end}", pack(idx(y)))
        return self.write(f"{name}-images-idx3-ubyte{end}", pack(idx(x)))


@pytest.fixture
def disk(tmp_path) -> Disk:
    return Disk(tmp_path)


CLASS_LABEL = {"_type": "ClassLabel", "names": ["cat", "dog", "eel"]}


@pytest.fixture
def columns() -> dict:
    """Seven pictures and labels as Hugging Face has them."""
    return {
        "image": [{"bytes": png(i), "path": f"{i}.png"} for i in range(7)],
        "label": [0, 1, 2, 0, 1, 2, 0],
    }
