"""Published shapes against the parameter counts of their authors' checkpoints, and against what must always hold."""

import subprocess
import sys
import time

import pytest

from generators.errors import UsageError
from generators.networks.spec import SHAPES, Decoder, count, spec

PUBLISHED = {
    # name: neurons and synapses of the body, parameters of the checkpoint
    "gpt2": (82_944, 84_934_656, 124_439_808),
    "gpt2-medium": (221_184, 301_989_888, 354_823_168),
    "gpt2-large": (414_720, 707_788_800, 774_030_080),
    "gpt2-xl": (691_200, 1_474_560_000, 1_557_611_200),
    "gpt3": (10_616_832, 173_946_175_488, 174_604_259_328),
    "gpt-j-6b": (1_032_192, 5_637_144_576, 6_050_882_784),
    "gpt-neox-20b": (2_433_024, 19_931_332_608, 20_554_567_680),
    "pythia-70m": (27_648, 18_874_368, 70_426_624),
    "opt-125m": (82_944, 84_934_656, 125_239_296),
    "bloom-560m": (221_184, 301_989_888, 559_214_592),
    "falcon-7b": (1_021_952, 6_625_951_744, 6_921_720_704),
    "llama2-7b": (1_359_872, 6_476_005_376, 6_738_415_616),
    "llama2-70b": (6_717_440, 68_451_041_280, 68_976_648_192),
    "llama3-8b": (1_376_256, 6_979_321_856, 8_030_261_248),
    "llama3-405b": (19_869_696, 401_646_551_040, 405_853_388_800),
    "mistral-7b": (1_376_256, 6_979_321_856, 7_241_732_096),
    "phi3-mini": (1_015_808, 3_623_878_656, 3_821_079_552),
    "gemma-7b": (1_892_352, 7_751_073_792, 8_537_680_896),
    "gemma2-9b": (1_849_344, 8_323_596_288, 9_241_705_984),
    "qwen2-7b": (1_390_592, 6_525_288_448, 7_615_616_512),
    "qwen3-8b": (1_400_832, 6_945_767_424, 8_190_735_360),
    "mixtral-8x7b": (8_716_544, 46_440_382_464, 46_702_792_704),
    "qwen3-30b-a3b": (22_370_304, 29_909_581_824, 30_532_122_624),
    "gpt-oss-20b": (6_828_288, 19_749_519_360, 20_914_757_184),
    "deepseek-v3": (172_112_192, 669_172_039_680, 671_026_404_352),
    "bert-base": (83_712, 85_524_480, 109_482_240),
    "albert": (8_448, 7_766_016, 11_683_584),
    "t5-small": (67_584, 44_040_192, 60_506_624),
    "vit-b16": (84_712, 86_292_480, 86_567_656),
    "resnet50": (27_560, 25_502_912, 25_557_032),
    "convnext-t": (42_184, 28_524_000, 28_589_128),
    "mamba-130m": (167_808, 89_800_704, 129_135_360),
    "wav2vec2-base": (88_064, 94_245_888, 94_371_712),
}


def test_every_published_shape_has_its_numbers_here() -> None:
    assert PUBLISHED.keys() == SHAPES.keys()


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_numbers(name: str) -> None:
    found = spec(name)
    assert (found.neurons, found.synapses, found.parameters) == PUBLISHED[name]


@pytest.mark.parametrize("name", SHAPES)
def test_paths_name_one_map_each_and_sources_are_given(name: str) -> None:
    found = spec(name)
    paths = [row.path for row in found.maps]
    assert len(set(paths)) == len(paths)
    assert found.source and 2015 <= found.year <= 2026


def test_one_token_of_mixtral_uses_two_experts_of_eight() -> None:
    found = spec("mixtral-8x7b")
    assert found.experts == (8, 2)
    assert sum(row.active_neurons for row in found.maps) == 2_425_088
    assert sum(row.active_synapses for row in found.maps) == 12_617_515_008


def test_albert_uses_one_block_twelve_times() -> None:
    maps = spec("albert").maps
    assert sum(row.neurons * row.uses for row in maps) == 12 * 6_912 + 1_536 == 84_480
    assert sum(row.synapses * row.uses for row in maps) == 12 * 7_077_888 + 688_128 == 85_622_784


def test_the_head_is_beside_the_body() -> None:
    found = spec("gpt2")
    assert found.head is not None
    assert (found.neurons + found.head.neurons, found.synapses + found.head.synapses) == (133_201, 123_532_032)
    assert found.others["head"] == found.head.synapses == 50_257 * 768


def test_a_shape_of_ones_own_is_counted_like_a_published_one() -> None:
    toy = Decoder("Toy", "none", 2026, d_model=8, n_layers=3, n_heads=2, d_ff=32, n_vocabulary=10, gated=False)
    assert (count("toy", toy).neurons, count("toy", toy).synapses) == (9 * 8 * 3, 12 * 8**2 * 3)


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(UsageError, match="no published shape is named 'gtp3': did you mean 'gpt3'"):
        spec("gtp3")


def test_the_largest_shapes_need_no_torch_and_no_time() -> None:
    started = time.perf_counter()
    for name in ("gpt3", "llama3-405b", "deepseek-v3"):
        count(name, SHAPES[name])
    assert time.perf_counter() - started < 1
    program = "import sys, generators.networks.spec as s; s.spec('gpt3'); print({'torch', 'numpy'} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", program], text=True).strip() == "set()"
