"""The bench of the partition: what it hands to the tools, what it makes of their counts. Nothing is timed."""

import json
import struct
from argparse import Namespace

import numpy as np
import pytest

from scripts.bench import partition
from scripts.bench.partition import Net, Row

NOBODY = Namespace(splinecam=None, splinecam_python=None, edge_subdivision=None, syrenn=None)


def test_ours_is_asked_for_the_same_network_as_the_others(tmp_path):
    net = Net((5, 3), "normal", 0.5)
    partition.write(net, tmp_path / "net")
    bytes_left = (tmp_path / "net").read_bytes()
    assert struct.unpack_from("<4di", bytes_left) == (-0.5, 0.5, -0.5, 0.5, 2)
    bytes_left = bytes_left[36:]
    module = partition.in_torch(partition.layers_of(net))
    for linear in module[::2]:
        n_out, n_in = struct.unpack_from("<2i", bytes_left)
        numbers = np.frombuffer(bytes_left, "<f8", n_out * (n_in + 1), 8)
        assert (numbers[:-n_out].reshape(n_out, n_in) == linear.weight.detach().numpy()).all()
        assert (numbers[-n_out:] == linear.bias.detach().numpy()).all()
        bytes_left = bytes_left[8 + numbers.nbytes :]
    assert bytes_left == b""


def test_one_line_of_ours():
    told = partition.one("ours", Net((4,), "normal"), "")
    regions, vertices, edges = told["counts"]
    assert vertices - edges + regions == 1
    assert 1 < regions <= 11  # 1 + n + n (n - 1) / 2
    assert len(told["seconds"]) == partition.TRIES


def test_the_exponent_of_a_power_law():
    rows = [Row("deeper, 64 wide", "ours", Net(()), n, None, None, 3e-7 * n**1.25, 0, 0) for n in (2_000, 5_000, 9_000)]
    small = Row("deeper, 64 wide", "ours", Net(()), 100, None, None, 1.0, 0, 0)  # start-up, which is not fitted
    assert list(partition.exponents([*rows, small])) == [("deeper, 64 wide", "ours", pytest.approx(1.25))]


@pytest.mark.parametrize(("tool", "wrong"), [("ours", True), ("SyReNN core", False)])
def test_a_count_that_differs_is_said_and_ours_fails_the_bench(tool, wrong):
    bench = partition.Bench(NOBODY)
    row = Row("networks", tool, Net((16,) * 2), 126, None, None, 0.1, 0.2, 20.0)
    assert bench.differs(row, 127) == "   -1 regions of 127"
    assert (bench.wrong, bench.other) == (wrong, not wrong)
    assert bench.differs(row, 126) == ""


def test_what_is_written_reads_as_json():
    bench = partition.Bench(NOBODY)
    bench.rows = [Row("networks", "ours", Net((16,) * 2), 127, 156, 282, 0.1234567, 0.2, 20.0)]
    (row,) = json.loads(partition.as_json(bench))["rows"]
    assert (row["widths"], row["regions"], row["cut_seconds"]) == ([16, 16], 127, 0.123457)
