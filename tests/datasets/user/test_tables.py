"""Pictures in parquet files and in Hugging Face's data sets on disk."""

import io
import json
import sys

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generators.datasets import user
from generators.datasets.examples import batches
from generators.datasets.user import parquet
from generators.errors import UsageError

CLASS_LABEL = {"_type": "ClassLabel", "names": ["cat", "dog", "eel"]}
FEATURES = {"image": {"_type": "Image"}, "label": CLASS_LABEL}


def load(path, labels=()):
    return user.load(path, "image-classifier", (1, 4, 4), [0.0], [1.0], labels)


def levels(split) -> list[int]:
    return split.raw.reshape(len(split), -1)[:, 0].tolist()


@pytest.fixture(params=["parquet", "hugging-face"])
def write(request, disk):
    """Write columns in either format."""
    if request.param == "parquet":
        return lambda columns, features=None: disk.parquet("set.parquet", columns, features, row_group_size=3)
    return lambda columns, features=None: disk.saved("set", columns, features, files=2, batch=2)


def test_records_of_bytes_and_numbered_labels(write, columns):
    path = write(columns)
    data = load(path)
    assert user.kind_of(path) == ("parquet" if path.suffix else "hugging-face")
    assert data.name == "set" and data.labels == ("0", "1", "2")
    assert levels(data.test) == list(range(7)) and data.test.y.tolist() == columns["label"]
    shuffled = np.concatenate([batch.index for batch in batches(data.examples, 2, seed=1)])
    assert sorted(shuffled) == list(range(7))


def test_class_names_are_those_noted_beside_the_table(write, columns):
    assert load(write(columns, FEATURES)).labels == ("cat", "dog", "eel")


def test_noted_class_names_are_matched_with_the_labels_by_name(write, columns):
    data = load(write(columns, FEATURES), ("eel", "cat", "dog", "fox"))
    assert data.labels == ("eel", "cat", "dog", "fox") and data.test.y.tolist() == [1, 2, 0, 1, 2, 0, 1]


def test_words_are_labels(write, columns):
    words = ["dog", "cat", "eel", "dog", "cat", "eel", "dog"]
    for column in (words, pa.array(words).dictionary_encode(), pa.array(words, pa.large_string())):
        data = load(write({"image": [each["bytes"] for each in columns["image"]], "species": column}))
        assert data.labels == ("cat", "dog", "eel") and data.test.y.tolist() == [1, 0, 2, 1, 0, 2, 1]


def test_columns_are_found_by_what_they_are(write, columns):
    many = {
        "note": ["a"] * 7,
        "coarse": [0] * 7,
        "thumb": [b""] * 7,
        "img": columns["image"],
        "fine_label": columns["label"],
    }
    assert load(write(many)).test.y.tolist() == columns["label"]
    noted = {**FEATURES, "coarse": CLASS_LABEL, "thumb": {"_type": "Value"}, "img": {"_type": "Image"}}
    assert load(write(many, noted)).test.y.tolist() == [0] * 7


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"label": None}, "has no column of labels that stands out: none can be one; there is image"),
        ({"image": None}, "has no column of encoded pictures that stands out: none can be one; there is label"),
        ({"label": None, "u": [0] * 7, "v": [0] * 7}, "several could be it, and none is called 'label'"),
        ({"label": [0, None, 0, 0, 0, 0, 0]}, "has 1 of 7 rows without a label"),
        ({"label": [-1] * 7}, "has labels down to -1: expected numbers from 0"),
        ({"label": [10**9] * 7}, "has labels up to 1,000,000,000 of 7 examples: expected numbers of classes"),
    ],
)
def test_tables_that_cannot_be_meant_are_refused(write, columns, change, sentence):
    with pytest.raises(UsageError, match=sentence):
        load(write({name: values for name, values in {**columns, **change}.items() if values is not None}))


def test_labels_that_do_not_match_are_refused(write, columns):
    with pytest.raises(UsageError, match="has labels up to 2: expected less than 2, one for each name"):
        load(write(columns), ("a", "b"))
    with pytest.raises(UsageError, match="has labels up to 3: expected less than 3"):
        load(write({**columns, "label": [0, 1, 2, 3, 0, 1, 2]}, FEATURES))


def test_unreadable_cells_are_named_and_a_path_is_not_followed(write, columns, disk):
    disk.write("secret.png", columns["image"][0]["bytes"])
    pictures = columns["image"] * 60
    pictures[3] = {"bytes": None, "path": "../secret.png"}
    pictures[8] = {"bytes": b"no", "path": None}
    pictures[9] = None
    data = load(write({"image": pictures, "label": columns["label"] * 60}))
    assert [reason for _, reason in data.examples.skipped] == [
        "has only a path, which is not followed: expected its bytes", "is no picture", "has no bytes",
    ]  # fmt: skip
    assert [name.removeprefix("set.parquet ") for name, _ in data.examples.skipped] == [
        "row 3 (../secret.png)", "row 8", "row 9",
    ]  # fmt: skip
    assert len(data.test) == 417


def test_a_folder_of_parquet_files_prefers_the_test_split(disk, columns):
    disk.parquet("repo/data/train-00000-of-00001.parquet", columns)
    disk.parquet("repo/data/validation-00000-of-00001.parquet", columns)
    assert load(disk / "repo").name == "repo/validation"
    for i in (1, 0):
        disk.parquet(f"repo/data/test-0000{i}-of-00002.parquet", {**columns, "label": [i] * 7})
    data = load(disk / "repo")
    assert data.name == "repo/test" and data.test.y.tolist() == [0] * 7 + [1] * 7
    assert [file.name for file in user.files(disk / "repo")] == [f"test-0000{i}-of-00002.parquet" for i in (0, 1)]


def test_a_data_set_with_splits_on_disk_prefers_the_test_split(disk, columns):
    for split in ("train", "validation", "test"):
        disk.saved(f"set/{split}", columns, FEATURES)
    disk.write("set/dataset_dict.json", json.dumps({"splits": ["train", "validation", "test"]}))
    assert load(disk / "set").name == "set/test"
    assert {file.parent.name for file in user.files(disk / "set")} == {"test"}
    disk.write("set/dataset_dict.json", json.dumps({"splits": ["train", "validation"]}))
    assert load(disk / "set").name == "set/validation"


@pytest.mark.parametrize(
    ("file", "content", "sentence"),
    [
        ("state.json", {"_data_files": [{"filename": "../out.arrow"}]}, "names '../out.arrow': expected the name"),
        ("state.json", {"_data_files": [{"filename": "/etc/passwd"}]}, "names '/etc/passwd': expected the name"),
        ("state.json", {"_data_files": [{"filename": "gone.arrow"}]}, "lists a file that is not there: gone.arrow"),
        ("state.json", {"_data_files": []}, "lists no files of data"),
        ("state.json", {"_data_files": [{"filename": "a"}], "_indices_data_files": [{}]}, r"flatten_indices\(\)"),
        ("state.json", [], "expected an object"),
        ("dataset_dict.json", {"splits": ["../other"]}, "names '../other': expected the name"),
        ("dataset_dict.json", {"splits": ["test"]}, "lists a split 'test', and .* has no dataset_info.json"),
        ("dataset_dict.json", {}, "lists no splits"),
    ],
)
def test_notes_that_lead_elsewhere_are_refused(disk, columns, file, content, sentence):
    path = disk.saved("set", columns)
    disk.write(f"set/{file}", json.dumps(content))
    with pytest.raises(UsageError, match=sentence):
        load(path)
    with pytest.raises(UsageError, match=sentence):
        user.files(path)


def test_a_link_out_of_the_folder_is_refused(disk, columns):
    outside = disk.parquet("outside.parquet", columns)
    (disk / "repo").mkdir()
    (disk / "repo" / "test.parquet").symlink_to(outside)
    with pytest.raises(UsageError, match="is a link out of"):
        load(disk / "repo")
    data = disk.saved("set", columns)
    (data / "data-00000-of-00001.arrow").rename(disk / "moved.arrow")
    (data / "data-00000-of-00001.arrow").symlink_to(disk / "moved.arrow")
    with pytest.raises(UsageError, match="is a link out of"):
        load(data)


def test_row_groups_are_read_once_in_order_and_kept_within_a_bound(disk, columns, monkeypatch):
    read = []
    original = parquet._read
    monkeypatch.setattr(parquet, "_read", lambda *given: read.append(given[3:]) or original(*given))
    many = {name: values * 100 for name, values in columns.items()}
    monkeypatch.setattr(parquet, "KEPT_BYTES", 20_000)
    data = load(disk.parquet("set.parquet", many, row_group_size=50))
    read.clear()
    assert sum(len(batch.y) for batch in batches(data.examples, 64)) == 700
    assert len(read) <= 14 + 2  # two threads may be at a border
    assert sum(each.nbytes for each in data.examples._source._kept.values()) <= 20_000


def test_a_row_group_that_is_too_large_is_refused_with_a_remedy(disk, columns, monkeypatch):
    monkeypatch.setattr(parquet, "GROUP_BYTES_AT_MOST", 100)
    with pytest.raises(
        UsageError, match=r"has a row group of .* bytes: expected at most 100; write it again with row_g"
    ):
        load(disk.parquet("set.parquet", columns))


def test_without_pyarrow_one_sentence_says_what_to_install(disk, columns, monkeypatch):
    path = disk.parquet("set.parquet", columns)
    monkeypatch.setattr("generators.datasets.user.tables.find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"needs pyarrow to be read: pip install 'neuron-series\[data\]'$"):
        load(path)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**6), st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 255)), max_size=4))
def test_damaged_files_are_read_or_refused(write, columns, end, flips):
    path = write(columns)
    file = path if path.suffix else sorted(path.glob("*.arrow"))[0]
    content = bytearray(file.read_bytes())
    for at, flip in flips:
        content[at % len(content)] ^= flip
    file.write_bytes(content if end % 2 else content[: end % len(content)])
    try:
        data = load(path)
        assert len(data.test) <= len(data.examples)
    except UsageError:
        pass


def test_kind_and_files_need_neither_torch_nor_pyarrow(disk, columns):
    import subprocess

    disk.saved("saved", columns)
    disk.parquet("set.parquet", columns)
    disk.pictures("folder", cat=1)
    disk.mnist("t10k", np.zeros((2, 4, 4), "uint8"), np.zeros(2, "uint8"))
    paths = [str(disk / name) for name in ("saved", "set.parquet", "folder", "t10k-images-idx3-ubyte")]
    program = (
        "import sys; from pathlib import Path; from generators.datasets import user\n"
        f"for path in {paths}: user.kind_of(Path(path)); user.files(Path(path))\n"
        "print([each for each in ('torch', 'numpy', 'pyarrow', 'PIL') if each in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout == "[]\n"


def test_pictures_as_they_come_out_of_numpy(disk):
    file = io.BytesIO()
    np.save(file, np.zeros(3))
    with pytest.raises(UsageError, match="has 1 of 2 examples that cannot be read"):
        load(disk.parquet("set.parquet", {"image": [file.getvalue()] * 2, "label": [0, 1]}))
